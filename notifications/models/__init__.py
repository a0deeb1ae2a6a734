"""What the app keeps: the outbox, the choice of channels, simulated SMS, signs of life."""

from notifications.models.choices import (
    ChannelSetting,
    Mode,
    Preferences,
    RecipientChoice,
    SettingChange,
)
from notifications.models.messages import Audience, Channel, Delivery, DeliveryState, Message
from notifications.models.signs import Heartbeat, SimulatedSms

__all__ = [
    "Audience",
    "Channel",
    "ChannelSetting",
    "Delivery",
    "DeliveryState",
    "Heartbeat",
    "Message",
    "Mode",
    "Preferences",
    "RecipientChoice",
    "SettingChange",
    "SimulatedSms",
]
