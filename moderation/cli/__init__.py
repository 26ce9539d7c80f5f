"""The command line: one file a group of verbs, imported when one of its verbs is asked for."""

from collections.abc import Iterator, MutableMapping
from importlib import import_module

import click

from moderation.cli.frame import settings_option

SHARED = {"worker": "serve"}  # verbs that stand in another's file
NAMES = (
    "serve",
    "worker",
    "check",
    "doctor",
    "demo",
    "user",
    "token",
    "site",
    "article",
    "queue",
    "learn",
    "akismet",
    "rule",
    "store",
    "jobs",
    "version",
)


class Verbs(MutableMapping[str, click.Command]):
    """All verbs by name. A service that runs for months carries no file but its own."""

    def __init__(self) -> None:
        self._known: dict[str, click.Command | None] = dict.fromkeys(NAMES)

    def __getitem__(self, name: str) -> click.Command:
        verb = self._known[name]
        if verb is None:
            file = import_module(f"moderation.cli.{SHARED.get(name, name)}")
            verb = self._known[name] = vars(file)[name]
        return verb

    def __setitem__(self, name: str, verb: click.Command) -> None:
        self._known[name] = verb

    def __delitem__(self, name: str) -> None:
        del self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 a problem, 2 wrong use, 3 partly done.",
    commands=Verbs(),
)
@settings_option
def command() -> None:
    """Comments, pingbacks, trackbacks and webmentions for blogs, moderated."""


def main() -> None:
    """Run the command line and end the process."""
    command(prog_name="moderation")
