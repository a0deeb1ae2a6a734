"""What counts every page of the shop."""

import structlog
from django.db import DatabaseError
from django.utils import timezone

from analytics.collecting.hits import sight_of

logger = structlog.get_logger(__name__)


def counting(get_response):
    """Write down what the visitor did, where the visitor agreed to it; never fail a page for it."""

    def respond(request):
        response = get_response(request)
        sight = sight_of(request, response)
        if sight is not None:
            try:
                sight.write(at=timezone.now())
            except DatabaseError as error:
                logger.warning("hit_lost", error=type(error).__name__)
        return response

    return respond
