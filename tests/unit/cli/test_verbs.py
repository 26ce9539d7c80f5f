"""Every verb explains itself by example, and explaining loads nothing heavy."""

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from moderation.cli import command

HEAVY = (
    *("sqlalchemy", "databases", "alembic", "asyncpg", "aiosqlite", "starlette", "uvicorn"),
    *("httpx", "httpx2", "jinja2", "msgspec", "structlog", "argon2", "nh3", "justhtml", "babel"),
    *("asyncio.base_events", "moderation.house", "moderation.settings", "moderation.store.db"),
)


def verbs(group: click.Group, *before: str) -> Iterator[tuple[str, ...]]:
    """Every verb as it is typed: ``("user", "add")``."""
    for name, inner in group.commands.items():
        if isinstance(inner, click.Group):
            yield from verbs(inner, *before, name)
        else:
            yield (*before, name)


VERBS = sorted(verbs(command))


def test_the_verbs_are_those_that_are_promised() -> None:
    assert {" ".join(verb) for verb in VERBS} == {
        *("serve", "worker", "check", "doctor", "demo", "version"),
        *("user add", "user invite", "user passwd", "user disable", "user list"),
        *("token create", "token list", "token revoke", "site list", "site code"),
        *("article list", "article move", "article merge"),
        *("queue list", "queue approve", "queue hold", "queue spam", "queue trash"),
        *("rule list", "rule add", "rule remove", "rule import", "rule export"),
        *("rule apply", "rule lists on", "rule lists off", "rule lists refresh"),
        *("store upgrade", "store check", "store backup", "store restore", "store move"),
        *("learn status", "learn rebuild", "learn test"),
        *("akismet verify", "akismet usage", "jobs list", "jobs retry", "jobs drop"),
    }


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_the_help_of_a_verb_says_what_it_does_with_examples(verb: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(command, [*verb, "--help"])
    assert shown.exit_code == 0
    assert f"\n    moderation {' '.join(verb)}" in shown.output.partition("Examples:")[2]
    first = shown.output.splitlines()[2].strip()
    assert first[0].isupper()


@pytest.mark.parametrize("group", [(), ("queue",)], ids=["all", "queue"])
def test_help_loads_nothing_heavy(group: tuple[str, ...]) -> None:
    code = (
        "import sys; from moderation.cli import command;"
        f"command({[*group, '--help']!r}, standalone_mode=False);"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "Commands:" in done.stdout
    assert done.stderr == "[]\n"


def test_settings_may_be_named_before_the_verb_or_after_it() -> None:
    for arguments in (["--settings", "gone.toml", "check"], ["check", "--settings", "gone.toml"]):
        shown = CliRunner().invoke(command, arguments)
        assert shown.exit_code == 1
        assert "gone.toml  cannot be read" in " ".join(shown.output.split("   "))


def test_the_version_is_told_to_programs_too() -> None:
    import json
    import platform

    shown = CliRunner().invoke(command, ["version", "--json"])
    told = json.loads(shown.output)
    assert told["name"] == "moderation"
    assert told["python"] == platform.python_version()
    assert "starlette" in told["packages"]
