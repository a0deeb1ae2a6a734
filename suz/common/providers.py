"""Which providers carry mails, SMS and calls, as the environment names them.

Where nothing is named a demo and a development server simulate; real operation does not: what
cannot go out fails before everybody's eyes instead of counting as sent.
"""

from django.conf import settings
from django.core import checks
from django.utils.translation import gettext_lazy as _

NONE = "none"
SIMULATOR = "simulator"
CONSOLE = "django.core.mail.backends.console.EmailBackend"


def has_mail():
    """Whether mails reach anybody, or are meant to be read on pages of ours."""
    return settings.SIMULATES or settings.EMAIL_BACKEND != CONSOLE


def has_sms():
    """Whether SMS reach anybody, phones of the simulator among them."""
    return settings.SMS_PROVIDER != NONE


def has_calls():
    """Whether anybody can be called."""
    return settings.TELEPHONY_PROVIDER != NONE


def missing():
    """What is not set up and what comes of that, in sentences for the manufacturer's staff."""
    found = []
    if not has_mail():
        found.append(_("No mail server is set up: mails are not sent and count as failed."))
    if not has_sms():
        found.append(
            _("No SMS provider is set up: SMS are not sent, customers are not offered them.")
        )
    if not has_calls():
        found.append(
            _(
                "No provider of calls is set up: nobody can be called. Until there is one, switch "
                "calls off in the settings: dealers then see the phone on acceptance."
            )
        )
    return found


@checks.register(deploy=True)
def check_providers(app_configs, **kwargs):
    """`check --deploy` names what is missing; the system runs without it all the same."""
    names = (
        ("W001", has_mail, "EMAIL_URL or UNISENDER_GO_API_KEY", "mails"),
        ("W002", has_sms, "SMS_PROVIDER", "SMS"),
        (
            "W003",
            has_calls,
            "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_NUMBER",
            "calls",
        ),
    )
    return [
        checks.Warning(
            f"No provider of {what} is set up.",
            hint=f"Set {variables}; see .env.example.",
            id=f"suz.{number}",
        )
        for number, is_set, variables, what in names
        if not is_set()
    ]
