"""Channels of this market, and the rules that a new shop begins with."""

from django.db import migrations

# Code, name, paid.
CHANNELS = (
    ("direct", "Прямые заходы", False),
    ("organic", "Поиск", False),
    ("paid_search", "Реклама в поиске", True),
    ("display", "Медийная реклама", True),
    ("paid_social", "Реклама в соцсетях", True),
    ("social", "Соцсети", False),
    ("messenger", "Мессенджеры", False),
    ("email", "Рассылки", True),
    ("partner", "Партнёры и площадки", True),
    ("referral", "Ссылки на других сайтах", False),
)
SOCIAL = "vk*, *.vk.com, ok, ok.ru, odnoklassniki*, dzen*, *.dzen.ru, zen*, youtube*, rutube*"
MESSENGERS = "t.me, telegram*, *.telegram.org, whatsapp*, wa.me, viber*, max, max.ru"
# Channel, source, medium, campaign: the first that fits wins.
RULES = (
    ("direct", "(direct)", "", ""),
    ("email", "", "email, e-mail, mail, newsletter, rassylka", ""),
    ("paid_social", SOCIAL, "cpc, cpm, cpa, ppc, paid*, *_cpc, *_cpm, target*, ads", ""),
    ("display", "", "cpm, display, banner, media", ""),
    ("display", "yandex*, google*", "cpc, ppc", "рся*, rsya*, кмс*, kms*, gdn*, network*"),
    ("paid_search", "", "cpc, ppc, paid, paidsearch", ""),
    ("organic", "", "organic", ""),
    ("partner", "", "partner*, affiliate, cpa, cps, marketplace, price*", ""),
    ("messenger", MESSENGERS, "", ""),
    ("messenger", "", "messenger, sms", ""),
    ("social", SOCIAL, "", ""),
    ("social", "", "social, smm", ""),
)


def add(apps, schema_editor):
    channel_model = apps.get_model("analytics", "Channel")
    rule_model = apps.get_model("analytics", "ChannelRule")
    channels = {
        code: channel_model.objects.create(code=code, name=name, is_paid=is_paid, position=position)
        for position, (code, name, is_paid) in enumerate(CHANNELS, 1)
    }
    for position, (code, source, medium, campaign) in enumerate(RULES, 1):
        rule_model.objects.create(
            position=position,
            channel=channels[code],
            source=source,
            medium=medium,
            campaign=campaign,
        )


class Migration(migrations.Migration):
    dependencies = [("analytics", "0001_visits_and_facts")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
