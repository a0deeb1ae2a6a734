"""What the customer's page of an order shows of complaints."""

from dataclasses import dataclass

from orders.complaints.forms import AgainForm, ComplaintForm
from orders.complaints.selectors import of_customer
from orders.links import order_token
from orders.models import Complaint, ComplaintEntryKind


@dataclass(frozen=True)
class Shown:
    """A complaint as its customer reads it; ``again`` is the form to add something with."""

    complaint: Complaint
    talk: list
    again: AgainForm

    @property
    def is_answered(self):
        return any(entry.kind == ComplaintEntryKind.ANSWER for entry in self.talk)


@dataclass(frozen=True)
class Box:
    """``form`` makes a new complaint, where it stands here. ``token`` is the personal link's."""

    complaints: list[Shown]
    form: ComplaintForm | None
    token: str


def box_of(order, *, form=None, again=None):
    """The box of an order; ``form`` is for a new complaint, ``again`` is (complaint id, form).

    Three queries at most.
    """
    number, came_back = again or (None, None)
    return Box(
        complaints=[
            Shown(
                complaint=one,
                talk=one.talk,
                again=came_back if one.pk == number else AgainForm(auto_id=f"again_{one.pk}_%s"),
            )
            for one in of_customer(order)
        ],
        form=form,
        token=order_token(order),
    )
