"""The shop's menu."""

from catalog.selectors import categories


def category_menu(request):
    """Categories on sale, read once a request."""
    if not hasattr(request, "_category_menu"):
        request._category_menu = list(categories())
    return request._category_menu
