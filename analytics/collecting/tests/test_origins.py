"""Where visits come from, and into which channel they fall."""

# Headers and addresses stand as they come.
# ruff: noqa: E501

import pytest

from analytics.channels.rules import Rule, Rules
from analytics.collecting.agents import device_of, is_bot
from analytics.collecting.origins import NOWHERE, marks_of, origin_of, tidy_referrer
from analytics.models import Channel, Device

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.6 Mobile/15E148 Safari/604.1"
)
IPAD = "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
GALAXY_TAB = (
    "Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 Chrome/141.0 Safari/537.36"
)
BOTS = (
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "curl/8.9.1",
    "python-requests/2.34.0",
    "Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 HeadlessChrome/141.0.0.0 Safari/537.36",
    "",
)


@pytest.mark.parametrize("agent", BOTS)
def test_programs_are_no_visitors(agent):
    assert is_bot(agent)


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (CHROME, Device.DESKTOP),
        (IPHONE, Device.MOBILE),
        (IPAD, Device.TABLET),
        (GALAXY_TAB, Device.TABLET),
    ],
)
def test_people_are_visitors(agent, device):
    assert not is_bot(agent)
    assert device_of(agent) == device


@pytest.mark.parametrize(
    ("referrer", "kept"),
    [
        ("https://yandex.ru/search/?text=Фасадные+панели&lr=213", "https://yandex.ru/search/?q=фасадные панели"),
        ("https://mail.ru/inbox/?letter=17&to=anna@example.com", "https://mail.ru/inbox/"),
        ("https://shop.example/catalog/", ""),
        ("javascript:alert(1)", ""),
        ("https://[broken", ""),
        ("", ""),
        ("https://yandex.ru/search/?text=позвоните+8+916+123-45-67", "https://yandex.ru/search/?q=позвоните [скрыт]"),
    ],
)  # fmt: skip
def test_a_referrer_is_kept_without_what_is_not_needed(referrer, kept):
    assert tidy_referrer(referrer, "shop.example:8000") == kept


@pytest.mark.parametrize(
    ("marks", "referrer", "identity", "query"),
    [
        ({}, "", ("(direct)", "(none)", ""), ""),
        ({}, "https://ya.ru/", ("yandex", "organic", ""), ""),
        ({}, "https://www.google.co.uk/search", ("google", "organic", ""), ""),
        ({}, "https://notgoogle.ru/", ("notgoogle.ru", "referral", ""), ""),
        ({}, "https://go.mail.ru/search?q=панели", ("mail.ru", "organic", ""), "панели"),
        ({}, "https://www.forumhouse.ru/threads/1/", ("forumhouse.ru", "referral", ""), ""),
        ({"yclid": "17"}, "https://yandex.ru/", ("yandex", "cpc", ""), ""),
        ({"gclid": "a"}, "", ("google", "cpc", ""), ""),
        (
            {"utm_source": "VK", "utm_medium": "CPC", "utm_campaign": "Дача", "utm_term": "Дом  2"},
            "https://yandex.ru/",
            ("vk", "cpc", "Дача"),
            "дом 2",
        ),
    ],
)
def test_an_origin_is_read_from_marks_and_else_from_the_referrer(marks, referrer, identity, query):
    origin = origin_of(marks, referrer)
    assert origin.identity == identity
    assert origin.query == query
    assert origin.is_direct == (origin == NOWHERE)


def test_marks_are_cut_and_nothing_else_is_kept():
    found = marks_of({"utm_source": "a" * 500, "utm_term": "\x00", "phone": "+79161234567"})
    assert found == {"utm_source": "a" * 150}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("origin", "channel"),
    [
        (("(direct)", "(none)", ""), "direct"),
        (("yandex", "organic", ""), "organic"),
        (("yandex", "cpc", "Поиск: панели"), "paid_search"),
        (("yandex", "cpc", "РСЯ: дача"), "display"),
        (("google", "cpc", ""), "paid_search"),
        (("vk", "cpc", "Дача"), "paid_social"),
        (("vk.com", "referral", ""), "social"),
        (("t.me", "referral", ""), "messenger"),
        (("unisender", "email", "Весна"), "email"),
        (("avito", "partner", ""), "partner"),
        (("forumhouse.ru", "referral", ""), "referral"),
        (("something", "", ""), "referral"),
    ],
)
def test_the_rules_of_a_new_shop(origin, channel):
    source, medium, campaign = origin
    found = Rules.load().channel_for(source=source, medium=medium, campaign=campaign)
    assert Channel.objects.get(pk=found).code == channel


def test_the_first_rule_that_fits_wins_and_stars_stand_for_anything():
    rules = Rules((Rule(1, source="ya*.ru, vk"), Rule(2, medium="CPC"), Rule(3)), otherwise=9)
    assert rules.channel_for(source="yandex.ru", medium="cpc") == 1
    assert rules.channel_for(source="VK", medium="") == 1
    assert rules.channel_for(source="vk.com", medium="cpc") == 2
    assert rules.channel_for(source="x", medium="y") == 3
    assert Rules((), otherwise=9).channel_for(source="x", medium="y") == 9
    # What stands in a pattern is text, not an expression.
    assert not Rule(1, source="a.c").fits(source="abc", medium="", campaign="")
