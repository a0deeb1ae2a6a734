"""Fields of a stage and of its rows, one form a strategy. Minutes everywhere."""

from django import forms
from django.utils.translation import gettext_lazy as _

from distribution.models import ChainStage, PriorityLimit
from distribution.strategies import (
    FixRow,
    LimitRow,
    LimitUnit,
    Period,
    StageSpec,
    Strategy,
    Weights,
)

MAX_LIMIT = 100_000
MAX_POINTS = 1_000_000


class FieldLook:
    """Bootstrap's classes, and red borders where ``mark_errors`` was called."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        for field in self.fields.values():
            widget = field.widget
            if isinstance(widget, forms.CheckboxInput):
                widget.attrs["class"] = "form-check-input"
            elif isinstance(widget, forms.Select):
                widget.attrs["class"] = "form-select"
            else:
                widget.attrs["class"] = "form-control"
            if isinstance(widget, forms.NumberInput):
                # A number field would swallow what it cannot read instead of sending it to us.
                widget.input_type = "text"
                widget.attrs["inputmode"] = "numeric"
                for limit in ("min", "max"):
                    widget.attrs.pop(limit, None)

    def mark_errors(self):
        for name in self.errors:
            if name in self.fields:
                attrs = self.fields[name].widget.attrs
                attrs["class"] = f"{attrs['class']} is-invalid"


class PinForm(FieldLook, forms.Form):
    """A row of Fix: the dealer pinned for a region and/or a category."""

    dealer = forms.TypedChoiceField(label=_("Dealer"), coerce=int)
    region = forms.TypedChoiceField(label=_("Region"), coerce=int, required=False, empty_value=None)
    category = forms.TypedChoiceField(
        label=_("Category"), coerce=int, required=False, empty_value=None
    )

    def __init__(self, *args, directory, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["dealer"].choices = [("", _("choose a dealer")), *directory.dealers]
        self.fields["region"].choices = [("", _("any region")), *directory.regions]
        self.fields["category"].choices = [("", _("any category")), *directory.categories]
        for name in self.fields:
            self.fields[name].widget.attrs["data-search"] = ""

    def row(self):
        return FixRow(
            dealer_id=self.cleaned_data["dealer"],
            region_id=self.cleaned_data["region"],
            category_id=self.cleaned_data["category"],
        )

    @staticmethod
    def values(row: FixRow):
        return {"dealer": row.dealer_id, "region": row.region_id, "category": row.category_id}


class LimitForm(FieldLook, forms.Form):
    """A row of Base+: a priority dealer and its limit."""

    dealer = forms.TypedChoiceField(label=_("Dealer"), coerce=int)
    limit = forms.IntegerField(label=_("Limit"), min_value=1, max_value=MAX_LIMIT)
    unit = forms.ChoiceField(
        label=_("Unit"), choices=[(LimitUnit.PERCENT.value, "%"), (LimitUnit.COUNT.value, _("pcs"))]
    )
    period = forms.ChoiceField(
        label=_("Period"), choices=PriorityLimit._meta.get_field("period").choices
    )

    def __init__(self, *args, directory, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["dealer"].choices = [("", _("choose a dealer")), *directory.dealers]
        self.fields["dealer"].widget.attrs["data-search"] = ""

    def clean(self):
        cleaned = super().clean()
        limit = cleaned.get("limit")
        if cleaned.get("unit") == LimitUnit.PERCENT and limit is not None and limit > 100:
            self.add_error("limit", _("A share cannot be above 100 %."))
        return cleaned

    def row(self):
        return LimitRow(
            dealer_id=self.cleaned_data["dealer"],
            unit=LimitUnit(self.cleaned_data["unit"]),
            limit=self.cleaned_data["limit"],
            period=Period(self.cleaned_data["period"]),
        )

    @staticmethod
    def values(row: LimitRow):
        return {
            "dealer": row.dealer_id,
            "limit": row.limit,
            "unit": row.unit.value,
            "period": row.period.value,
        }


class StageForm(FieldLook, forms.ModelForm):
    """Base of the strategies' forms; ``spec`` gives the stage without its rows."""

    strategy: Strategy
    # What the strategy does, shown on its card.
    hint = ""
    row_form = None

    class Meta:
        model = ChainStage
        fields = ["is_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.strategy = self.strategy.value
        if "window" in self.fields:
            self.fields["window"].required = True

    def spec(self):
        raise NotImplementedError

    @classmethod
    def values(cls, spec: StageSpec, *, is_on=True):
        """What the fields hold for a specification."""
        return {
            "is_on": "on" if is_on else "",
            "window": spec.window or "",
            "until_answers": "on" if spec.window is None else "",
            "delay": spec.delay,
            "min_points": spec.min_points,
            "max_minutes": spec.max_minutes,
            "min_orders": spec.min_orders,
            "at_once": spec.at_once,
            "rounds": spec.rounds,
            "weight_distance": spec.weights.distance,
            "weight_price": spec.weights.price,
            "weight_rating": spec.weights.rating,
            "weight_speed": spec.weights.speed,
        }


class FixForm(StageForm):
    strategy = Strategy.FIX
    hint = _(
        "One pinned dealer sees the order alone. The first row that fits the order's region and "
        "category counts."
    )
    row_form = PinForm
    until_answers = forms.BooleanField(label=_("until it answers"), required=False)

    class Meta(StageForm.Meta):
        fields = ["is_on", "window"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["window"].required = False

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("until_answers"):
            # A window typed before the tick was set no longer matters, sane or not.
            self.errors.pop("window", None)
            cleaned["window"] = None
        elif "window" not in self.errors and cleaned.get("window") is None:
            self.add_error("window", _("Give the minutes, or tick “until it answers”."))
        return cleaned

    def spec(self):
        return StageSpec(self.strategy, window=self.cleaned_data["window"])


class BasePlusForm(StageForm):
    strategy = Strategy.BASE_PLUS
    hint = _("The manufacturer's priority dealers see the order while they are under their limit.")
    row_form = LimitForm

    class Meta(StageForm.Meta):
        fields = ["is_on", "window"]

    def spec(self):
        return StageSpec(self.strategy, window=self.cleaned_data["window"])


class RatingForm(StageForm):
    strategy = Strategy.RATING
    hint = _("Dealers with at least so many points see the order.")
    min_points = forms.IntegerField(
        label=_("points at least"), min_value=-MAX_POINTS, max_value=MAX_POINTS
    )

    class Meta(StageForm.Meta):
        fields = ["is_on", "min_points", "window"]

    def spec(self):
        return StageSpec(
            self.strategy,
            window=self.cleaned_data["window"],
            min_points=self.cleaned_data["min_points"],
        )


class SpeedForm(StageForm):
    strategy = Strategy.SPEED
    hint = _(
        "Dealers whose median time to accept an order over the last 30 days is at most so many "
        "minutes see the order."
    )

    class Meta(StageForm.Meta):
        fields = ["is_on", "max_minutes", "min_orders", "window"]

    def spec(self):
        return StageSpec(
            self.strategy,
            window=self.cleaned_data["window"],
            max_minutes=self.cleaned_data["max_minutes"],
            min_orders=self.cleaned_data["min_orders"],
        )


class BestForm(StageForm):
    strategy = Strategy.BEST
    hint = _(
        "The dealers with the best score see the order; each next round adds the next best ones. "
        "A round lasts one window."
    )

    class Meta(StageForm.Meta):
        fields = [
            "is_on",
            "weight_distance",
            "weight_price",
            "weight_rating",
            "weight_speed",
            "at_once",
            "rounds",
            "window",
        ]

    def clean(self):
        cleaned = super().clean()
        weights = [cleaned.get(name) for name in self.fields if name.startswith("weight_")]
        if not any(weights) and None not in weights:
            self.add_error("weight_distance", _("At least one weight must be above zero."))
        return cleaned

    def spec(self):
        cleaned = self.cleaned_data
        return StageSpec(
            self.strategy,
            window=cleaned["window"],
            at_once=cleaned["at_once"],
            rounds=cleaned["rounds"],
            weights=Weights(
                distance=cleaned["weight_distance"],
                price=cleaned["weight_price"],
                rating=cleaned["weight_rating"],
                speed=cleaned["weight_speed"],
            ),
        )


class BaseForm(StageForm):
    strategy = Strategy.BASE
    hint = _("Every suitable dealer of the region sees the order.")

    class Meta(StageForm.Meta):
        fields = ["is_on", "delay"]

    def spec(self):
        return StageSpec(self.strategy, delay=self.cleaned_data["delay"])


STAGE_FORMS = {
    form.strategy: form
    for form in (FixForm, BasePlusForm, RatingForm, SpeedForm, BestForm, BaseForm)
}
# What a newly added stage starts with.
STARTING_SPECS = {
    Strategy.FIX: StageSpec(Strategy.FIX, window=10),
    Strategy.BASE_PLUS: StageSpec(Strategy.BASE_PLUS, window=10),
    Strategy.RATING: StageSpec(Strategy.RATING, window=5, min_points=100),
    Strategy.SPEED: StageSpec(Strategy.SPEED, window=5, max_minutes=15, min_orders=3),
    Strategy.BEST: StageSpec(Strategy.BEST, window=5),
    Strategy.BASE: StageSpec(Strategy.BASE),
}
