"""Who changed what is told to whom stands in the journal, as other settings do."""

import pytest
from django.urls import reverse

from dealers.models import AuditKind, AuditRecord
from notifications.choices import ChannelLocked, save_modes, save_text
from notifications.models import Channel, Mode
from tests.factories import NOW, AdministratorFactory
from tests.pages import text_of

pytestmark = pytest.mark.django_db
KEY = {"event": "order_accepted", "audience": "customer"}


@pytest.fixture
def administrator():
    return AdministratorFactory(name="Анна Админова")


def modes(**changes):
    return {("order_accepted", "customer", channel): mode for channel, mode in changes.items()}


def test_changed_channels_are_one_record_with_each_change(client, administrator):
    save_modes(modes=modes(email=Mode.MANDATORY, sms=Mode.OFF), by=administrator, now=NOW)
    record = AuditRecord.objects.get(kind=AuditKind.MESSAGES)
    assert (record.actor, record.at) == (administrator, NOW)
    assert len(record.data["changes"]) == 2
    client.force_login(administrator)
    for address in (reverse("journal_record", args=[record.pk]), reverse("settings_history")):
        text = text_of(client.get(address))
        assert "Анна Админова" in text
        assert "Заказ принят, покупатель, SMS: " in text
        assert "выключено" in text
        assert "всегда" in text
    assert "Изменены настройки оповещений" in text_of(client.get(reverse("journal")))


def test_a_changed_text_is_recorded_before_and_after(client, administrator):
    text = {"subject": "Принят {{ order }}", "body": "Ваш заказ принят."}
    save_text(**KEY, channel=Channel.EMAIL, **text, by=administrator, now=NOW)
    save_text(**KEY, channel=Channel.EMAIL, subject="", body="", by=administrator, now=NOW)
    client.force_login(administrator)
    shown = text_of(client.get(reverse("settings_history")))
    assert "Принят {{ order }}" in shown
    assert "стандартный текст" in shown
    assert AuditRecord.objects.filter(kind=AuditKind.MESSAGES).count() == 2


def test_nothing_is_recorded_where_nothing_changes_or_a_change_is_refused(administrator):
    save_modes(modes=modes(email=Mode.OPTIONAL), by=administrator, now=NOW)
    save_text(**KEY, channel=Channel.SMS, subject="", body="", by=administrator, now=NOW)
    refused = modes(sms=Mode.OFF) | {("order_unclaimed", "manufacturer", "site"): Mode.OFF}
    with pytest.raises(ChannelLocked):
        save_modes(modes=refused, by=administrator, now=NOW)
    assert not AuditRecord.objects.filter(kind=AuditKind.MESSAGES).exists()
