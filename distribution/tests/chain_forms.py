"""Forms of the strategies screen as a browser posts them."""

import re

from django.urls import reverse

from distribution.chain_editing import stages_of
from distribution.chains import latest_version


def form(*stages, op="save", seen=None, region=None):
    """What the page posts: ``stages`` are dicts of fields with ``strategy`` and maybe ``rows``."""
    data = {"op": op, "seen": latest_version(region).pk if seen is None else seen, "stage": []}
    for key, stage in enumerate(stages):
        stage = dict(stage)
        data["stage"].append(key)
        rows = stage.pop("rows", [])
        data[f"s{key}-row"] = list(range(len(rows)))
        for number, row in enumerate(rows):
            data |= {f"s{key}r{number}-{name}": value for name, value in row.items()}
        data |= {f"s{key}-{name}": value for name, value in stage.items()}
    return data


def rating(points=200, window=5, **fields):
    fields = {"is_on": "on", "min_points": points, "window": window, **fields}
    return {"strategy": "rating", **fields}


def base(delay=0, **fields):
    return {"strategy": "base", "is_on": "on", "delay": delay, **fields}


def base_plus(*rows, window=10):
    return {"strategy": "base_plus", "is_on": "on", "window": window, "rows": rows}


def fix(*rows, **fields):
    return {"strategy": "fix", "is_on": "on", "rows": rows, **fields}


def limit(dealer, value=12, unit="percent", period="month"):
    return {"dealer": dealer, "limit": value, "unit": unit, "period": period}


def best(**fields):
    weights = {f"weight_{name}": 1 for name in ("distance", "price", "rating", "speed")}
    return {"strategy": "best", "is_on": "on", "at_once": 1, "rounds": 1, "window": 5} | (
        weights | fields
    )


def specs(chain):
    return [edit.spec for edit in stages_of(chain)]


def text(response):
    return " ".join(response.content.decode().split())


def save(client, *stages, **options):
    return client.post(reverse("chain"), form(*stages, **options))


def posted_by(page):
    """What a browser would post from the page's form as it stands."""
    page = page[page.index('id="chain-form"') :]
    page = page[: page.index("</form>")]
    data = {"op": "save"}
    for tag in re.findall(r"<input[^>]+>", page):
        found = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if found.get("type") == "checkbox" and " checked" not in tag:
            continue
        data.setdefault(found["name"], []).append(found.get("value", "on"))
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        data[name] = chosen.group(1) if chosen else ""
    return data
