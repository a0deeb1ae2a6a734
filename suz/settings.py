"""Settings, all of them from the environment (see .env.example)."""

import tempfile
from pathlib import Path

import environ
import structlog
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from suz.common.logs import masked
from suz.common.reporting import start_reporting

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("SUZ_DEMO", default=False)
SECRET_KEY = env(
    "SECRET_KEY", default="" if not (DEBUG or DEMO) else "demo-only-not-secret-" + "x" * 40
)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# The address people reach the product at; links in messages start with it.
PUBLIC_URL = env("PUBLIC_URL", default="http://localhost:8000")
# How many proxies of ours stand in front: the client's address is the rightmost one not ours.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "phonenumber_field",
    "pgtrigger",
    "pghistory",
    "csp",
    "django_structlog",
    "notifications",
    "dealers",
    "catalog",
    "orders",
    "distribution",
    "telephony",
    "surveys",
    "analytics",
    "suz.common",
    "suz.local",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "suz.common.middleware.readable",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dealers.second_factor.second_factor",
    "suz.common.middleware.viewer_time_zone",
    "suz.common.middleware.authored",
    "django_structlog.middlewares.RequestMiddleware",
    "analytics.collecting.middleware.counting",
]

ROOT_URLCONF = "suz.urls"
WSGI_APPLICATION = "suz.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": env.db("DATABASE_URL", default="postgres:///suz")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})["connect_timeout"] = 5
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Requests talk to PostgreSQL only: sessions, cache and limits live there too.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
    }
}

AUTH_USER_MODEL = "dealers.User"
# The only one: another would let in whom this one refuses.
AUTHENTICATION_BACKENDS = ["dealers.auth.WorkspaceBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workspace"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "dealers.auth.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_RATE_LIMITS = {"login_failed": "10/h/key,20/h/ip"}
MFA_TOTP_ISSUER = "СУЗ"
# Administrators need a second factor and prove once more who they are before users and settings.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=not (DEBUG or DEMO))
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900  # seconds

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian"))]
LOCALE_PATHS = [
    BASE_DIR / "locale" / area
    for area in (
        "workspace",
        "distribution",
        "telephony",
        "surveys",
        "orders",
        "catalog",
        "dealers",
        "notifications",
        "common",
    )
]
TIME_ZONE = "Europe/Moscow"
USE_TZ = True
FORMAT_MODULE_PATH = ["suz.common.formats"]
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.path("STATIC_ROOT", default=BASE_DIR / "staticfiles")
MEDIA_URL = "media/"
MEDIA_ROOT = env.path("MEDIA_ROOT", default=BASE_DIR / "media")
# What only those may read who may see what it belongs to: no address leads there.
PRIVATE_ROOT = env.path("PRIVATE_ROOT", default=BASE_DIR / "private")
STORAGES = {
    "private": {
        "BACKEND": "suz.common.storage.PrivateStorage",
        "OPTIONS": {
            "location": PRIVATE_ROOT,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
PHONENUMBER_DEFAULT_REGION = "RU"
PHONENUMBER_DB_FORMAT = "E164"

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# Visits of the shop are counted, of those visitors who agree; off: nobody is asked either.
COUNT_VISITS = env.bool("COUNT_VISITS", default=True)

# E-mail: SMTP where EMAIL_URL names one; in the demo nothing is sent, mails are read on a page.
EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
if DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
# Unisender Go instead of SMTP: its webhook tells of mails that did not arrive.
UNISENDER_GO_API_KEY = env("UNISENDER_GO_API_KEY", default="")
if UNISENDER_GO_API_KEY and not DEMO:
    EMAIL_BACKEND = "anymail.backends.unisender_go.EmailBackend"
    ANYMAIL = {
        "UNISENDER_GO_API_KEY": UNISENDER_GO_API_KEY,
        "UNISENDER_GO_API_URL": env(
            "UNISENDER_GO_API_URL", default="https://go1.unisender.ru/ru/transactional/api/v1/"
        ),
    }
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="СУЗ <noreply@suz.demo>")

# One account of Twilio serves calls and SMS.
TWILIO_ACCOUNT_SID = env("TWILIO_ACCOUNT_SID", default="")
TWILIO_AUTH_TOKEN = env("TWILIO_AUTH_TOKEN", default="")
TWILIO_API_URL = env("TWILIO_API_URL", default="https://api.twilio.com")
# Whether calls, SMS and mails without a provider go to pages of ours, to be tried out. Never in
# real operation: nobody would be called or written to, and all would look as if they had been.
SIMULATES = env.bool("SIMULATE", default=DEBUG or DEMO)
WITHOUT_PROVIDER = "simulator" if SIMULATES else "none"
# Calls: Twilio where an account is named, else the simulator, a page with everybody's phones.
TWILIO_NUMBER = env("TWILIO_NUMBER", default="")
TWILIO_VOICE = env("TWILIO_VOICE", default="Polly.Tatyana")
TELEPHONY_PROVIDER = (
    "twilio" if TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN and TWILIO_NUMBER else WITHOUT_PROVIDER
)
# Where the simulator's worker reaches the web server, should that not be the public address.
SIMULATOR_URL = env("SIMULATOR_URL", default="") or PUBLIC_URL

# SMS: "twilio", "smsru", or "simulator", whose SMS are read on a page of ours.
SMS_PROVIDER = env("SMS_PROVIDER", default="") or WITHOUT_PROVIDER
if SMS_PROVIDER == "simulator":
    SMS_PROVIDER = WITHOUT_PROVIDER
# A number, a name of letters, or the id of a messaging service (MG…).
TWILIO_SMS_FROM = env("TWILIO_SMS_FROM", default="")
SMSRU_API_ID = env("SMSRU_API_ID", default="")
SMSRU_API_URL = env("SMSRU_API_URL", default="https://sms.ru")
SMSRU_FROM = env("SMSRU_FROM", default="")
# Seconds that a provider may take to answer.
PROVIDER_TIMEOUT = env.float("PROVIDER_TIMEOUT", default=10)
# How many messages of a channel may be under way at once, in all workers together. As many mails
# at most are sent twice (with one Message-ID) where a worker is killed: with one at a time, never
# more mails than kills.
EMAIL_CONCURRENCY = env.int("EMAIL_CONCURRENCY", default=1)
SMS_CONCURRENCY = env.int("SMS_CONCURRENCY", default=8)

# LeadsDB and webhooks: hosts, or host:port, that may be reached without https and within our own
# network; a file of certificates to trust in place of the usual ones; how many at once.
OUTGOING_ALLOWED = env.list("OUTGOING_ALLOWED", default=[])
OUTGOING_CA_FILE = env("OUTGOING_CA_FILE", default="")
OUTGOING_CONCURRENCY = env.int("OUTGOING_CONCURRENCY", default=4)

CELERY_BROKER_URL = env("REDIS_URL", default="redis://localhost:6379/0")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
# Beat writes it every few minutes, which its health check looks at.
CELERY_BEAT_SCHEDULE_FILENAME = env(
    "CELERY_BEAT_SCHEDULE", default=str(Path(tempfile.gettempdir()) / "suz-beat-schedule")
)


def _every(seconds, task):
    # A run that waited for a whole turn is dropped: the next one does its work.
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


CELERY_BEAT_SCHEDULE = {
    "distribution": _every(1.0, "distribution.tasks.tick"),
    "catalog": _every(1.0, "catalog.tasks.tick"),
    "notifications": _every(1.0, "notifications.tasks.tick"),
    "telephony": _every(1.0, "telephony.tasks.tick"),
    "surveys": _every(1.0, "surveys.tasks.tick"),
    "outgoing": _every(1.0, "analytics.tasks.outgoing"),
    "outgoing-clean": _every(600.0, "analytics.tasks.clean_outgoing"),
    "telephony-clean": _every(60.0, "telephony.tasks.clean"),
    "heartbeat": _every(10.0, "notifications.tasks.heartbeat"),
    "orders": _every(60.0, "orders.tasks.tick"),
    "orders-codes": _every(1.0, "orders.tasks.codes"),
    "analytics": _every(15.0, "analytics.tasks.follow"),
    "analytics-sweep": _every(600.0, "analytics.tasks.sweep"),
    "analytics-mail": _every(60.0, "analytics.tasks.mail_reports"),
    "analytics-clean": _every(3_600.0, "analytics.tasks.clean"),
}

# Security headers. Behind a proxy that ends TLS, SECURE_PROXY=True trusts X-Forwarded-Proto.
HTTPS = env.bool("HTTPS", default=not (DEBUG or DEMO))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS
# Whoever asks from within asks without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
if env.bool("SECURE_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Addresses of map tiles, comma separated; without them the map shows the regions only.
MAP_TILES_URL = env("MAP_TILES_URL", default="")
MAP_TILES_ORIGINS = env.list("MAP_TILES_ORIGINS", default=[])
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", *MAP_TILES_ORIGINS],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
    }
}

# What reads /metrics proves itself by this; without it there are none.
METRICS_TOKEN = env("METRICS_TOKEN", default="")
# Errors go to this Sentry; without it nowhere.
start_reporting(env("SENTRY_DSN", default=""), environment=env("SENTRY_ENVIRONMENT", default=""))

# "json" for machines: one object a line; "text" for people.
LOG_FORMAT = env("LOG_FORMAT", default="text" if DEBUG or DEMO else "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_secrets": {"()": "suz.common.logs.WithoutSecrets"}},
    "formatters": {
        "text": {"format": "%(message)s"},
        "json": {"()": "suz.common.logs.JsonLines"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["without_secrets"],
            "formatter": "json" if LOG_FORMAT == "json" else "text",
        },
    },
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
    # The libraries of the network would write down whom we call and every address asked for,
    # customers' numbers among them.
    "loggers": {"twilio": {"level": "WARNING"}, "urllib3": {"level": "WARNING"}},
}
# Unconfigured, structlog prints every event past LOGGING and its level.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_log_level,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        masked,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if LOG_FORMAT == "json"
        else structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
