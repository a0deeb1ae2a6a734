"""Which column of a price file is which, by its heading."""

import re
from dataclasses import dataclass

NUMBER, NAME, PRICE, STOCK = FIELDS = ("number", "name", "price", "stock")
HEADING_ROWS = 30

# Words of headings as people write them; a longer heading may begin with one.
WORDS = {
    NUMBER: (
        "номер", "номер товара", "номер продукта", "артикул", "арт", "код", "код товара", "id",
        "№", "sku", "article", "number", "product number", "product no", "item number",
        "vendor code", "vendorcode",
    ),
    NAME: (
        "название", "наименование", "номенклатура", "товар", "продукт", "товары", "name",
        "product", "product name", "title", "item", "description",
    ),
    PRICE: (
        "цена", "цены", "наша цена", "ваша цена", "своя цена", "розничная цена", "стоимость",
        "розница", "price", "own price", "our price", "retail price",
    ),
    STOCK: (
        "наличие", "в наличии", "есть", "остаток", "остатки", "склад", "на складе", "количество",
        "кол-во", "stock", "in stock", "availability", "available", "quantity", "qty",
    ),
}  # fmt: skip
# Other prices of the same list that are not what a customer pays.
FOREIGN = re.compile(r"рекоменд|закуп|опт|стар|вход|recommended|purchase|wholesale|old|rrp|ррц")
PUNCTUATION = re.compile(r"[^\w№+-]+")


@dataclass(frozen=True)
class Columns:
    """Where the table begins and which column holds what; ``places`` maps fields to indexes.

    ``heading_rows`` is how many rows of the file, counted from its first one that holds anything,
    stand above the goods.
    """

    heading_rows: int
    places: dict[str, int]

    @property
    def suffice(self):
        """Whether a product can be told and something about it is said."""
        return bool({NUMBER, NAME} & self.places.keys() and {PRICE, STOCK} & self.places.keys())


def recognise(rows):
    """The Columns of a table, or None where its headings say too little.

    Headings may stand below a title, and in two rows where cells are merged.
    """
    best = None
    for index, (_number, cells) in enumerate(rows[:HEADING_ROWS]):
        columns = Columns(index + 1, _places(cells))
        if columns.suffice and (best is None or len(columns.places) > len(best.places)):
            best = columns
        if index + 1 < len(rows):
            below = _places(rows[index + 1][1])
            both = below | columns.places
            if columns.places and below and len(set(both.values())) == len(both):
                joined = Columns(index + 2, both)
                if joined.suffice and (best is None or len(both) > len(best.places)):
                    best = joined
    return best


def field_of(heading):
    """The field that a heading names and how exactly (0 is to the letter), or None."""
    if not isinstance(heading, str):
        return None
    text = PUNCTUATION.sub(" ", heading.casefold().replace("ё", "е")).strip()
    if not text or len(text) > 60:
        return None
    is_foreign = FOREIGN.search(text)
    found = []
    for field, words in WORDS.items():
        if field == PRICE and is_foreign:
            continue
        for word in words:
            if text == word:
                return field, 0
            if text.startswith(f"{word} "):
                found.append((-len(word), field))
    return (min(found)[1], 1) if found else None


def _places(cells):
    """Fields by the best heading of each."""
    best = {}
    for index, cell in enumerate(cells):
        known = field_of(cell)
        if known and (known[0] not in best or known[1] < best[known[0]][0]):
            best[known[0]] = (known[1], index)
    return {field: index for field, (_exactness, index) in best.items()}


def letter(index):
    """A column's letter as spreadsheets write it: A, B, …, Z, AA."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
