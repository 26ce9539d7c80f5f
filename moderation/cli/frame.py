"""What all verbs have in common: settings, the opened house, how they print and how they end."""

import json
import os
import sys
from collections.abc import (
    AsyncIterator,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:  # they take their time, and `--help` needs none of it
    from moderation.house import House
    from moderation.settings import Loaded, Settings

DONE, PROBLEM, MISUSE, PARTLY = 0, 1, 2, 3  # exit codes
_FILE = "moderation.settings"
_GAP = "  "

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


class Problem(click.ClickException):
    """Something stands in the way; one line for whoever runs the service."""

    exit_code = PROBLEM

    def show(self, file: Any = None) -> None:
        click.echo(self.message, file=file, err=file is None)


def _remember(context: click.Context, parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.meta[_FILE] = value


def settings_option(command: F) -> F:
    """Let a verb take ``--settings FILE``, as the whole command does before the verb."""
    return click.option(
        "--settings",
        type=click.Path(path_type=Path),
        metavar="FILE",
        expose_value=False,
        callback=_remember,
        help="Settings to use; else $MODERATION_SETTINGS, else ./settings.toml, else the shipped.",
    )(command)


def json_option(command: F) -> F:
    """Let a verb take ``--json``: what it prints as JSON, for programs."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def settings_file() -> Path | None:
    """The file that was named with ``--settings``."""
    file: Path | None = click.get_current_context().meta.get(_FILE)
    return file


def load_settings(environ: Mapping[str, str] | None = None) -> "Loaded":
    """Read the settings, with `environ` on top of the environment.

    Where there are faults all of them are printed, and the command ends as misused.
    """
    from moderation.settings import SettingsFaults, load

    try:
        return load(settings_file(), {**os.environ, **(environ or {})})
    except SettingsFaults as faults:
        click.echo(str(faults), err=True)
        raise click.exceptions.Exit(MISUSE) from None


def quiet_settings() -> "Settings":
    """Read the settings, and let only what goes wrong be logged: for verbs that do one thing."""
    import logging

    from moderation import logs
    from moderation.settings import secrets_of

    settings = load_settings().settings
    logs.set_up(level=logging.ERROR, secrets=secrets_of(settings))
    return settings


@asynccontextmanager
async def open_rooms(settings: "Settings") -> AsyncIterator["House"]:
    """Open the house for one errand; a service that runs beside it on the same store goes on."""
    from moderation.domain.clock import SystemClock
    from moderation.house import open_house

    house = await open_house(settings, clock=SystemClock())
    try:
        yield house
    finally:
        await house.close()


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run an errand to its end; what it is refused with is told in one line."""
    import asyncio

    from moderation.domain.errors import Fault
    from moderation.store.engine import Away, StoreUnusable

    try:
        return asyncio.run(work)
    except (Fault, StoreUnusable) as error:
        raise Problem(str(error)) from None
    except Away as error:
        raise Problem(f"The store cannot be used now: {error}.") from None


def errand(work: "Callable[[House], Coroutine[Any, Any, T]]") -> T:
    """Read the settings, open the house, do `work` in it, and close it."""
    settings = quiet_settings()

    async def inside() -> T:
        async with open_rooms(settings) as house:
            return await work(house)

    return run(inside())


def show(data: object, as_json: bool, lines: Iterable[str]) -> None:
    """Print what was found: `data` for programs, `lines` for people."""
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    for line in lines:
        click.echo(line)


def table(head: Sequence[str], rows: Sequence[Sequence[object]], empty: str) -> Iterator[str]:
    """Write rows in columns; the last one is as wide as it likes."""
    if not rows:
        yield empty
        return
    texts = [list(head), *([_one_line(str(cell)) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in texts) for column in range(len(head) - 1)]
    for row in texts:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield _GAP.join([*cells, row[-1]]).rstrip()


def _one_line(text: str) -> str:
    """Keep what strangers wrote from moving the cursor: one line, nothing that is no character."""
    return "".join(c if c.isprintable() else " " for c in text)


def program() -> str:
    """How the command line was called, for the commands that are suggested."""
    started = Path(sys.argv[0])
    checkout = started.parent.parent
    in_checkout = started.name == "__main__.py" and (checkout / "start.py").is_file()
    return "python3 start.py" if in_checkout else "moderation"
