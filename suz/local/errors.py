"""The one error that the local tools show to the person at the terminal."""


class LocalError(Exception):
    """What is wrong and what to do about it, in one sentence."""
