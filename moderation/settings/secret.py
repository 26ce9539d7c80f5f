"""Secrets: those that stand elsewhere, ``env:NAME`` and ``file:PATH``, and which there are."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from moderation.settings.sections import Settings
from moderation.settings.values import Unfit

AKISMET_KEY = "env:AKISMET_API_KEY"  # shipped; Akismet is off while it is not set


def reveal(value: object, environ: Mapping[str, str], folder: Path) -> object:
    """Fetch what a value points to; any other is itself.

    A file's trailing line break is not part of the secret; a relative path starts at
    `folder`. Raises `Unfit`, naming the place and never what it holds.
    """
    if not isinstance(value, str):
        return value
    if value.startswith("env:"):
        name = value.removeprefix("env:")
        if name not in environ and value != AKISMET_KEY:
            raise Unfit(f"points to the environment's {name}, which is not set")
        return environ.get(name, "")
    if value.startswith("file:"):
        path = folder / value.removeprefix("file:")
        try:
            return path.read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
            raise Unfit(f"points to the file {path}, which cannot be read: {why}") from None
    return value


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """List every secret of the settings, for the log to leave out."""
    urls = (settings.mail.url, settings.store.url)
    typed = [urlsplit(url).password or "" for url in urls]
    found = (settings.akismet.key, *typed, *map(unquote, typed))
    return tuple(dict.fromkeys(secret for secret in found if secret))
