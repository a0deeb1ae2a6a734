"""What a dealer sells and does, for the dealer's card."""

from django import template
from django.db.models import Count, Q

from catalog.models import DealerProduct, DealerService, Product

register = template.Library()


@register.inclusion_tag("catalog/dealer_terms.html", takes_context=True)
def dealer_assortment(context, dealer):
    """The dealer's assortment, prices and services in words and numbers: three queries."""
    rows = DealerProduct.objects.filter(
        dealer=dealer, product__in=Product.objects.on_sale()
    ).aggregate(
        listed=Count("pk", filter=Q(in_stock=True)),
        missing=Count("pk", filter=Q(in_stock=False)),
        priced=Count("pk", filter=Q(price__isnull=False)),
    )
    on_sale = Product.objects.on_sale().count()
    in_stock = on_sale - rows["missing"] if dealer.whole_line else rows["listed"]
    return {
        "dealer": dealer,
        "user": context["user"],
        "on_sale": on_sale,
        "in_stock": in_stock,
        "priced": rows["priced"],
        "services": list(DealerService.objects.filter(dealer=dealer).order_by("service")),
    }
