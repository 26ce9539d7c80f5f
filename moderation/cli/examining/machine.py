"""The machine: Python, the packages against their lock, time zones, the port, the folder."""

import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from zoneinfo import ZoneInfo

from moderation.cli.examining.finding import Finding, failed, ok, warning
from moderation.cli.frame import program
from moderation.cli.serving.listening import Listening, NotListening
from moderation.settings import Settings
from moderation.store.address import SqliteAddress, parse
from moderation.store.engine import StoreUnusable
from moderation.store.place import prepare

OLDEST = (3, 11)
LITTLE_ROOM = 512 * 1024 * 1024  # bytes
LEAST_ROOM = 64 * 1024 * 1024
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?:\s*;\s*([^\\]+?))?\s*\\?$", re.M)


def look(settings: Settings) -> Iterator[Finding]:
    """Look at everything here that needs no store and no network."""
    yield python()
    yield packages(_lock())
    yield time_zones(settings)
    yield port(settings)
    address = parse(settings.store.url)
    if isinstance(address, SqliteAddress):
        yield folder(address.path)


def python() -> Finding:
    number = platform.python_version()
    if sys.version_info < OLDEST:
        return failed("python", f"Python {number} is too old.", "Use Python 3.11 or newer.")
    return ok("python", f"{platform.python_implementation()} {number}")


def packages(lock: str | None) -> Finding:
    """Compare what is installed with a lock's text; an installed copy has none."""
    if lock is None:
        return ok("packages", "installed by their own requirements; there is no lock here")
    wrong = []
    count = 0
    for name, wanted, marker in PIN.findall(lock):
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            if not marker:
                wrong.append(f"{name} is missing")
            continue
        count += 1
        if found != wanted and not marker:
            wrong.append(f"{name} is {found}, not {wanted}")
    if wrong:
        said = "; ".join(wrong[:5]) + (f"; and {len(wrong) - 5} more" if len(wrong) > 5 else "")
        cure = f"Remove .venv and run {program()} again." if (_root() / "start.py").exists() else ""
        return warning("packages", said, cure or "Install requirements/run.txt.")
    return ok("packages", f"{count} as in requirements/run.txt")


def _root() -> Path:
    return Path(__file__).resolve().parents[3]


def _lock() -> str | None:
    """The lock of the checkout this runs from."""
    file = _root() / "requirements" / "run.txt"
    return file.read_text("utf-8") if file.is_file() else None


def time_zones(settings: Settings) -> Finding:
    names = sorted({site.time_zone for site in settings.sites} | {"Europe/Lisbon"})
    try:
        for name in names:
            ZoneInfo(name)
    except (OSError, KeyError, ValueError) as error:
        return failed("time zones", f"{error}", "Install the package tzdata.")
    return ok("time zones", f"known, {', '.join({s.time_zone for s in settings.sites})} in use")


def port(settings: Settings) -> Finding:
    """See whether the port could be taken now."""
    server = settings.server
    if server.port == 0:
        return ok("port", "any free one")
    try:
        Listening(server.host, server.port).close()
    except NotListening as error:
        cure = "Fine if it is this service that runs; else set server.port to another."
        return warning("port", str(error), cure)
    return ok("port", f"{server.port} of {server.host} is free: the service does not run now")


def folder(database: Path) -> Finding:
    """See whether a SQLite database can live in its folder, and for how long."""
    try:
        prepare(database)
        with tempfile.TemporaryFile(dir=database.parent) as file:
            file.write(b"x")
    except (StoreUnusable, OSError) as error:
        return failed("folder", str(error), "Give this user the folder, or set store.url.")
    free = shutil.disk_usage(database.parent).free
    shown = f"{database.parent} is writable, {free // 2**20:,} MiB are free"
    if free < LEAST_ROOM:
        return failed("folder", shown, "Make room: below 64 MiB nothing is taken in.")
    if free < LITTLE_ROOM:
        return warning("folder", shown, "Make room soon.")
    if _is_open(database):
        cure = f"chmod o-rwx {database}*"
        return warning("folder", f"{database} may be read by every user here", cure)
    return ok("folder", shown)


def _is_open(database: Path) -> bool:
    """Whether every user of this machine could read it."""
    if os.name != "posix" or not database.exists():
        return False
    return bool(database.stat().st_mode & 0o004 and database.parent.stat().st_mode & 0o001)
