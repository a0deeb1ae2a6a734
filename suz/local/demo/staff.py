"""People of the manufacturer, and the settings."""

from datetime import timedelta

from django.contrib.auth.hashers import make_password

from dealers.models import Role, SystemSettings, User
from suz.local.demo.accounts import ADMINISTRATOR_EMAIL, MANAGER_EMAIL, PASSWORD, ROOT_EMAIL
from suz.local.demo.companies import INSTALLATION_DEALER


def create_staff(now):
    """Insert the administrator, two managers and the superuser; returns the first two."""
    password = make_password(PASSWORD)
    joined = now - timedelta(days=1150)
    people = [
        User(email=ADMINISTRATOR_EMAIL, name="Марина Соболева", role=Role.ADMINISTRATOR),
        User(email=MANAGER_EMAIL, name="Игорь Ланской", role=Role.MANUFACTURER_MANAGER),
        User(email="anna@suz.demo", name="Анна Белова", role=Role.MANUFACTURER_MANAGER),
        User(
            email=ROOT_EMAIL, name="Суперпользователь", role=Role.ADMINISTRATOR, is_superuser=True
        ),
    ]
    for user in people:
        user.password = password
        user.date_joined = joined
    User.objects.bulk_create(people)
    return people[0], people[1]


def save_settings(members):
    """Settings of the case: +100 and −50 points, 14 days, a dealer for installation orders.

    Calls go to the simulator, and the robot rings at any hour: whoever tries the demo is awake.
    """
    dealer = next(m.dealer for m in members if m.dealer.name == INSTALLATION_DEALER)
    settings = SystemSettings.load()
    settings.installation_dealer = dealer
    settings.calls_enabled = True
    settings.robot_from_hour, settings.robot_to_hour = 0, 24
    settings.sms_from_hour, settings.sms_to_hour = 0, 24
    settings.save()
    return settings
