"""Rows that people put into an order of their own, kept in a field ``position``."""


def exchange(rows, place, *, up):
    """Exchange the row at a place with its neighbour and number all rows anew; one query.

    ``rows`` are a locked list in its order. Returns the change for the journal, counted from 1;
    None at the end, where nothing moves.
    """
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return None
    rows[place], rows[other] = rows[other], rows[place]
    for position, row in enumerate(rows):
        row.position = position
    type(rows[0])._default_manager.bulk_update(rows, ["position"])
    return {"field": "position", "before": place + 1, "after": other + 1}
