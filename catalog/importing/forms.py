"""Forms of price list uploads."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.importing.files.limits import MAX_BYTES
from catalog.importing.headings import FIELDS, letter
from catalog.importing.wording import FIELD_NAMES

ACCEPTED = ".xlsx,.xls,.csv,.txt,.xml,.yml"


class UploadForm(forms.Form):
    """A file of at most 2 MB; what it is, is found out by reading it."""

    file = forms.FileField(
        label=gettext_lazy("Price list"),
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 2 MB: split it into parts."))
        return file


class ColumnsForm(forms.Form):
    """Which column holds what, and in which row the goods begin."""

    heading_rows = forms.TypedChoiceField(label=gettext_lazy("The goods begin in row"), coerce=int)

    def __init__(self, *args, upload, **kwargs):
        super().__init__(*args, **kwargs)
        rows = upload.sample
        self.fields["heading_rows"].choices = [
            (index, number) for index, (number, _cells) in enumerate(rows)
        ]
        self.fields["heading_rows"].initial = min(upload.heading_rows, max(0, len(rows) - 1))
        width = max((len(cells) for _number, cells in rows), default=0)
        columns = [("", _("not in the file"))] + [
            (index, self._shown(rows, index)) for index in range(width)
        ]
        for name in FIELDS:
            self.fields[name] = forms.TypedChoiceField(
                label=FIELD_NAMES[name],
                choices=columns,
                required=False,
                coerce=int,
                empty_value=None,
                initial=upload.columns.get(name, ""),
            )

    @staticmethod
    def _shown(rows, index):
        """A column's letter and the first words in it."""
        words = next(
            (cells[index] for _n, cells in rows if len(cells) > index and cells[index]), ""
        )
        return f"{letter(index)}: {words}" if words else letter(index)

    @property
    def places(self):
        return {name: self.cleaned_data[name] for name in FIELDS}
