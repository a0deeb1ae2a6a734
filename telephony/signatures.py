"""Whether a callback is the provider's: Twilio's scheme, which the simulator follows.

Fails closed: without a token, without a header, or with anything unreadable it is not.
"""

from urllib.parse import urljoin

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from twilio.request_validator import SIGNATURE_HEADER, RequestValidator


def is_signed(request, token):
    """Whether the request was signed with the token for the address it came to."""
    signature = request.headers.get(SIGNATURE_HEADER, "")
    if not token or not signature:
        return False
    # The address that the provider was given, whatever our proxy made of it.
    address = urljoin(settings.PUBLIC_URL, request.get_full_path())
    try:
        return RequestValidator(token).validate(address, request.POST, signature)
    except (UnreadablePostError, MultiPartParserError, SuspiciousOperation, ValueError):
        return False


def sign(address, params, token):
    """The header that a provider sends with a callback."""
    return {SIGNATURE_HEADER: RequestValidator(token).compute_signature(address, params)}
