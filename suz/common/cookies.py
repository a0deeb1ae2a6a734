"""Cookies of our own on the storefront."""

from django.conf import settings


def set_own_cookie(response, name, value, *, max_age):
    """Set a cookie for this site alone that no script reads; ``max_age`` in seconds."""
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
