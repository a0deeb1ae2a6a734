"""People with a browser of their own, which watches over every page they see."""

import contextlib
import re
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django.urls import resolve
from playwright.sync_api import expect

from tests.factories import PASSWORD

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
# The lists ask for news every three seconds.
BY_ITSELF = 9_000
# Says on the console what a page does wrong that the console is not told of by itself.
WATCH = """
(() => {
  const measure = () => {
    const over = document.documentElement.scrollWidth - innerWidth;
    if (over > 0) console.error(`${over}px wider than the screen of ${innerWidth}px`);
  };
  addEventListener("load", measure);
  addEventListener("htmx:afterSettle", measure);
  addEventListener("securitypolicyviolation", (event) =>
    console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI}`));
})();
"""


class Person:
    """Somebody with a browser: separate cookies, one or more tabs.

    ``check`` fails on errors on the console, breaches of the content security policy and pages
    wider than the screen, at the person's width and at 390 pixels.
    """

    def __init__(self, browser, site, options, *, screen=PHONE, scripts=True):
        self.site = site
        self.screen = screen
        self.scripts = scripts
        self.context = browser.new_context(
            **options, viewport=screen, java_script_enabled=scripts, base_url=site
        )
        self.context.set_default_timeout(10_000)
        self.complaints = []
        self.visited = {}
        self._refusals = set()
        if scripts:
            self.context.add_init_script(WATCH)
        self.page = self.tab()

    def tab(self):
        """One more tab, watched like the first."""
        page = self.context.new_page()
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", self._remember)
        return page

    @contextlib.contextmanager
    def refused(self, status):
        """Inside, a page with this status is what the person should meet."""
        self._refusals.add(status)
        yield
        self._refusals.discard(status)

    def sign_in(self, user):
        """Be logged in already."""
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.site}])

    def log_in(self, user):
        """Log in by hand, from the shop's first page."""
        page = self.page
        page.goto("/")
        page.get_by_role("link", name="Дилерам").click()
        page.get_by_label("Эл. почта").fill(user.email)
        page.get_by_label("Пароль").fill(PASSWORD)
        page.get_by_role("button", name="Войти").click()
        page.wait_for_url("**/workspace/**")

    def check(self):
        """Assert that no page complained; looks again, on a narrow screen, at those seen wide."""
        if self.screen != PHONE or not self.scripts:
            page = self.page
            page.set_viewport_size(PHONE)
            for url in self.visited.values():
                page.goto(url)
                over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                if over > 0:
                    self.complaints.append(f"{over}px wider than a phone: {url}")
        assert not self.complaints, "\n".join(self.complaints)

    def _listen(self, message):
        if message.type != "error":
            return
        text = message.text
        if "document's frame is sandboxed" in text:
            # The watch itself, kept out of the frame in which a mail is read.
            return
        if any(f"status of {status}" in text for status in self._refusals):
            return
        self.complaints.append(f"{urlsplit(message.location['url']).path}: {text}")

    def _remember(self, response):
        request = response.request
        if (
            request.is_navigation_request()
            and request.method == "GET"
            and response.status == 200
            and response.frame.parent_frame is None
        ):
            self.visited[resolve(urlsplit(response.url).path).view_name] = response.url


def words(locator):
    """The words of an element, with every run of spaces (narrow ones too) made one."""
    return re.sub(r"\s+", " ", locator.inner_text())


def choose_city(page, typed, city):
    """From any page of the shop: choose a city by typing its first letters."""
    page.get_by_role("banner").get_by_role("link", name="Ваш регион").click()
    page.get_by_label("Город или регион").press_sequentially(typed)
    page.get_by_role("option", name=city).click()
    expect(page.locator("[data-current-place]")).to_have_text(city)


def put_into_cart(page, category, product, quantity=1):
    """From any page of the shop: find a product by the menu and put it into the cart."""
    page.get_by_role("navigation", name="Коллекции").get_by_role("link", name=category).click()
    page.get_by_role("heading", name=product).get_by_role("link").click()
    for _ in range(quantity - 1):
        page.get_by_role("button", name="На один больше").click()
    page.get_by_role("button", name="В корзину").click()
    expect(page.locator("#added")).to_contain_text("В корзине.")


def fill_checkout(page, **changes):
    """Write what a customer writes; the city comes from the region chosen before."""
    phone = page.get_by_label("Телефон")
    # Typed over what stands there: the field writes along.
    phone.press("Control+a")
    phone.press_sequentially("8 900 123-45-67")
    values = {
        "Имя": "Роман Ёлкин",
        "Эл. почта": "roman@example.com",
        "Адрес": "ул. Лесная, д. 5, кв. 12",
    } | changes
    for label, value in values.items():
        page.get_by_label(label, exact=label == "Адрес").fill(value)
    page.get_by_label("Согласен на обработку").check()
    page.get_by_label("Согласен на передачу").check()


def order_number(page):
    """The number of the order whose personal page is open."""
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(re.compile(r"Заказ №\s*\d+"))
    return int(re.sub(r"\D", "", heading.inner_text()))


def choose_reason(page, button, dialog, reason):
    """Press a button that asks for a reason, choose one, confirm."""
    button.click()
    asked = page.get_by_role("dialog", name=dialog)
    asked.get_by_label("Причина").select_option(label=reason)
    asked.get_by_role("button", name="Отказаться").click()
