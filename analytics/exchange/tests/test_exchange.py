"""CommerceML as 1C writes and reads it, and feeds."""

import base64
import io
import re
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import etree

from analytics.api.tokens import create_token, revoke_token
from analytics.exchange import services, views
from analytics.exchange.feeds import build
from analytics.exchange.reading import BadFile, read_offers, read_statuses
from analytics.exchange.writing import write_orders
from analytics.models import ApiToken, ExchangeLog
from analytics.models.tokens import Scope
from catalog.importing.files.yml import read_yml
from catalog.models import DealerProduct
from dealers.models import Dealer
from orders.models import HistoryEntry, Order
from orders.statuses import Status
from tests.commerceml_client import Failed, OneC
from tests.factories import (
    NOW,
    DealerFactory,
    DealerProductFactory,
    OrderFactory,
    OrderLineFactory,
    ProductFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

OFFER = """
      <Предложение>
        <Ид>bd72d913-55bc-11d9-848a-00112f43529a</Ид>{number}
        <Наименование>{name}</Наименование>
        <БазоваяЕдиница Код="796" НаименованиеПолное="Штука">шт</БазоваяЕдиница>
        <Цены><Цена>
          <Представление>{price} RUB за шт</Представление>
          <ИдТипаЦены>bd72d8f9</ИдТипаЦены><ЦенаЗаЕдиницу>{price}</ЦенаЗаЕдиницу>
          <Валюта>RUB</Валюта><Единица>шт</Единица><Коэффициент>1</Коэффициент>
        </Цена></Цены>
        {stock}
      </Предложение>"""
PACKAGE = """<?xml version="1.0" encoding="{encoding}"?>
<КоммерческаяИнформация{namespace} ВерсияСхемы="2.08" ДатаФормирования="2026-06-15T10:00:00">
  <{package} СодержитТолькоИзменения="false">
    <Ид>bd72d8f9-55bc-11d9-848a-00112f43529a#</Ид><Наименование>Пакет предложений</Наименование>
    <Предложения>{offers}
    </Предложения>
  </{package}>
</КоммерческаяИнформация>"""
CATALOGUE = (
    '<?xml version="1.0" encoding="UTF-8"?><КоммерческаяИнформация ВерсияСхемы="2.08">'
    "<Классификатор><Ид>1</Ид></Классификатор><Каталог><Ид>1</Ид></Каталог>"
    "</КоммерческаяИнформация>"
)
NAMESPACE = ' xmlns="urn:1C.ru:commerceml_2"'


def offer(number="", name="Панель", price="512,30", stock="<Количество>15</Количество>"):
    given = f"<Артикул>{number}</Артикул>" if number else ""
    return OFFER.format(number=given, name=name, price=price, stock=stock)


def package(*offers, encoding="UTF-8", namespace=NAMESPACE, name="ПакетПредложений"):
    text = PACKAGE.format(
        encoding=encoding, namespace=namespace, package=name, offers="".join(offers)
    )
    content = text.encode("cp1251" if encoding == "windows-1251" else "utf-8")
    return b"\xef\xbb\xbf" + content if encoding == "UTF-8" else content


def statuses(*pairs):
    documents = "".join(
        f"<Документ><Ид>{number}</Ид><Номер>{number}</Номер>"
        "<ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>Статус заказа</Наименование>"
        f"<Значение>{status}</Значение></ЗначениеРеквизита></ЗначенияРеквизитов></Документ>"
        for number, status in pairs
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><КоммерческаяИнформация ВерсияСхемы="2.08">'
        f"{documents}</КоммерческаяИнформация>"
    ).encode()


def archive(content, name="offers.xml"):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr(name, content)
    return output.getvalue()


@pytest.fixture
def head():
    return UserFactory(dealer=DealerFactory(own_prices=True), is_head=True)


@pytest.fixture
def secret(head):
    return create_token(name="1С", scopes=list(Scope), by=head, now=NOW)[1]


@pytest.fixture
def token(secret):
    found = ApiToken.objects.select_related("user", "dealer").get()
    found.user.dealer = found.dealer
    return found


def own(head, status=Status.PROCESSED, **fields):
    moment = timezone.now() - timedelta(hours=1)
    order = OrderFactory(
        created_at=moment, accepted_at=moment, dealer=head.dealer, manager=head, status=status,
        **fields,
    )  # fmt: skip
    OrderLineFactory(order=order)
    HistoryEntry.objects.create(order=order, kind="comment", created_at=moment)
    return order


@pytest.mark.parametrize("encoding", ["UTF-8", "windows-1251"])
@pytest.mark.parametrize("namespace", [NAMESPACE, ""])
@pytest.mark.parametrize("name", ["ПакетПредложений", "ИзмененияПакетаПредложений"])
def test_offers_as_1c_writes_them(encoding, namespace, name):
    content = package(
        offer(number="7", price="1 512,30"),
        offer(name="Кирпич", price="7.5", stock='<Склад ИдСклада="1" КоличествоНаСкладе="0"/>'),
        offer(
            name="Камень",
            stock="<Остатки><Остаток><Склад><Количество>2,000</Количество></Склад></Остаток></Остатки>",
        ),
        offer(name="Без остатка", stock=""),
        encoding=encoding, namespace=namespace, name=name,
    )  # fmt: skip
    rows = read_offers(content)
    assert [(row.number, row.price, row.in_stock) for row in rows] == [
        (7, "1512.30", True),
        (None, "7.50", False),
        (None, "512.30", True),
        (None, "512.30", None),
    ]
    assert read_offers(archive(content)) == rows
    assert read_offers(CATALOGUE.encode()) == []


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    b"<x>&b;</x>"
)
FILE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not xml",
        b"<x/>",
        BOMB,
        FILE,
        package(offer())[:-200],
        b"PK\x03\x04 broken",
        archive(b"x", "offers.txt"),
        archive(b"\0" * (51 * 1024 * 1024)),
    ],
    ids=["empty", "text", "other", "bomb", "file", "cut", "zip", "no-xml", "huge"],
)
def test_files_that_are_none_are_refused(content):
    for read in (read_offers, read_statuses):
        with pytest.raises(BadFile) as refusal:
            read(content)
        assert not str(refusal.value).isascii()


def test_prices_and_stock_are_taken_by_number_or_name(token):
    first, second = ProductFactory(), ProductFactory(name="Панель «Ёлка» бежевая")
    content = package(
        offer(number=first.pk, price="100"),
        offer(name='панель "елка"  Бежевая', price="200,50", stock="<Количество>0</Количество>"),
        offer(name="Чужой товар"),
    )
    assert services.take_offers(token, content, now=NOW) == 2
    kept = {row.product_id: (row.price, row.in_stock) for row in DealerProduct.objects.all()}
    assert kept == {first.pk: (Decimal(100), True), second.pk: (Decimal("200.50"), False)}
    assert services.take_offers(token, content, now=NOW) == 0
    line = ExchangeLog.objects.first()
    assert (line.rows, line.is_good) == (3, True)
    assert line.result == "изменено: 0, нет в каталоге: 1"


def test_all_rows_or_none(token):
    first, second = ProductFactory(), ProductFactory()
    content = package(offer(number=first.pk), offer(number=second.pk, price="много"))
    with pytest.raises(services.ExchangeRefused, match="Строка 2"):
        services.take_offers(token, content, now=NOW)
    assert not DealerProduct.objects.exists()


def test_at_recommended_prices_only_stock_is_taken(token):
    Dealer.objects.update(own_prices=False, whole_line=False)
    token.dealer.refresh_from_db()
    product = ProductFactory()
    services.take_offers(token, package(offer(number=product.pk)), now=NOW)
    assert DealerProduct.objects.get().price is None


def test_orders_are_given_out_until_they_are_confirmed(token, head):
    first, second = own(head), own(head)
    own(UserFactory())

    def numbers():
        content = services.orders_for(token, now=timezone.now())
        return re.findall(r"<Номер>(\d+)</Номер>", content.decode())

    both = [str(first.pk), str(second.pk)]
    assert numbers() == both
    # Broken off before success: once more.
    assert numbers() == both
    services.confirm_orders(token)
    assert numbers() == []
    HistoryEntry.objects.create(
        order=first, kind="comment", created_at=timezone.now() - timedelta(minutes=1)
    )
    assert numbers() == [str(first.pk)]


@pytest.mark.parametrize("count", [1, 30])
def test_no_queries_for_orders_without_news(token, head, count, django_assert_max_num_queries):
    for _ in range(count):
        own(head)
    services.orders_for(token, now=timezone.now())
    services.confirm_orders(token)
    with django_assert_max_num_queries(6):
        services.orders_for(token, now=timezone.now())


def test_a_document_holds_what_1c_needs_and_no_more(token, head):
    order = own(head, customer_name="Зинаида <Гиппиус>", phone="+79217654321", comment="a\x01b")
    root = etree.fromstring(services.orders_for(token, now=timezone.now()))
    [document] = root.findall("Документ")
    assert document.findtext("ХозОперация") == "Заказ товара"
    assert document.findtext("Сумма") == f"{order.total:.2f}"
    assert document.findtext("Контрагенты/Контрагент/Наименование") == "Зинаида <Гиппиус>"
    [goods] = document.findall("Товары/Товар[БазоваяЕдиница]")[:1]
    assert goods.findtext("Количество") == str(order.lines.order_by("position").first().quantity)
    facts = {
        fact.findtext("Наименование"): fact.findtext("Значение")
        for fact in document.findall("ЗначенияРеквизитов/ЗначениеРеквизита")
    }
    assert facts["Статус заказа"] == "Обработан"
    assert facts["Отменен"] == "false"


def test_a_hidden_phone_stays_hidden(token, head):
    from dealers.models import SystemSettings

    settings = SystemSettings.load()
    settings.calls_enabled = True
    settings.save()
    Dealer.objects.filter(pk=head.dealer_id).update(site_calls=True)
    token.dealer.refresh_from_db()
    own(head, Status.ACCEPTED, phone="+79217654321", comment="тел. 8 921 765-43-21")
    content = services.orders_for(token, now=timezone.now()).decode()
    assert "9217654321" not in re.sub(r"\D", "", content)


def test_statuses_of_1c_take_legal_steps(token, head):
    first, second, theirs = own(head), own(head), own(UserFactory())
    with pytest.raises(services.ExchangeRefused) as refusal:
        services.take_statuses(
            token,
            statuses(
                (first.pk, "Уточнение"), (second.pk, "Доставка"), (theirs.pk, "Уточнение"),
                ("x", "Уточнение"), (first.pk, "Съеден"),
            ),
            now=timezone.now(),
        )  # fmt: skip
    assert len(str(refusal.value).splitlines()) == 4
    found = dict(Order.objects.values_list("pk", "status"))
    assert found == {
        first.pk: Status.CLARIFICATION,
        second.pk: Status.PROCESSED,
        theirs.pk: Status.PROCESSED,
    }
    assert services.take_statuses(token, statuses((first.pk, "уточнение")), now=timezone.now()) == 1


def ask(client, secret=None, cookie="", method="get", body=b"", **query):
    headers = {"Cookie": f"{views.COOKIE}={cookie}"} if cookie else {}
    if secret:
        encoded = base64.b64encode(f"head:{secret}".encode()).decode()
        headers["Authorization"] = f"Basic {encoded}"
    address = reverse("exchange") + "?" + "&".join(f"{k}={v}" for k, v in query.items())
    if method == "get":
        return client.get(address, headers=headers).content.decode()
    return client.post(
        address, body, content_type="application/octet-stream", headers=headers
    ).content.decode()


def test_files_left_lying_go_after_a_day(client, secret):
    cookie = ask(client, secret, type="catalog", mode="checkauth").split("\n")[2]
    for name in ("a.xml", "b.xml"):
        ask(
            client, cookie=cookie, method="post", body=b"x",
            type="catalog", mode="file", filename=name,
        )  # fmt: skip
    assert services.forget_files(now=timezone.now()) == 0
    # Other tests have left theirs.
    assert services.forget_files(now=timezone.now() + timedelta(days=2)) >= 2
    assert services.forget_files(now=timezone.now() + timedelta(days=2)) == 0


def test_who_may_exchange(client, secret, head, token):
    for wrong in (None, "wrong", secret + "x"):
        answer = ask(client, wrong, type="catalog", mode="checkauth")
        assert answer.startswith("failure\n")
    _reader, narrow = create_token(name="x", scopes=[Scope.READ], by=head, now=NOW)
    assert ask(client, narrow, type="sale", mode="checkauth").startswith("failure")
    cookie = ask(client, secret, type="catalog", mode="checkauth").split("\n")[2]
    assert ask(client, cookie=cookie, type="catalog", mode="init").startswith("zip=no")
    assert ask(client, cookie=cookie[:-1], type="catalog", mode="init").startswith("failure")
    assert ask(client, type="sale", mode="query").startswith("failure")
    revoke_token(token_id=token.pk, dealer_id=head.dealer_id, by=head, now=NOW)
    assert ask(client, cookie=cookie, type="sale", mode="query").startswith("failure")


@pytest.mark.parametrize(
    ("kind", "told"), [("catalog", "цены и наличие"), ("sale", "статусы заказов")]
)
def test_a_file_that_is_none_stands_in_the_log_in_words(client, secret, kind, told):
    cookie = ask(client, secret, type=kind, mode="checkauth").split("\n")[2]
    file = {"client": client, "cookie": cookie, "type": kind, "filename": "a.xml"}
    answers = [ask(**file, method="post", body=b"<a/>", mode="file")]
    if kind == "catalog":
        answers.append(ask(**file, mode="import"))
    assert answers[-1].startswith("failure")
    line = ExchangeLog.objects.first()
    assert (line.what, line.is_good) == (told, False)


def test_an_exchange_ends_when_its_person_goes_to_another_dealer(client, secret, head):
    cookie = ask(client, secret, type="catalog", mode="checkauth").split("\n")[2]
    head.dealer = DealerFactory()
    head.save()
    assert ask(client, cookie=cookie, type="catalog", mode="init").startswith("failure")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..", "", "a/../b..xml", "%00.xml", "a" * 200, "a%0Ab.xml"]
)
def test_no_name_leaves_its_folder(client, secret, name, settings, tmp_path):
    cookie = ask(client, secret, type="catalog", mode="checkauth").split("\n")[2]
    answer = ask(
        client, cookie=cookie, method="post", body=b"x", type="catalog", mode="file", filename=name
    )
    assert answer.startswith("failure") or name == "../../etc/passwd"
    assert not (tmp_path / "etc").exists()


@pytest.mark.parametrize(
    "query",
    [
        {"type": "x", "mode": "init"},
        {"type": "catalog", "mode": "x"},
        {"type": "catalog", "mode": "query"},
        {"type": "catalog", "mode": "import", "filename": "missing.xml"},
        {},
    ],
)
def test_nonsense_is_refused_in_words(client, secret, query):
    cookie = ask(client, secret, type="catalog", mode="checkauth").split("\n")[2]
    assert ask(client, cookie=cookie, **query).startswith("failure\n")


def test_a_file_that_is_too_large_is_refused(client, secret, monkeypatch):
    monkeypatch.setattr(views, "MOST_BYTES", 10)
    cookie = ask(client, secret, type="catalog", mode="checkauth").split("\n")[2]
    answers = [
        ask(
            client, cookie=cookie, method="post", body=b"123456",
            type="catalog", mode="file", filename="offers.xml",
        )
        for _ in range(2)
    ]  # fmt: skip
    assert answers[0] == "success"
    assert answers[1].startswith("failure")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_1c_works_a_day(live_server, monkeypatch):
    monkeypatch.setattr(views, "PIECE", 700)
    head = UserFactory(dealer=DealerFactory(own_prices=True), is_head=True)
    _token, secret = create_token(name="1С", scopes=list(Scope), by=head, now=timezone.now())
    order, product = own(head), ProductFactory()
    program = OneC(live_server.url + reverse("exchange"), head.email, secret)
    program.send_offers(
        ("import.xml", CATALOGUE.encode()),
        ("offers.xml", package(offer(number=product.pk), encoding="windows-1251")),
    )
    assert DealerProduct.objects.get().price == Decimal("512.30")
    assert f"<Номер>{order.pk}</Номер>" in program.take_orders(confirm=False).decode()
    assert f"<Номер>{order.pk}</Номер>" in program.take_orders().decode()
    assert "<Документ>" not in program.take_orders().decode()
    program.send_statuses(statuses((order.pk, "Уточнение")))
    order.refresh_from_db()
    assert order.status == Status.CLARIFICATION
    with pytest.raises(Failed, match="нельзя"):
        program.send_statuses(statuses((order.pk, "Завершён")))
    with pytest.raises(Failed):
        program.send_offers(("offers.xml", b"broken"))
    with pytest.raises(Failed):
        OneC(live_server.url + reverse("exchange"), head.email, "wrong").take_orders()


def test_an_empty_document_is_a_document():
    root = etree.fromstring(write_orders([], now=NOW))
    assert root.tag == "КоммерческаяИнформация"
    assert len(root) == 0


def test_the_shops_feed(client):
    product = ProductFactory(recommended_price="512.30", colour="бежевый")
    answer = client.get(reverse("shop_feed"))
    root = etree.fromstring(answer.content)
    [found] = root.findall("shop/offers/offer")
    assert (found.get("id"), found.get("available")) == (str(product.pk), "true")
    assert found.findtext("price") == "512.30"
    assert found.findtext("url").startswith("http")
    assert found.findtext("categoryId") == root.find("shop/categories/category").get("id")
    again = client.get(reverse("shop_feed"), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_a_dealers_feed_has_its_prices_and_is_read_by_our_own_import(client):
    dealer = DealerFactory(own_prices=True, whole_line=False)
    first, second = ProductFactory(), ProductFactory()
    DealerProductFactory(dealer=dealer, product=first, price="700", in_stock=True)
    answer = client.get(reverse("dealer_feed", args=[dealer.slug]))
    # Our import takes no document type of its own entities; this one has none.
    rows = {cells[0]: cells[2:] for _number, cells in read_yml(answer.content).rows[1:]}
    assert rows[str(first.pk)] == ["700.00", "true"]
    assert rows[str(second.pk)][1] == "false"
    Dealer.objects.update(is_active=False)
    assert client.get(reverse("dealer_feed", args=[dealer.slug])).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_a_feed_takes_as_many_queries_for_thirty(count, django_assert_max_num_queries):
    dealer = DealerFactory()
    for _ in range(count):
        ProductFactory()
    with django_assert_max_num_queries(6):
        build(dealer, now=NOW)
