"""Settings of the processes under test: the tests' own, with mails really sent."""

import environ

from suz.local.test_settings import *  # noqa: F403
from suz.local.test_settings import CELERY_BEAT_SCHEDULE as PRODUCT_SCHEDULE
from suz.settings import EMAIL_CONCURRENCY as SHIPPED_EMAILS
from suz.settings import OUTGOING_CONCURRENCY as SHIPPED_OUTGOING
from suz.settings import SMS_CONCURRENCY as SHIPPED_SMS

TICK_SECONDS = 0.25

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = environ.Env().int("SMTP_PORT")
# What a killed worker left half sent must not be waited for.
EMAIL_TIMEOUT = 5
# Ticks in quick succession, so that there is always one to be broken off.
CELERY_BEAT_SCHEDULE = {
    name: PRODUCT_SCHEDULE[name] | {"schedule": TICK_SECONDS}
    for name in ("distribution", "notifications", "telephony", "outgoing")
}

# SMS go to a provider of the test's own.
SMS_PROVIDER = "twilio"
TWILIO_SMS_FROM = "+15005550006"
TWILIO_ACCOUNT_SID = environ.Env().str("TWILIO_ACCOUNT_SID", default="AC1")
TWILIO_AUTH_TOKEN = environ.Env().str("TWILIO_AUTH_TOKEN", default="only-for-tests")
TWILIO_API_URL = environ.Env().str("TWILIO_API_URL", default="http://127.0.0.1:1")
PROVIDER_TIMEOUT = 0.5
# As many at once as the product sends where nobody has said otherwise: what is promised holds as
# it is shipped.
EMAIL_CONCURRENCY = SHIPPED_EMAILS
SMS_CONCURRENCY = SHIPPED_SMS
OUTGOING_CONCURRENCY = SHIPPED_OUTGOING
