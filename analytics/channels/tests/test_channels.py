"""Editing the rules of channels: order, reports of all times, two at once."""

import re

import pytest
from django.urls import reverse

from analytics.channels.services import RulesMoved, digest, save_rules
from analytics.models import Channel, ChannelRule, Origin
from dealers.models import AuditKind, AuditRecord
from tests.factories import NOW, AdministratorFactory, ManagerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return AdministratorFactory()


def rule(channel, source="", medium="", campaign=""):
    code = Channel.objects.get(code=channel).pk
    return {"channel": code, "source": source, "medium": medium, "campaign": campaign}


def test_origins_follow_the_new_rules(by):
    referral = Channel.objects.get(code="referral")
    origin = Origin.objects.create(source="forum.ru", medium="referral", channel=referral)
    rules = [rule("partner", "forum.*"), rule("direct", "(direct)")]
    assert save_rules(rules=rules, seen=digest(), by=by, now=NOW) == 1
    origin.refresh_from_db()
    assert origin.channel.code == "partner"
    assert ChannelRule.objects.count() == 2
    record = AuditRecord.objects.get(kind=AuditKind.CHANNELS)
    assert record.data["after"][0] == ["Партнёры и площадки", "forum.*", "", ""]
    assert save_rules(rules=rules, seen=digest(), by=by, now=NOW) == 0
    assert AuditRecord.objects.filter(kind=AuditKind.CHANNELS).count() == 1


def test_rules_changed_meanwhile_are_not_overwritten(by):
    seen = digest()
    save_rules(rules=[rule("direct", "(direct)")], seen=seen, by=by, now=NOW)
    with pytest.raises(RulesMoved):
        save_rules(rules=[], seen=seen, by=by, now=NOW)
    assert ChannelRule.objects.count() == 1


def posted(page):
    """The form as the browser would send it."""
    text = page.content.decode()
    data = dict(re.findall(r'name="(rule-[\w-]+|seen)"[^>]*?value="([^"]*)"', text))
    data |= {
        name: value
        for name, value in re.findall(
            r'<select[^>]*name="(rule-\d+-channel)".*?<option value="(\d+)" selected', text, re.S
        )
    }
    return data


def test_a_rule_is_added_moved_and_taken_out(client, by, django_assert_max_num_queries):
    client.force_login(by, backend="dealers.auth.WorkspaceBackend")
    address = reverse("channels")
    count = ChannelRule.objects.count()
    with django_assert_max_num_queries(16):
        page = client.get(address)
    data = posted(page)
    new = Channel.objects.get(code="partner").pk
    data |= {
        f"rule-{count}-source": "avito", f"rule-{count}-channel": new, f"rule-{count}-ORDER": "0",
        "rule-0-DELETE": "on",
    }  # fmt: skip
    assert client.post(address, data).status_code == 302
    rules = list(ChannelRule.objects.order_by("position"))
    assert len(rules) == count
    assert (rules[0].source, rules[0].channel_id) == ("avito", new)
    tried = client.get(address, {"try": "1", "source": "AVITO"}).content.decode()
    assert "Партнёры и площадки</strong>" in tried
    assert client.post(address, data | {"rule-1-source": "a" * 301}).status_code == 422
    assert client.get(address, {"try": "1", "source": "\x00"}).status_code == 200


def test_managers_do_not_edit_rules(client):
    client.force_login(ManagerFactory(), backend="dealers.auth.WorkspaceBackend")
    assert client.get(reverse("channels")).status_code == 404
