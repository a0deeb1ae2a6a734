"""The product's settings with the floors' views beside its own.

Static files keep their hashed names but are not compressed: compressing takes a minute and no
measured page serves them.
"""

from suz.settings import *  # noqa: F403
from suz.settings import STORAGES as PRODUCT_STORAGES

ROOT_URLCONF = "bench.urls"
STORAGES = PRODUCT_STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
}
