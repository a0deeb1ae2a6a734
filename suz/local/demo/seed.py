"""Writes the whole demo in one transaction."""

import random
from datetime import timedelta

from django.db import transaction

from analytics.facts.services import refresh_all
from suz.local.demo import state
from suz.local.demo.chains import configure_chains
from suz.local.demo.changes import change_orders
from suz.local.demo.complaints import create_complaints
from suz.local.demo.customers import create_customer_cards
from suz.local.demo.geography import load_geography
from suz.local.demo.history.calls import record_conversations
from suz.local.demo.history.year import SPAN, Year
from suz.local.demo.integrations import create_integrations
from suz.local.demo.journal import write_journal
from suz.local.demo.network import create_network
from suz.local.demo.notices import create_notices
from suz.local.demo.papers import add_papers
from suz.local.demo.promotions import create_promo_codes, create_promotions
from suz.local.demo.related import create_related, draw_related
from suz.local.demo.shop import create_catalogue, draw_pictures
from suz.local.demo.staff import create_staff, save_settings
from suz.local.demo.talks import write_talks
from suz.local.demo.visits import create_visits

# The sum of the weights of the stages below, for the progress bar.
WEIGHT = 106


@transaction.atomic
def seed(*, now, orders, seed, pictures, progress):
    """Write the demo into an empty database; the same ``seed`` and ``now`` give the same data.

    ``orders`` is about how many orders of the last twelve months; without ``pictures`` the
    catalogue has none, and conversations no recordings. ``progress`` is a Progress.
    """
    rng = random.Random(f"suz demo {seed}")
    progress.stage("Регионы и города", 2)
    geography = load_geography()
    progress.stage("Каталог", 1)
    shop = create_catalogue()
    if pictures:
        progress.stage("Фотографии товаров", 40)
        draw_pictures(shop, progress.ticker(len(shop.products) + len(shop.by_category)))
    progress.stage("Дилеры", 5)
    staff = create_staff(now)
    members = create_network(rng, geography, shop, now)
    related = create_related(random.Random(f"suz related {seed}"), members, now)
    if pictures:
        draw_related(related)
    settings = save_settings(members)
    configure_chains(geography, shop, members, by=staff[0], now=now - SPAN - timedelta(days=1))
    facts = create_promotions(geography, shop, members, by=staff[1], now=now)
    codes = create_promo_codes(geography, by=staff[0], now=now)
    progress.stage("Заказы за год", 30)
    year = Year(
        rng,
        geography=geography,
        shop=shop,
        members=members,
        settings=settings,
        staff=staff,
        facts=facts,
        codes=codes,
        now=now,
    )
    year.play(orders, progress.ticker)
    progress.stage("Запись в базу", 18)
    year.write(progress.ticker)
    change_orders(rng, now)
    write_talks(random.Random(f"suz talks {seed}"), staff=staff, now=now)
    write_journal(now=now, staff=staff, members=members, shop=shop, settings=settings)
    if pictures:
        record_conversations()
        progress.stage("Переписка с файлами", 2)
        add_papers(staff=staff, now=now)
    create_customer_cards(random.Random(f"suz customers {seed}"), staff=staff, now=now)
    create_notices(now)
    create_complaints(random.Random(f"suz complaints {seed}"), now=now)
    progress.stage("Посещения за год", 6)
    create_visits(random.Random(f"suz visits {seed}"), now=now)
    refresh_all(now=now)
    create_integrations(by=staff[0], now=now)
    state.mark_complete()
    progress.finish()
