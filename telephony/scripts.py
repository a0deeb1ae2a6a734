"""Documents of TwiML: what the provider is to do next with a phone."""

from django.conf import settings
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from telephony import wording
from telephony.addresses import callback
from telephony.dialog import Node
from telephony.states import Leg, Status

LANGUAGE = "ru-RU"
RING_SECONDS = 30
ANSWER_SECONDS = 7
LONGEST_CALL = 3_600
# How often it is looked whether the provider has told who answered.
MOST_TURNS = 4
TOLD = "initiated ringing answered completed"


def connect(call, number, caller):
    """For the manager: a word, then the customer's phone, recorded from the answer on."""
    response = VoiceResponse()
    _say(response, wording.connecting(call.order_id))
    dial = Dial(
        caller_id=caller,
        action=callback("dialled", call.uuid),
        method="POST",
        timeout=RING_SECONDS,
        time_limit=LONGEST_CALL,
        record="record-from-answer-dual",
        recording_status_callback=callback("recorded", call.uuid),
        recording_status_callback_method="POST",
        recording_status_callback_event="completed",
    )
    dial.number(
        number,
        url=callback("notice", call.uuid),
        method="POST",
        status_callback=callback("status", call.uuid, Leg.CUSTOMER),
        status_callback_method="POST",
        status_callback_event=TOLD,
        machine_detection="Enable",
        amd_status_callback=callback("status", call.uuid, Leg.CUSTOMER),
        amd_status_callback_method="POST",
    )
    response.append(dial)
    return str(response)


def notice(call):
    """For the customer: that it is recorded. Who stays until its end is connected."""
    response = VoiceResponse()
    _say(response, wording.notice(call.order_id, call.dealer.name))
    response.redirect(callback("joined", call.uuid, 1), method="POST")
    return str(response)


def wait(call, turn):
    """For the customer: a moment more, until it is known whether a person answered."""
    response = VoiceResponse()
    response.pause(length=1)
    response.redirect(callback("joined", call.uuid, turn), method="POST")
    return str(response)


def join():
    """An empty document: the two are connected now."""
    return str(VoiceResponse())


def hang_up(text=""):
    """A last word, and the end."""
    response = VoiceResponse()
    if text:
        _say(response, text)
    response.hangup()
    return str(response)


def conversation(call, order, position):
    """For the robot's customer: what the position of the dialog asks, or the last word."""
    if position.node == Node.END:
        return hang_up(wording.goodbye(position.result))
    response = VoiceResponse()
    gather = Gather(
        input="dtmf",
        num_digits=1,
        timeout=ANSWER_SECONDS,
        action=callback("pressed", call.uuid, position.step),
        method="POST",
        action_on_empty_result=True,
    )
    if position.step == 1:
        _say(gather, wording.order_told(order))
    elif position.misses:
        _say(gather, wording.not_understood())
    _say(gather, wording.menu() if position.node == Node.MENU else wording.cancel_question())
    response.append(gather)
    return str(response)


def _say(verb, text):
    verb.say(text, language=LANGUAGE, voice=settings.TWILIO_VOICE or None)


def dial_status(value):
    """What a Dial's end says of the customer's phone, or None for words unknown to us."""
    try:
        return Status(value)
    except ValueError:
        return None
