"""What is wrong with the settings, each fault with its place, told all at once."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDEST = 44  # columns; a longer subject pushes its own line out, not the others'


@dataclass(frozen=True, slots=True)
class SettingFault:
    """One thing to mend."""

    where: str  # "settings.toml:14", "environment", or the file alone
    subject: str  # '[server] port = "80a"', or the name of a variable; never a secret's value
    message: str  # "must be …", "unknown section; did you mean [akismet]?"


class SettingsFaults(Exception):
    """Everything that is wrong with the settings. `str()` is ready to be shown, many lines."""

    def __init__(self, faults: Sequence[SettingFault]) -> None:
        super().__init__(faults)
        self.faults = tuple(sorted(faults, key=_order))

    def __str__(self) -> str:
        first = max((len(f.where) for f in self.faults), default=0)
        second = max((len(f.subject) for f in self.faults if len(f.subject) <= WIDEST), default=0)
        lines = [
            f"{f.where:<{first}}  {f.subject:<{second}}  {f.message}".rstrip() for f in self.faults
        ]
        count = len(self.faults)
        problems = "1 problem" if count == 1 else f"{count} problems"
        return "\n".join([*lines, f"{problems}; nothing was started."])


def _order(fault: SettingFault) -> tuple[bool, int]:
    """Files first and from top to bottom, then the environment."""
    _, colon, line = fault.where.rpartition(":")
    return fault.where == "environment", int(line) if colon and line.isdecimal() else 0


def nearest(name: str, known: Sequence[str]) -> str | None:
    """Find the known name that was probably meant."""
    from difflib import get_close_matches  # a service whose settings are fine has no use for it

    found = get_close_matches(name.lower(), known, n=1)
    return found[0] if found else None
