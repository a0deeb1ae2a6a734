"""Where to go back to after an answer: addresses that came in with a form."""

from django.utils.http import url_has_allowed_host_and_scheme


def own_path(target):
    """The target where it is a path of this site, else ""."""
    is_own = url_has_allowed_host_and_scheme(target, allowed_hosts=None) and target.startswith("/")
    return target if is_own else ""
