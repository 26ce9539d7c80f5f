"""What a plain value in the settings must be: numbers, words, lists, names of zones and checks.

Each reader takes a value as TOML gives it and returns the one the house uses, or raises
`Unfit` with what is expected, worded to follow the key: "must be a whole number from 0 to 9".
"""

import re
from collections.abc import Callable
from email.utils import parseaddr
from enum import StrEnum
from typing import TypeAlias
from unicodedata import category
from zoneinfo import ZoneInfo, available_timezones

from moderation import plugs
from moderation.settings.faults import nearest

Read: TypeAlias = Callable[[object], object]

LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
QUERY_NAME = re.compile(r"[^\s&=#;]+")


class Unfit(Exception):
    """A value cannot be taken; `str()` says what is expected."""


def text(value: object) -> str:
    if not isinstance(value, str):
        raise Unfit("must be text, in quotes")
    if any(category(c) in ("Cc", "Cs") for c in value):
        raise Unfit("must not contain control characters")
    return value


def flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise Unfit("must be true or false")
    return value


def whole(low: int, high: int, meaning: str = "") -> Read:
    """Read a whole number within bounds, both included."""
    expected = f"must be a whole number from {low} to {high}{meaning}"

    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise Unfit(expected)
        return value

    return read


def seconds(low: float, high: float) -> Read:
    """Read a number of seconds, whole or not, within bounds."""

    def read(value: object) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise Unfit(f"must be a number of seconds from {low:g} to {high:g}")
        if not low <= value <= high:  # false for NaN too
            raise Unfit(f"must be a number of seconds from {low:g} to {high:g}")
        return float(value)

    return read


def share(low: float, high: float) -> Read:
    """Read a part of a whole, within bounds, both included."""
    expected = f"must be a number from {low:g} to {high:g}, such as 0.98"

    def read(value: object) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise Unfit(expected)
        if not low <= value <= high:  # false for NaN too
            raise Unfit(expected)
        return float(value)

    return read


def one_of(kind: type[StrEnum]) -> Read:
    """Read one word out of an enumeration."""
    names = [str(member) for member in kind]
    expected = "must be " + ", ".join(f'"{n}"' for n in names[:-1]) + f' or "{names[-1]}"'

    def read(value: object) -> StrEnum:
        if not isinstance(value, str) or value not in names:
            raise Unfit(expected)
        return kind(value)

    return read


def list_of(read: Read, example: str) -> Read:
    """Read a list; each of its values is read by `read`, and a repeated one counts once."""

    def read_all(value: object) -> tuple[object, ...]:
        if not isinstance(value, list):
            raise Unfit(f"must be a list, such as {example}")
        found: list[object] = []
        for item in value:
            try:
                found.append(read(item))
            except Unfit as unfit:
                raise Unfit(f"holds {shown(item)}, which {unfit}") from None
        return tuple(dict.fromkeys(found))

    return read_all


def language(value: object) -> str:
    tag = text(value)
    if not LANGUAGE.fullmatch(tag):
        raise Unfit('must be a language tag, such as "en" or "pt-BR"')
    return tag


def time_zone(value: object) -> str:
    name = text(value)
    try:
        return ZoneInfo(name).key
    except (OSError, ValueError):  # unknown names are KeyErrors, folders and odd paths are these
        hint = ""
    except KeyError:
        zones = {zone.lower(): zone for zone in available_timezones()}
        found = nearest(name, list(zones))
        hint = f'; did you mean "{zones[found]}"?' if found else ""
    raise Unfit(f'must be the name of a time zone, such as "Europe/Lisbon"{hint}')


def query_name(value: object) -> str:
    name = text(value)
    if not QUERY_NAME.fullmatch(name):
        raise Unfit('must be the name of a query parameter, such as "p"')
    return name


PARTS_OF_CHECKS = frozenset({"phrases"})  # the settings' phrases, which `rules` looks for


def check_name(value: object) -> str:
    name = text(value)
    known = plugs.names("checks")
    if name not in (*known, *PARTS_OF_CHECKS):
        raise Unfit("is not the name of a check; there is " + ", ".join(known))
    return name


def phrase(value: object) -> str:
    words = text(value)
    if not words.strip():
        raise Unfit("must not be empty: it would be found in every comment")
    return words


def mailbox(value: object) -> str:
    """Read "" or an address, with or without a name: ``Blog <blog@blog.example>``."""
    box = text(value)
    if not box:
        return box
    _, address = parseaddr(box)
    user, at, host = address.rpartition("@")
    if not (user and at and host) or " " in address:
        raise Unfit('must be an e-mail address, such as "Blog <comments@blog.example>"')
    return box


def shown(value: object) -> str:
    """Write a value for a message, on one line and not too long."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        plain = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in value)
        return f'"{plain}"' if len(plain) <= 40 else f'"{plain[:37]}…"'
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, list):
        return "[]" if not value else "[…]"
    return str(value)[:40]
