"""`manage.py translations`: bring the Russian catalogs up to date, or check them."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from suz.local import translations


class Command(BaseCommand):
    help = (
        "Extract texts, merge them into locale/<area>/ru, name what lacks a translation, compile."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("area", nargs="*", help="only these areas (default: all)")
        parser.add_argument(
            "--check", action="store_true", help="change no catalog; fail where one is not complete"
        )

        parser.add_argument(
            "--compile", action="store_true", help="compile the catalogs as they are, nothing else"
        )

    def handle(self, *args, area, check, **options):
        areas = [Path(folder).name for folder in settings.LOCALE_PATHS]
        if options["compile"]:
            translations.compile_all()
            return
        if unknown := set(area) - set(areas):
            raise CommandError(f"No such area: {', '.join(sorted(unknown))}.")
        sources = translations.extract_sources(areas)
        found = 0
        catalogs = {}
        for name in areas:
            file = translations.catalog_path(name)
            catalogs[name] = translations.read_catalog(file)
            if area and name not in area:
                continue
            if not check:
                catalogs[name] = self._update(file, sources[name], catalogs[name])
            for problem in translations.problems(sources[name], catalogs[name]):
                found += 1
                self.stderr.write(f"{name}: {problem}")
            if file.exists():
                translations.compile_catalog(file)
        for problem in translations.disagreements(catalogs):
            found += 1
            self.stderr.write(problem)
        if found and check:
            raise CommandError(f"{found} problems in the translations.")
        if options["verbosity"] > 0:
            total = sum(len(texts) for texts in sources.values())
            self.stdout.write(f"{total} texts, {found} problems.")

    def _update(self, file, sources, old):
        """Write an area's catalog where it changes and return it."""
        merged = translations.merge(sources, old)
        content = translations.render(merged)
        if sources and (not file.exists() or file.read_bytes() != content):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        elif not sources and file.exists():
            file.unlink()
            file.with_suffix(".mo").unlink(missing_ok=True)
        return merged
