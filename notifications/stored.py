"""What administrators have set, as the rest of the app reads it."""

from notifications.models import ChannelSetting


def stored_for(events):
    """ChannelSettings of the events by (event, audience, channel); one query."""
    found = ChannelSetting.objects.filter(event__in=set(events))
    return {(one.event, one.audience, one.channel): one for one in found}


def all_stored():
    """Those of every event; there are as many as administrators have changed."""
    return {(one.event, one.audience, one.channel): one for one in ChannelSetting.objects.all()}
