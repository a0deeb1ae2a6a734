"""The default chain: Base without delay, in force from the beginning."""

import datetime

from django.db import migrations

EPOCH = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
# StageSpec(strategy="base").to_json() at the time of writing.
BASE = {
    "strategy": "base",
    "window": None,
    "delay": 0,
    "min_points": 0,
    "max_minutes": 0,
    "min_orders": 1,
    "at_once": 1,
    "rounds": 1,
    "weights": {"distance": 1, "price": 1, "rating": 1, "speed": 1},
    "fix_rows": [],
    "limit_rows": [],
}


def add_default_chain(apps, schema_editor):
    chain = apps.get_model("distribution", "Chain").objects.create(region=None)
    apps.get_model("distribution", "ChainStage").objects.create(
        chain=chain, position=1, strategy="base"
    )
    apps.get_model("distribution", "ChainVersion").objects.create(
        region=None, spec=[BASE], valid_from=EPOCH
    )


class Migration(migrations.Migration):
    dependencies = [("distribution", "0001_initial")]
    operations = [
        migrations.RunPython(add_default_chain, migrations.RunPython.noop, elidable=False)
    ]
