"""The checks of the code as tests, so that one summary line covers everything."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

from suz.local import assets
from suz.local.paths import BASE_DIR

BINARIES = Path(sys.executable).parent
TEMPLATE_FOLDERS = ["templates", "suz/common/templates"]


def templates() -> list[str]:
    """Every page template of ours."""
    return [str(file) for name in TEMPLATE_FOLDERS for file in (BASE_DIR / name).rglob("*.html")]


def python_files() -> list[str]:
    """Every Python file of ours."""
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in tracked.stdout.splitlines() if (BASE_DIR / name).exists()]


def run(program: str, *arguments: str) -> None:
    """Run a checker from .venv; what it prints is the failure's text."""
    done = subprocess.run(
        [str(BINARIES / program), *arguments],
        cwd=BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{program} {' '.join(arguments[:2])}\n{done.stdout}"


def test_ruff_finds_nothing():
    run("ruff", "check", ".")


def test_code_is_formatted():
    run("ruff", "format", "--check", ".")


def test_templates_are_formatted():
    files = templates()
    assert files
    run("djade", "--check", "--target-version", "5.2", *files)


def test_code_uses_no_outdated_django(tmp_path):
    # django-upgrade can only rewrite: let it work on copies and compare.
    copies = {tmp_path / name: BASE_DIR / name for name in python_files()}
    for copy, original in copies.items():
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(original.read_bytes())
    names = [str(copy.relative_to(tmp_path)) for copy in copies]
    done = subprocess.run(
        [str(BINARIES / "django-upgrade"), "--target-version", "5.2", *names],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_imports_go_down_only():
    run("lint-imports", "--no-cache")


@pytest.mark.django_db
def test_migrations_are_complete():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_translations_are_complete():
    call_command("translations", check=True, verbosity=0)


def test_deployment_settings_are_safe():
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=BASE_DIR,
        env={
            "PATH": str(BINARIES),
            "SECRET_KEY": "for-this-check-only-" + "".join(map(chr, range(48, 110))),
            "DATABASE_URL": "postgres://suz@localhost/suz",
            "REDIS_URL": "redis://localhost/0",
            "ALLOWED_HOSTS": "suz.example",
            "PUBLIC_URL": "https://suz.example",
            "EMAIL_URL": "smtp+tls://suz:secret@mail.example:587",
            "SMS_PROVIDER": "smsru",
            "TWILIO_ACCOUNT_SID": "AC1",
            "TWILIO_AUTH_TOKEN": "secret",
            "TWILIO_NUMBER": "+74951234567",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_static_files_have_a_manifest(settings, tmp_path):
    """Every file that a stylesheet or a script names exists."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").exists()


def test_listed_icons_are_in_the_sprite():
    sprite = (assets.VENDOR / "icons.svg").read_text()
    assert sprite == assets.sprite(assets.icon_names())


def test_compose_file_runs_the_processes_of_the_procfile():
    services = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())["services"]
    procfile = dict(
        line.split(": ", 1) for line in (BASE_DIR / "Procfile").read_text().splitlines()
    )
    assert procfile.keys() | {"db", "redis"} <= services.keys()
    for name in (*procfile, "db", "redis"):
        assert "healthcheck" in services[name]
        assert services[name]["restart"] == "unless-stopped"


def test_environment_example_names_every_setting():
    example = (BASE_DIR / ".env.example").read_text()
    settings = (BASE_DIR / "suz" / "settings.py").read_text()
    names = re.findall(r"env(?:\.\w+)?\(\s*\"([A-Z_]+)\"", settings)
    assert len(names) > 10
    assert [name for name in names if f"{name}=" not in example] == []


def test_lock_file_names_no_registry():
    assert '"resolved"' not in (BASE_DIR / "package-lock.json").read_text()
