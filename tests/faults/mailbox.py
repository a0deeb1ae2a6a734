"""Where the workers' mails arrive."""

import email
import email.policy
import threading
from collections import Counter

HOLD_SECONDS = 20


class Hold:
    """Makes the mail server keep the next mail's sender waiting after the mail has been taken.

    To be given as its answer to the end of a mail. Once a sender waits, ``taken`` is set and
    ``message_id`` is the mail's.
    """

    def __init__(self):
        self._is_on = threading.Event()
        self._go_on = threading.Event()
        self.taken = threading.Event()
        self.message_id = None

    def __call__(self, session):
        if self._is_on.is_set():
            self._is_on.clear()
            self.message_id = _message_id(session.mail)
            self.taken.set()
            self._go_on.wait(HOLD_SECONDS)
        return "250 taken"

    def __enter__(self):
        self.taken.clear()
        self._go_on.clear()
        self._is_on.set()
        return self

    def __exit__(self, *error):
        self._is_on.clear()
        self._go_on.set()


def message_ids(server):
    """How often a mail of each Message-ID has come."""
    return Counter(_message_id(mail) for mail in list(server.received))


def _message_id(mail):
    return email.message_from_bytes(mail, policy=email.policy.default)["Message-ID"]
