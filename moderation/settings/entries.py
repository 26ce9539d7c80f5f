"""What stands in a settings file and in the environment, each value with the place it stands at."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from moderation.settings.faults import SettingFault

Path: TypeAlias = tuple[str, ...]

PREFIX = "MODERATION__"
ENVIRONMENT = "environment"
LINE_OF_FAULT = re.compile(r"\s*\(at line (\d+), column \d+\)$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One key and its value, as written."""

    path: Path
    value: object
    where: str  # "settings.toml:14", "environment"
    variable: str = ""  # the name of the environment's variable
    text: bool = False  # the value is still text of the environment, whatever it is to be


@dataclass(frozen=True, slots=True)
class Document:
    """A settings file taken apart."""

    entries: tuple[Entry, ...] = ()
    sections: tuple[Entry, ...] = ()  # each table that is named, if only as part of a path


def take_apart(source: str, name: str) -> Document | SettingFault:
    """Read TOML; `name` is the file's, for the places."""
    try:
        whole = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        found = LINE_OF_FAULT.search(str(error))
        what = LINE_OF_FAULT.sub("", str(error))
        where = f"{name}:{found[1]}" if found else name
        return SettingFault(where, "", f"cannot be read as TOML: {what[:1].lower()}{what[1:]}")
    lines = dict(_lines(source))
    entries: list[Entry] = []
    sections: list[Entry] = []
    for path, value in _leaves((), whole):
        line = lines.get(path)
        where = f"{name}:{line}" if line else name
        (sections if isinstance(value, dict) else entries).append(Entry(path, value, where))
    return Document(tuple(entries), tuple(sections))


def of_environment(environ: Mapping[str, str]) -> tuple[Entry, ...]:
    """Collect ``MODERATION__SECTION__KEY``, in order of name; the path is in lower case."""
    return tuple(
        Entry(tuple(name[len(PREFIX) :].lower().split("__")), value, ENVIRONMENT, name, text=True)
        for name, value in sorted(environ.items())
        if name.startswith(PREFIX)
    )


def from_text(text: str) -> object:
    """Read a value of the environment in TOML syntax; raises ValueError for anything else."""
    found = tomllib.loads(f"value = {text}")
    if list(found) != ["value"]:
        raise ValueError("more than one value")
    return found["value"]


def _leaves(path: Path, table: Mapping[str, object]) -> Iterator[tuple[Path, object]]:
    """Go through a table, each nested one before what stands in it."""
    for key, value in table.items():
        yield (*path, key), value
        if isinstance(value, dict):
            yield from _leaves((*path, key), value)


def _lines(source: str) -> Iterator[tuple[Path, int]]:
    """Tell the line on which each key and table of a well-formed document first stands.

    A statement is the least number of lines that can be read by themselves, so that text
    and lists over many lines, comments and quoted keys are understood as TOML has them.
    """
    seen: set[Path] = set()
    table: Path = ()
    began, statement = 1, ""
    for number, line in enumerate(source.split("\n"), 1):
        statement += line + "\n"
        if _goes_on(line):
            continue
        try:
            found = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue
        is_header = statement.lstrip().startswith("[")
        if is_header:
            table = _header(found)
        for path, _ in _leaves(() if is_header else table, found):
            if path not in seen:
                seen.add(path)
                yield path, began
        began, statement = number + 1, ""


def _goes_on(line: str) -> bool:
    """Tell a line in the midst of a long list, where trying to read would be wasted."""
    return line.rstrip().endswith(",") and "#" not in line


def _header(found: Mapping[str, object]) -> Path:
    """The path that ``[a.b]`` or ``[[a.b]]`` opens."""
    path: Path = ()
    value: object = found
    while isinstance(value, dict) and value:
        key, value = next(iter(value.items()))
        path = (*path, key)
    return path
