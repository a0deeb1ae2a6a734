"""Forms of the shop's pages."""

from django import forms

from dealers.models import Place


class PlaceForm(forms.Form):
    """The place a visitor has chosen."""

    place = forms.ModelChoiceField(Place.objects.select_related("parent"))
