"""The product's settings with the floors' views beside its own.

Static files keep their hashed names but are not compressed: compressing takes a minute and no
measured page serves them.
"""

from suz.settings import *  # noqa: F403
from suz.settings import BASE_DIR
from suz.settings import STORAGES as PRODUCT_STORAGES
from suz.settings import TEMPLATES as PRODUCT_TEMPLATES

ROOT_URLCONF = "bench.urls"
STORAGES = PRODUCT_STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
}
TEMPLATES = [
    engine | {"DIRS": [*engine["DIRS"], BASE_DIR / "bench" / "templates"]}
    for engine in PRODUCT_TEMPLATES
]
# One connection for the whole run: what its server process works is counted, see bench.lists.
DATABASES["default"]["CONN_MAX_AGE"] = None  # noqa: F405
