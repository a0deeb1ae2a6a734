"""What a view tells of a visitor, for whoever counts visits; the view does not know who does."""

from dataclasses import dataclass

CART, ORDER = "cart", "order"


@dataclass(frozen=True)
class Happening:
    """``kind`` is CART (``product`` was added) or ORDER (``order`` was placed)."""

    kind: str
    product: int | None = None
    order: int | None = None


def tell(request, kind, *, product=None, order=None):
    """Tell what the request has done; the last telling counts."""
    request._happening = Happening(kind, product, order)


def told(request):
    """What the view told, or None."""
    return getattr(request, "_happening", None)
