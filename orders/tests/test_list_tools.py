"""Around the list of orders: statuses with numbers, columns, more filters, download."""

import csv
import html
import io
import zipfile
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from dealers.models import AuditKind, AuditRecord
from orders.models import Order, OrderSource
from orders.services.accepting import accept_offer
from suz.common.sheets import safe_text
from tests.factories import CustomerFactory, DealerQuoteFactory, OfferFactory, OrderFactory

LIST = reverse("order_list")
EXPORT = reverse("order_export")
COLUMNS = reverse("order_columns")


@pytest.fixture
def own(city, dealer, dealer_manager):
    """An order that the dealer has accepted."""

    def own(**fields):
        order = OrderFactory(**{"place": city, "created_at": timezone.now()} | fields)
        OfferFactory(order=order, dealer=dealer)
        return accept_offer(order_id=order.pk, by=dealer_manager, now=timezone.now())

    return own


def numbers(client, **query):
    return [row.order.pk for row in client.get(LIST, {"tab": "all"} | query).context["rows"]]


def table(answer):
    """The rows of a csv download without the titles."""
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))[1:]


class TestStatuses:
    def test_each_has_its_number(self, client, manager, own, city):
        own()
        own()
        OrderFactory(place=city)
        client.force_login(manager)
        statuses = client.get(LIST, {"tab": "all"}).context["statuses"]
        counts = {one["info"].code: one["count"] for one in statuses}
        assert (counts["new"], counts["accepted"], counts["payment"]) == (1, 2, 0)

    def test_numbers_follow_the_filters_but_not_the_chosen_status(self, client, manager, own, city):
        own(source=OrderSource.PHONE)
        own()
        OrderFactory(place=city)
        client.force_login(manager)
        query = {"tab": "all", "source": "phone", "status": "new"}
        counts = {
            one["info"].code: one["count"] for one in client.get(LIST, query).context["statuses"]
        }
        assert (counts["new"], counts["accepted"]) == (0, 1)

    def test_a_dealer_s_numbers_are_of_its_own_orders(self, client, dealer_manager, own):
        own()
        OrderFactory()
        client.force_login(dealer_manager)
        statuses = client.get(LIST, {"tab": "all"}).context["statuses"]
        assert sum(one["count"] for one in statuses) == 1

    def test_beyond_the_cap_the_number_is_not_exact(self, client, manager, city, monkeypatch):
        monkeypatch.setattr("orders.counting.STATUS_LIMIT", 2)
        monkeypatch.setattr("orders.counting.FEW_ORDERS", -2)
        for _ in range(4):
            OrderFactory(place=city)
        client.force_login(manager)
        answer = client.get(LIST, {"tab": "all"})
        new = answer.context["statuses"][0]
        assert (new["count"], new["is_more"]) == (2, True)
        assert "2+" in answer.content.decode()

    def test_with_few_orders_in_all_it_is_exact(self, client, manager, city, monkeypatch):
        monkeypatch.setattr("orders.counting.STATUS_LIMIT", 2)
        for _ in range(4):
            OrderFactory(place=city)
        client.force_login(manager)
        new = client.get(LIST, {"tab": "all"}).context["statuses"][0]
        assert (new["count"], new["is_more"]) == (4, False)


class TestFilters:
    def test_by_category_source_and_sum(self, client, manager, own):
        cheap, dear = own(total=Decimal(400)), own(source=OrderSource.PHONE)
        Order.objects.filter(pk=dear.pk).update(total=Decimal(9000), goods_total=Decimal(9000))
        client.force_login(manager)
        category = dear.lines.get().product.family.category
        assert numbers(client, category=category.pk) == [dear.pk]
        assert numbers(client, source="phone") == [dear.pk]
        assert numbers(client, sum_from="1 000") == [dear.pk]
        assert numbers(client, sum_to="1 000,50") == [cheap.pk]

    def test_a_dealer_s_sum_is_its_own_offer_s(self, client, dealer, dealer_manager, city):
        order = OrderFactory(place=city, price_max=Decimal(900), total=Decimal(900))
        DealerQuoteFactory(order=order, dealer=dealer, prices=[Decimal(350)], total=Decimal(700))
        OfferFactory(order=order, dealer=dealer)
        client.force_login(dealer_manager)
        assert numbers(client, sum_to="700") == [order.pk]
        assert numbers(client, sum_from="800") == []

    @pytest.mark.parametrize("typed", ["1e308", "-5", "много", "\0", "9" * 40, "NaN"])
    def test_nonsense_sums_narrow_nothing(self, client, manager, own, typed):
        order = own()
        client.force_login(manager)
        assert numbers(client, sum_from=typed, source=typed, category=typed) == [order.pk]

    def test_sorted_columns_say_so(self, client, manager, own):
        own()
        client.force_login(manager)
        page = client.get(LIST, {"tab": "all", "sort": "-sum"}).content.decode()
        assert page.count('aria-sort="descending"') == 1
        assert page.count('aria-sort="none"') == 3


class TestColumns:
    def test_a_choice_is_remembered_for_the_person(self, client, manager, administrator, own):
        own(source=OrderSource.PHONE)
        client.force_login(manager)
        answer = client.post(f"{COLUMNS}?tab=all&sort=sum", {"column": ["source", "sum"]})
        assert answer["Location"] == f"{LIST}?tab=all&sort=sum"
        assert client.get(LIST).context["columns"] == ["number", "status", "source", "sum"]
        client.force_login(administrator)
        assert "created" in client.get(LIST).context["columns"]

    def test_as_usual_forgets_the_choice(self, client, manager, own):
        client.force_login(manager)
        usual = client.get(LIST).context["columns"]
        client.post(COLUMNS, {"column": ["sum"]})
        client.post(COLUMNS, {"usual": "1", "column": ["sum"]})
        assert client.get(LIST).context["columns"] == usual

    def test_a_dealer_has_no_column_of_dealers(self, client, dealer_manager, own):
        own()
        client.force_login(dealer_manager)
        client.post(COLUMNS, {"column": ["dealer", "nonsense", "\0", "sum"]})
        answer = client.get(LIST, {"tab": "all"})
        assert answer.context["columns"] == ["number", "status", "sum"]
        # The offers look alike to everybody.
        assert "products" in client.get(LIST, {"tab": "available"}).context["columns"]


class TestExport:
    def test_the_manufacturer_gets_what_the_filter_shows(self, client, manager, own, city):
        order = own(customer=CustomerFactory(name="Роман", phone="+79161234567"))
        OrderFactory(place=city)
        client.force_login(manager)
        rows = table(client.post(f"{EXPORT}?tab=all&status=accepted", {"kind": "csv"}))
        assert [row[0] for row in rows] == [str(order.pk)]
        assert rows[0][3:5] == ["Роман", "'+7 916 123-45-67"]
        assert rows[0][14] == "400,00"

    def test_a_dealer_gets_its_own_with_phones_masked(self, client, dealer_manager, own, city):
        customer = CustomerFactory(phone="+79161234567", name="Роман 8 916 123-45-67")
        order = own(customer=customer)
        OrderFactory(place=city)
        client.force_login(dealer_manager)
        rows = table(client.post(f"{EXPORT}?tab=all", {"kind": "csv"}))
        assert [row[0] for row in rows] == [str(order.pk)]
        assert rows[0][3] == "Роман [скрыт]"
        assert "123" not in rows[0][4]
        assert "916" in rows[0][4]

    def test_an_offered_order_names_nobody(self, client, dealer, dealer_manager, city):
        customer = CustomerFactory(name="Роман", phone="+79161234567")
        OfferFactory(order=OrderFactory(place=city, customer=customer), dealer=dealer)
        client.force_login(dealer_manager)
        answer = client.post(f"{EXPORT}?tab=available", {"kind": "csv"})
        text = ";".join(table(answer)[0])
        assert "Роман" not in text
        assert "916" not in text

    def test_xlsx_opens_and_holds_formulas_as_text(self, client, manager, own):
        own(customer=CustomerFactory(name='=HYPERLINK("http://a","b")'))
        client.force_login(manager)
        answer = client.post(f"{EXPORT}?tab=all", {"kind": "xlsx"})
        book = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
        sheet = html.unescape(book.read("xl/worksheets/sheet1.xml").decode())
        assert "<t>Номер</t>" in sheet
        assert '\'=HYPERLINK("http://a","b")</t>' in sheet
        assert "<v>400</v>" in sheet
        assert "<f>" not in sheet

    def test_who_took_it_is_kept(self, client, dealer_manager, own):
        own()
        client.force_login(dealer_manager)
        client.post(f"{EXPORT}?tab=all", {"kind": "csv"})
        entry = AuditRecord.objects.get(actor=dealer_manager, kind="export")
        assert entry.data == {"table": "orders", "count": 1, "format": "csv"}

    def test_too_many_rows_are_refused_in_words(self, client, manager, own, monkeypatch):
        monkeypatch.setattr("dealers.services.exports.MOST_ROWS", 1)
        own()
        own()
        client.force_login(manager)
        answer = client.post(f"{EXPORT}?tab=all", {"kind": "csv"}, follow=True)
        assert "Сузьте фильтры" in answer.content.decode()

    @pytest.mark.parametrize("begins", list("=+-@\t\r＝＋－＠"))
    def test_no_cell_begins_a_formula(self, begins):
        assert safe_text(f"{begins}1").startswith("'")


class TestChips:
    def chips(self, client, **query):
        return client.get(LIST, {"tab": "all"} | query).context["chips"]

    def test_each_filter_has_one_that_takes_it_off(self, client, manager, city, dealer):
        client.force_login(manager)
        query = {
            "q": "Роман",
            "region": city.parent_id,
            "dealer": dealer.pk,
            "source": "phone",
            "since": "2026-06-01",
            "until": "2026-06-30",
            "sum_from": "1 000",
            "sum_to": "20000",
            "overdue": "1",
            "attention": "1",
        }
        chips = self.chips(client, **query)
        assert [chip.text for chip in chips] == [
            "«Роман»",
            city.parent.name,
            dealer.name,
            "откуда: телефон",
            "с 1 июня 2026",
            "по 30 июня 2026",
            "не меньше 1\u202f000\u00a0₽",
            "не больше 20\u202f000\u00a0₽",
            "просроченные",
            "требуют внимания",
        ]
        for name, chip in zip(query, chips, strict=True):
            left = client.get(f"{LIST}?{chip.query}").context["chips"]
            assert [one.text for one in left] == [
                one.text for one in chips if one.text != chip.text
            ], name

    def test_a_filter_that_narrows_nothing_has_none(self, client, manager):
        client.force_login(manager)
        assert self.chips(client, since="yesterday", region="x", sum_from="-1", status="new") == []

    def test_a_dealer_has_none_of_the_manufacturer_s(self, client, dealer_manager, dealer):
        client.force_login(dealer_manager)
        assert self.chips(client, dealer=dealer.pk, attention="1") == []

    def test_words_are_escaped(self, client, manager):
        client.force_login(manager)
        page = client.get(LIST, {"q": "<script>alert(1)</script>"}).content.decode()
        assert "<script>alert(1)" not in page


class TestTicked:
    def rows(self, client, only, **query):
        return table(
            client.post(
                f"{EXPORT}?{'&'.join(f'{key}={value}' for key, value in query.items())}",
                {"kind": "csv", "only": only},
            )
        )

    def test_only_ticked_orders_are_downloaded(self, client, manager, city):
        orders = [OrderFactory(place=city) for _ in range(3)]
        client.force_login(manager)
        rows = self.rows(client, [orders[0].pk, orders[2].pk], tab="all")
        assert [row[0] for row in rows] == [str(orders[2].pk), str(orders[0].pk)]
        taken = AuditRecord.objects.latest("pk")
        assert (taken.kind, taken.data["count"]) == (AuditKind.EXPORT, 2)

    def test_ticks_reach_no_further_than_the_list(self, client, dealer_manager, own, city):
        mine, anothers = own(), OrderFactory(place=city)
        client.force_login(dealer_manager)
        rows = self.rows(client, [mine.pk, anothers.pk], tab="all")
        assert [row[0] for row in rows] == [str(mine.pk)]

    @pytest.mark.parametrize("only", ["x", "", "-1", "1e3", "\0", str(2**63), "9" * 40, "²"])
    def test_nonsense_is_no_order(self, client, manager, city, only):
        OrderFactory(place=city)
        client.force_login(manager)
        assert self.rows(client, [only], tab="all") == []
