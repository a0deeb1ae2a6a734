"""Django admin: superusers read raw records; ledgers and histories stay as they are."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.urls import reverse

from catalog.models import Product
from dealers.models import AuditRecord, Dealer, PointsEntry, SystemSettings, User
from dealers.services.audit import record
from dealers.services.points import add_points
from distribution.models import Chain, ChainVersion
from notifications.models import Delivery, Message
from orders.models import CommentFile, HistoryEntry, Order
from tests.factories import (
    NOW,
    AdministratorFactory,
    DealerFactory,
    DealerServiceFactory,
    ManagerFactory,
    OfferFactory,
    OrderFactory,
    RelatedProductFactory,
    UserFactory,
)

OTHERS = {"mfa"}
OURS = [model for model in admin.site._registry if model._meta.app_label not in OTHERS]
DELETABLE = {"DealerProduct", "DealerService"}
UNTOUCHED = [
    AuditRecord,
    PointsEntry,
    HistoryEntry,
    LogEntry,
    Message,
    Delivery,
    ChainVersion,
    Chain,
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def superuser():
    return User.objects.create_superuser("root@example.com", "correct horse", name="Корень")


@pytest.fixture
def records(superuser):
    """A record or more of the models that pages are opened for."""
    manager = UserFactory()
    order = OrderFactory()
    OfferFactory(order=order, dealer=manager.dealer)
    DealerServiceFactory(dealer=manager.dealer)
    add_points(
        dealer_id=manager.dealer_id,
        amount=5,
        kind=PointsEntry.Kind.MANUAL,
        reason="Выставка",
        by=superuser,
        now=NOW,
    )
    record(by=superuser, changed=manager, kind="access_off")
    LogEntry.objects.log_actions(superuser.pk, [manager], CHANGE, change_message="x")
    SystemSettings.objects.create(pk=1)
    entry = HistoryEntry.objects.create(order=order, kind="placed", created_at=NOW)
    CommentFile.objects.create(
        entry=entry, position=1, name="a.pdf", content_type="application/pdf", size=1, file="a.pdf"
    )
    message = Message.objects.create(
        event="order_placed", audience="customer", subject_key=f"order:{order.pk}", created_at=NOW
    )
    Delivery.objects.create(message=message, channel="email", address="a@example.com", due_at=NOW)


def page(model, name, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_a_superuser_reads_and_searches_every_list(client, superuser, records, model):
    client.force_login(superuser)
    assert client.get(page(model, "changelist")).status_code == 200
    if admin.site._registry[model].search_fields:
        assert client.get(page(model, "changelist"), {"q": "7"}).status_code == 200
    first = model._default_manager.first()
    if first is not None:
        assert client.get(page(model, "change", first.pk)).status_code == 200


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_only_rows_of_an_assortment_may_be_deleted(rf, superuser, model):
    request = rf.get("/")
    request.user = superuser
    allowed = admin.site._registry[model].has_delete_permission(request)
    assert allowed == (model.__name__ in DELETABLE)


@pytest.mark.parametrize("model", [Dealer, Order, User, SystemSettings, PointsEntry])
def test_deleting_is_refused(client, superuser, records, model):
    first = model._default_manager.first()
    client.force_login(superuser)
    assert client.post(page(model, "delete", first.pk), {"post": "yes"}).status_code == 403
    assert model._default_manager.filter(pk=first.pk).exists()


@pytest.mark.parametrize("model", UNTOUCHED, ids=lambda model: model.__name__)
def test_what_the_product_writes_is_not_edited(client, superuser, records, model):
    client.force_login(superuser)
    first = model._default_manager.first()
    assert client.post(page(model, "change", first.pk), {"reason": "x"}).status_code == 403
    assert client.get(page(model, "add")).status_code == 403


def test_points_and_statuses_are_not_edited_past_the_ledger_and_the_services(
    client, superuser, records
):
    client.force_login(superuser)
    for model, names in ((Dealer, ["points"]), (Order, ["status", "dealer", "total", "cycle"])):
        answer = client.get(page(model, "change", model.objects.first().pk))
        assert not set(names) & set(answer.context["adminform"].form.fields)


@pytest.mark.parametrize("factory", [AdministratorFactory, ManagerFactory, UserFactory])
def test_others_are_not_let_in(client, factory):
    client.force_login(factory())
    dealer = DealerFactory()
    for address in (reverse("admin:index"), page(Dealer, "change", dealer.pk)):
        assert client.get(address).status_code == 302


def test_a_related_product_changed_here_leads_from_the_journal_to_its_page(client, superuser):
    product = RelatedProductFactory(name="Клей")
    client.force_login(superuser)
    form = client.get(page(Product, "change", product.pk)).context["adminform"].form
    values = {name: value for name, value in form.initial.items() if value is not None}
    values.pop("picture", None)

    client.post(page(Product, "change", product.pk), values | {"name": "Клей монтажный"})

    record = AuditRecord.objects.get(object_id=product.pk, object_type="catalog.product")
    assert record.data["owner"] == product.owner_id
    address = reverse("related_review", args=[product.owner_id, product.pk])
    assert address in client.get(reverse("journal")).content.decode()
