"""`python -m suz.local.screenshots`: the README's pictures, taken of a running demo.

Places one order in the shop, so that its distribution is seen while it goes on.
"""

import argparse
import io
import os
import re
import sys
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from suz.local import chromium
from suz.local.demo.accounts import ADMINISTRATOR_EMAIL, HEAD_EMAIL, PASSWORD
from suz.local.errors import LocalError
from suz.local.paths import BASE_DIR

FOLDER = BASE_DIR / "docs" / "screenshots"
WIDE = {"width": 1440, "height": 1000}
# The product with the first of its dealers.
TALL = {"width": 1440, "height": 1560}
PHONE = {"width": 390, "height": 844}
MAX_BYTES = 300_000
OK = 200
QUALITIES = (88, 80, 72, 64, 56)


def main(arguments: list[str]) -> int:
    """Take every picture anew; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m suz.local.screenshots", description=__doc__)
    parser.add_argument(
        "site",
        nargs="?",
        default=f"http://localhost:{os.environ.get('PORT') or 8000}",
        help="where the demo runs (default: http://localhost:$PORT)",
    )
    site = parser.parse_args(arguments).site
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium.ensure(), args=["--no-sandbox", "--disable-gpu"]
            )
            take_all(browser, site)
    except (Error, LocalError) as error:
        print(f"suz: {error}", file=sys.stderr)
        return 1
    return 0


def take_all(browser: Browser, site: str) -> None:
    """The shop, an order placed there, and what the workspace shows of it."""
    shop = open_browser(browser, site, WIDE).new_page()
    shop.goto("/")
    shop.get_by_role("button", name="Да").click()
    save(shop, "storefront")
    shop.get_by_role("navigation", name="Коллекции").get_by_role("link").nth(2).click()
    shop.locator(".family h2 a").first.click()
    shop.set_viewport_size(TALL)
    save(shop, "product")
    shop.set_viewport_size(WIDE)
    number = place_order(shop)

    desk = log_in(browser, site, WIDE, ADMINISTRATOR_EMAIL)
    desk.goto(f"/workspace/orders/{number}/")
    save(desk, "order")
    desk.goto("/workspace/strategies/")
    save(desk, "strategies")

    pocket = log_in(browser, site, PHONE, HEAD_EMAIL)
    pocket.goto("/workspace/orders/")
    save(pocket, "phone")


def open_browser(browser: Browser, site: str, screen: dict[str, int]) -> BrowserContext:
    """A browser as somebody in Moscow has it; sharper on a phone, as phones are."""
    return browser.new_context(
        base_url=site,
        viewport=screen,
        device_scale_factor=2 if screen is PHONE else 1,
        locale="ru-RU",
        timezone_id="Europe/Moscow",
        reduced_motion="reduce",
    )


def log_in(browser: Browser, site: str, screen: dict[str, int], email: str) -> Page:
    """A page of the workspace, logged in as one of the demo's people."""
    page = open_browser(browser, site, screen).new_page()
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    page.wait_for_url("**/workspace/**")
    return page


def place_order(page: Page) -> int:
    """Buy the product whose page is open; returns the order's number."""
    page.locator("#quantity").fill("24")
    page.get_by_role("button", name="В корзину").click()
    page.get_by_role("link", name="Перейти в корзину").click()
    page.get_by_role("link", name="Оформить заказ").click()
    page.get_by_label("Имя").fill("Роман Ёлкин")
    # One phone may order a few times an hour only, and pictures are taken again and again.
    page.get_by_label("Телефон").press_sequentially(f"9{int(time.time()) % 1_000_000_000:09}")
    page.get_by_label("Адрес", exact=True).fill("ул. Лесная, д. 5, кв. 12")
    page.get_by_label("Нужна доставка").check()
    for consent in ("consent_processing", "consent_dealer"):
        page.locator(f"[name={consent}]").check()
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name=re.compile("оформить заказ", re.IGNORECASE)).click()
    page.wait_for_url("**/o/**")
    return int(re.sub(r"\D", "", page.get_by_role("heading", level=1).inner_text()))


def save(page: Page, name: str) -> None:
    """Keep what the window shows as WebP, as good as fits the limit."""
    page.wait_for_load_state("networkidle")
    status = page.evaluate("performance.getEntriesByType('navigation')[0].responseStatus")
    if status != OK:
        raise LocalError(f"{page.url} answers {status}.")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    for quality in QUALITIES:
        kept = io.BytesIO()
        picture.save(kept, "WEBP", quality=quality, method=6)
        if kept.tell() <= MAX_BYTES:
            break
    else:
        raise LocalError(f"{name} does not fit {MAX_BYTES} bytes.")
    file = Path(FOLDER, f"{name}.webp")
    file.write_bytes(kept.getvalue())
    print(f"{file.relative_to(BASE_DIR)}: {kept.tell() // 1024} KB", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
