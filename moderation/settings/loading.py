"""Where settings come from, which source goes before which, and how they become one whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from moderation.assets import asset
from moderation.settings import entries, whole
from moderation.settings.faults import SettingFault, SettingsFaults
from moderation.settings.reading import Reading
from moderation.settings.sections import Settings

VARIABLE = "MODERATION_SETTINGS"
NAME = "settings.toml"


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings, and how they came to be."""

    settings: Settings
    origins: Mapping[str, str]  # "server.port" → "settings.toml:14", "environment"; else a default
    warnings: tuple[str, ...] = ()  # whole sentences; nothing is wrong enough to stop


@dataclass(frozen=True, slots=True)
class _Source:
    path: Path
    shown: str
    folder: Path  # relative paths start here


def load(path: Path | None, environ: Mapping[str, str]) -> Loaded:
    """Read the settings of `path`, else of $MODERATION_SETTINGS, ./settings.toml, the shipped file.

    The environment's ``MODERATION__SECTION__KEY`` goes before the file, the file before
    the defaults. Raises `SettingsFaults` with everything that is wrong.
    """
    source = _find(path, environ)
    reading = Reading(environ=environ, folder=source.folder)
    document = _read(source)
    if isinstance(document, SettingFault):
        reading.faults.append(document)
        document = entries.Document()
    reading.sections(document.sections)
    reading.entries(document.entries)
    reading.entries(entries.of_environment(environ))
    reading.settle()
    settings, warnings = whole.assemble(reading, source.path)
    if reading.faults:
        raise SettingsFaults(reading.faults)
    return Loaded(settings, dict(reading.origins), warnings)


def _find(path: Path | None, environ: Mapping[str, str]) -> _Source:
    """Choose the file. One that was named must be there; `_read` says so if it is not."""
    here = Path.cwd()
    named = path or (Path(environ[VARIABLE]) if environ.get(VARIABLE) else None)
    chosen = named or Path(NAME)
    if named or chosen.is_file():
        absolute = here / chosen
        return _Source(absolute, _shown(absolute, here), absolute.parent)
    shipped = asset(NAME)
    packaged = shipped.parent.name == "_assets"  # else in a checkout, where data/ lies beside it
    return _Source(shipped, NAME, here if packaged else shipped.parent)


def _shown(path: Path, here: Path) -> str:
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _read(source: _Source) -> entries.Document | SettingFault:
    try:
        text = source.path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return SettingFault(source.shown, "", f"is not UTF-8 (byte {error.start})")
    except OSError as error:
        return SettingFault(source.shown, "", f"cannot be read: {error.strerror or error}")
    return entries.take_apart(text.replace("\r\n", "\n"), source.shown)
