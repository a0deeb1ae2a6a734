"""The simulator's page: somebody's phones, held by whoever tries the product."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import View

from suz.common.access import WorkspaceMixin
from telephony.simulation.pages import KEYS, act, may_simulate, page_for

MAX_DIGITS = 18


class SimulatorMixin(WorkspaceMixin):
    """Who may hold the phones; the page named by ``order`` and ``manager``."""

    def allows(self, user):
        return may_simulate(user)

    def page(self, data, *, must_be=True):
        page = page_for(self.request.user, _number(data, "order"), _number(data, "manager"))
        if page.order is None and must_be and _number(data, "order"):
            raise Http404
        return page


class SimulatorView(SimulatorMixin, View):
    """The phones of a chosen customer and a chosen manager side by side."""

    http_method_names = ["get", "head", "options"]

    def get(self, request):
        context = {"page": self.page(request.GET), "keys": KEYS}
        return render(request, "telephony/simulator.html", context)


class PhonesView(SimulatorMixin, View):
    """Polled by the page: 204 while it shows what is true."""

    raise_exception = True
    http_method_names = ["get", "head", "options"]

    def get(self, request):
        page = self.page(request.GET, must_be=False)
        if page.order is None:
            # The dealer has lost the order: the page begins anew.
            return HttpResponse(status=204, headers={"HX-Redirect": reverse("simulator")})
        if request.GET.get("known") == page.token:
            return HttpResponse(status=204)
        return render(request, "telephony/simulator_phones.html", {"page": page, "keys": KEYS})


class ActView(SimulatorMixin, View):
    """Somebody answers, presses, hangs up."""

    http_method_names = ["post"]

    def post(self, request):
        page = self.page(request.POST)
        wanted = _number(request.POST, "phone")
        held = {one.call.pk: one.call for one in page.handsets if one.call}
        if wanted in held:
            act(call=held[wanted], action=request.POST.get("action", ""))
        if request.htmx:
            return HttpResponse(status=204)
        if page.order is None:
            return redirect("simulator")
        query = {"order": page.order.pk}
        if page.manager:
            query["manager"] = page.manager.pk
        return redirect(reverse("simulator", query=query))


def _number(data, name):
    value = data.get(name, "")
    return int(value) if value.isdecimal() and len(value) <= MAX_DIGITS else None
