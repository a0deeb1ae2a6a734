"""Addresses for the provider of calls, under /telephony/."""

from django.urls import path, register_converter

from telephony.states import Leg
from telephony.views import callbacks


class LegConverter:
    """A phone's name in an address."""

    regex = "|".join(Leg.values)

    def to_python(self, value):
        return Leg(value)

    def to_url(self, value):
        return str(value)


register_converter(LegConverter, "leg")
CALL = "<uuid:uuid>/"

urlpatterns = [
    path(f"{CALL}answer/", callbacks.AnswerView.as_view(), name="telephony_answer"),
    path(f"{CALL}status/<leg:leg>/", callbacks.StatusView.as_view(), name="telephony_status"),
    path(f"{CALL}notice/", callbacks.NoticeView.as_view(), name="telephony_notice"),
    path(f"{CALL}joined/<int:turn>/", callbacks.JoinedView.as_view(), name="telephony_joined"),
    path(f"{CALL}dialled/", callbacks.DialledView.as_view(), name="telephony_dialled"),
    path(f"{CALL}pressed/<int:step>/", callbacks.PressedView.as_view(), name="telephony_pressed"),
    path(f"{CALL}recorded/", callbacks.RecordedView.as_view(), name="telephony_recorded"),
]
