"""Settings of the tests: those of the product, on embedded services where none are named.

pytest-django reads the settings before any conftest.py is loaded, so the servers are started here.
Workers of pytest-xdist inherit the environment and find them running.
"""

import atexit
import os

from suz.local.services import TEST, Services
from suz.local.translations import compile_all

if "PYTEST_XDIST_WORKER" not in os.environ:
    compile_all()
services = Services(TEST)
os.environ.update(services.acquire())
atexit.register(services.release)

os.environ.update(
    {
        "DEBUG": "False",
        "SUZ_DEMO": "False",
        "SIMULATE": "True",
        "HTTPS": "False",
        "SECOND_FACTOR_REQUIRED": "False",
        "SECRET_KEY": "only-for-tests-" + "0123456789" * 4,
        "EMAIL_URL": "memorymail://",
    }
)

from suz.settings import *  # noqa: E402, F403
from suz.settings import STORAGES as PRODUCT_STORAGES  # noqa: E402

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "one")
PRIVATE_ROOT = services.state / f"private-{WORKER}"
# Pages' tests need no collected files; the manifest has a test of its own.
STORAGES = PRODUCT_STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "private": PRODUCT_STORAGES["private"] | {"OPTIONS": {"location": PRIVATE_ROOT}},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
# One of its own for each worker: the demo's tests empty it.
MEDIA_ROOT = services.state / f"media-{WORKER}"
# Hashing passwords slowly is for real ones.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests that roll back see nothing of what another thread's connection does.
EMAIL_CONCURRENCY = SMS_CONCURRENCY = OUTGOING_CONCURRENCY = 1
