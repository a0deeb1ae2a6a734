"""The texts of the consents, a tab of the settings, for administrators."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from dealers.second_factor import ReauthenticationMixin
from orders.consents import consents_under, current_version, version_numbered
from orders.models import ConsentVersion
from orders.services.consents import ConsentsMoved, save_texts
from orders.storefront.forms import is_readable
from suz.common.access import AdministratorMixin
from suz.common.keyset import paginate

LONGEST_TEXT = 10_000
PAGE_SIZE = 50


class ConsentField(forms.CharField):
    """One text, in paragraphs."""

    def __init__(self, **kwargs):
        super().__init__(
            max_length=LONGEST_TEXT,
            validators=[is_readable],
            widget=forms.Textarea(attrs={"rows": 6}),
            error_messages={"required": gettext_lazy("Write the text: customers read it.")},
            **kwargs,
        )

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class ConsentsForm(forms.Form):
    """All texts; ``seen`` is the number of the version that the page was made from."""

    processing = ConsentField(
        label=gettext_lazy("Processing of personal data"),
        help_text=gettext_lazy("Without this consent no order is taken."),
    )
    dealer = ConsentField(
        label=gettext_lazy("Passing the data to a dealer"),
        help_text=gettext_lazy("Without this consent no order is taken."),
    )
    calls = ConsentField(
        label=gettext_lazy("Calls by a robot"),
        help_text=gettext_lazy("May be left out; then the robot does not call."),
    )
    term = ConsentField(
        label=gettext_lazy("How long it holds and how to withdraw it"),
        help_text=gettext_lazy("Stands below the three consents."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class ConsentTexts(ReauthenticationMixin, AdministratorMixin, View):
    """Edit the texts; all versions are listed below."""

    http_method_names = ("get", "head", "post", "options")

    def get(self, request):
        current = current_version()
        initial = {name: getattr(current, name) for name in ConsentVersion.TEXTS}
        return self._page(ConsentsForm(initial=initial | {"seen": current.number}))

    def post(self, request):
        form = ConsentsForm(request.POST)
        moved = None
        if form.is_valid():
            texts = {name: form.cleaned_data[name] for name in ConsentVersion.TEXTS}
            try:
                version = save_texts(
                    texts=texts,
                    seen=form.cleaned_data["seen"],
                    by=request.user,
                    now=timezone.now(),
                )
            except ConsentsMoved as refusal:
                moved = self._take_over(form, refusal.version)
            else:
                if version is None:
                    messages.info(request, _("Nothing has changed."))
                else:
                    messages.success(
                        request,
                        _("Version %(number)s of the texts counts from now on.")
                        % {"number": version.number},
                    )
                return redirect("consent_texts")
        return self._page(form, moved)

    @staticmethod
    def _take_over(form, theirs):
        """Show the new texts where this person has changed nothing; tells what became what."""
        seen = version_numbered(str(form.cleaned_data["seen"]))
        data = form.data.copy()
        data["seen"] = theirs.number
        changed = []
        for name in ConsentVersion.TEXTS:
            before, after = getattr(seen, name, ""), getattr(theirs, name)
            if before == after:
                continue
            is_mine = form.cleaned_data[name] != before
            changed.append({"field": form.fields[name].label, "after": after, "is_mine": is_mine})
            if not is_mine:
                data[name] = after
        form.data = data
        return {"version": theirs, "texts": changed}

    def _page(self, form, moved=None):
        versions = list(ConsentVersion.objects.select_related("created_by").order_by("-number"))
        context = {"form": form, "moved": moved, "versions": versions}
        return render(self.request, "orders/consents/texts.html", context)


class ConsentVersionPage(AdministratorMixin, View):
    """One version, with the orders whose customers agreed to it."""

    http_method_names = ("get", "head", "options")

    def get(self, request, number):
        version = version_numbered(str(number))
        if version is None:
            raise Http404
        page = paginate(
            consents_under(version.number),
            keys=("-order_id",),
            size=PAGE_SIZE,
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
        )
        context = {"version": version, "page": page, "is_current": version == current_version()}
        return render(request, "orders/consents/version.html", context)
