import pytest
from django.urls import reverse
from django.utils import timezone

from dealers.middleware import TimeZoneMiddleware
from tests.factories import UserFactory


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "path", "shown"),
    [
        ("Asia/Vladivostok", "/workspace/orders/", "Asia/Vladivostok"),
        ("Asia/Vladivostok", "/cart/", "Europe/Moscow"),
        ("nonsense", "/workspace/orders/", "Europe/Moscow"),
    ],
)
def test_times_are_in_the_zone_of_the_person(rf, zone, path, shown):
    request = rf.get(path)
    request.user = UserFactory(time_zone=zone)
    seen = TimeZoneMiddleware(lambda request: timezone.get_current_timezone_name())(request)
    assert seen == shown
    assert timezone.get_current_timezone_name() == "Europe/Moscow"


@pytest.mark.django_db
def test_an_anonymous_visitor_is_asked_to_log_in(client):
    assert client.get(reverse("message_list")).status_code == 302
