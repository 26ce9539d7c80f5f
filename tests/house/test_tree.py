"""The repository speaks of the project alone; what it needs is pinned and accounted for."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

DEPENDENCIES = "docs/dependencies.md"
LOCKS = ("run", "test", "browser")  # each holds all that the one before it holds
# Of the lock `senders`, which stands beside these, what is there for itself.
SENDERS = {"indieweb-utils", "ronkyuu", "webmention-tools", "webmentions"}

# Written in two parts, so that this file does not hold what it looks for.
REGISTRIES = tuple(
    f"{name}.{end}"
    for name, end in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("deb.debian", "org"),
        ("crates", "io"),
        ("conda-forge", "org"),
        ("proxy.golang", "org"),
        ("jsdelivr", "net"),
        ("unpkg", "com"),
    )
)
MACHINE_PATHS = re.compile(
    r"(?<![\w.~-])/(?:ho" + r"me|Us" + r"ers|ro" + r"ot|wo" + r"rk|mnt|workspaces)/[\w.]"
)
TEXTS = (".py", ".toml", ".md", ".txt", ".html", ".css", ".js", ".json", ".yml", ".yaml", ".cfg")

PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)(?:\s*;\s*([^\\]+?))?\s*\\?$")


@pytest.fixture(scope="session")
def project(house: Path) -> Mapping[str, Any]:
    return tomllib.loads((house / "pyproject.toml").read_text("utf-8"))


def direct(project: Mapping[str, Any], *, group: str | None = None) -> set[str]:
    """The names of what is asked for by name: ``sqlalchemy`` of ``sqlalchemy[asyncio]>=2``."""
    if group is None:
        asked = project["project"]["dependencies"]
    else:
        asked = project["dependency-groups"][group]
    return {normal(text) for text in asked if isinstance(text, str)}


def normal(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def pins(files: Mapping[str, str], lock: str) -> set[tuple[str, str, str]]:
    """(name, version, marker) of every pin."""
    found = (PIN.match(line) for line in files[f"requirements/{lock}.txt"].splitlines())
    return {(normal(pin[1]), pin[2], pin[3] or "") for pin in found if pin}


def test_no_file_names_a_registry_of_packages(files: Mapping[str, str]) -> None:
    assert [
        f"{path} names {host}"
        for path, text in files.items()
        for host in REGISTRIES
        if host in text.lower()
    ] == []


def test_no_file_names_a_folder_of_somebodys_machine(files: Mapping[str, str]) -> None:
    assert [
        f"{path}:{number} {line.strip()[:100]}"
        for path, text in files.items()
        if path.endswith(TEXTS) or "." not in path.rpartition("/")[2]
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE_PATHS.search(line)
    ] == []


@pytest.mark.parametrize("lock", [*LOCKS, "senders"])
def test_a_lock_holds_no_address_and_a_hash_for_every_pin(
    files: Mapping[str, str], lock: str
) -> None:
    text = files[f"requirements/{lock}.txt"]
    assert "://" not in text
    for requirement in text.replace("\\\n", " ").splitlines():
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", requirement), requirement
        assert "==" in requirement


def test_each_lock_holds_all_that_the_one_before_it_holds(files: Mapping[str, str]) -> None:
    run, test, browser = (pins(files, lock) for lock in LOCKS)
    assert run < test < browser


def test_every_direct_dependency_is_pinned(
    files: Mapping[str, str], project: Mapping[str, Any]
) -> None:
    pinned = {lock: {name for name, _, _ in pins(files, lock)} for lock in LOCKS}
    assert direct(project) | direct(project, group="boot") <= pinned["run"]
    assert direct(project, group="test") <= pinned["test"]
    assert direct(project, group="browser") <= pinned["browser"]
    senders = {name for name, _, _ in pins(files, "senders")}
    assert direct(project, group="senders") == senders


def test_every_direct_dependency_has_a_line_that_says_why(
    files: Mapping[str, str], project: Mapping[str, Any]
) -> None:
    asked = direct(project)
    for group in ("boot", "test", "browser"):
        asked |= direct(project, group=group)
    asked |= SENDERS
    told = {normal(m[1]) for m in re.finditer(r"^\| `([^`]+)` \|", files[DEPENDENCIES], re.M)}
    assert told == asked
    assert direct(project, group="senders") > SENDERS
