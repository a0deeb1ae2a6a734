"""Why a file or a row is not taken, in words: what is wrong and what to do."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from catalog.importing.cells import Reason
from catalog.importing.files.limits import Failure
from catalog.importing.headings import NAME, NUMBER, PRICE, STOCK, letter

FAILURES = {
    Failure.EMPTY: gettext_lazy("There are no goods in the file."),
    Failure.UNKNOWN_FORMAT: gettext_lazy(
        "This is not a price list: upload an xlsx, xls, csv or YML file."
    ),
    Failure.TOO_LARGE: gettext_lazy(
        "The file is too large: unpacked it may take 50 MB. Split it into parts."
    ),
    Failure.TOO_MANY_ROWS: gettext_lazy(
        "There are more than 20,000 rows in the file. Split it into parts."
    ),
    Failure.BROKEN: gettext_lazy(
        "The file is damaged and cannot be read. Save it again and upload the copy."
    ),
    Failure.PROTECTED: gettext_lazy(
        "The file is protected by a password. Save it without one and upload it again."
    ),
    Failure.ENTITIES: gettext_lazy(
        "The file defines entities of its own. Save it without them and upload it again."
    ),
    Failure.NO_OFFERS: gettext_lazy("There are no offers in the file: is it really YML?"),
    Failure.INTERRUPTED: gettext_lazy(
        "Reading the file did not succeed. Upload it again, or in another format."
    ),
}
FIELD_NAMES = {
    NUMBER: gettext_lazy("Product number"),
    NAME: pgettext_lazy("product", "Name"),
    PRICE: gettext_lazy("Price"),
    STOCK: gettext_lazy("Stock"),
}
REASONS = {
    Reason.NO_PRODUCT: gettext_lazy("Neither a number nor a name: which product is it?"),
    Reason.NOT_A_NUMBER: gettext_lazy("A product number consists of digits only."),
    Reason.UNKNOWN: gettext_lazy("No such product in the catalogue; the row is left out."),
    Reason.AMBIGUOUS_NAME: gettext_lazy("Several products have this name: give the number."),
    Reason.OTHER_NAME: gettext_lazy(
        "Under this number the catalogue has another product (%(detail)s). Correct the number, or "
        "leave the name empty."
    ),
    Reason.REPEATED: gettext_lazy("The product already stands in row %(detail)s."),
    Reason.PRICE_TEXT: gettext_lazy("The price is not a number."),
    Reason.PRICE_AMBIGUOUS: gettext_lazy(
        "Thousands or kopecks? Write the price like 1234,50 or 1234."
    ),
    Reason.PRICE_NOT_POSITIVE: gettext_lazy("The price must be above zero."),
    Reason.PRICE_TOO_LARGE: gettext_lazy("The price is above 9,999,999 ₽."),
    Reason.STOCK_UNCLEAR: gettext_lazy("Write yes or no, or how many there are."),
}


def failure_text(failure):
    """Why a file was not read; empty for a file that was."""
    return FAILURES[Failure(failure)] if failure else ""


def reason_text(reason, detail=""):
    """Why a row is not taken."""
    text = str(REASONS[Reason(reason)])
    return text % {"detail": detail} if "%(" in text else text


def column_text(upload, field):
    """A column as the file has it: D, «Цена»."""
    index = upload.columns.get(field)
    heading = ""
    if index is not None and index < len(upload.headings):
        heading = upload.headings[index]
    if index is None or upload.file_format == "yml":
        return heading or str(FIELD_NAMES[field])
    if not heading:
        return letter(index)
    return _("%(letter)s, “%(heading)s”") % {"letter": letter(index), "heading": heading}
