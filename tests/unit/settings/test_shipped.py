"""The shipped file, the types and the list of keys say the same."""

import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from moderation.assets import asset
from moderation.domain.site import Site
from moderation.settings import Settings, load
from moderation.settings.entries import Document, take_apart
from moderation.settings.keys import KEYS, SITE_KEYS
from tests.unit.settings.files import read


@pytest.mark.usefixtures("folder")
def test_the_shipped_file_says_what_the_types_say() -> None:
    loaded = load(None, {})
    expected = Settings(
        store=loaded.settings.store,  # absolute, tested below
        sites=loaded.settings.sites,
        pings=loaded.settings.pings,  # with the demo's own host
        path=asset("settings.toml"),
        demo=True,
    )
    assert loaded.settings == expected
    assert loaded.settings.pings == loaded.settings.sites[0].pings


def test_the_shipped_file_has_every_key_and_each_with_a_comment() -> None:
    source = asset("settings.toml").read_text("utf-8")
    found = take_apart(source, "settings.toml")
    assert isinstance(found, Document)
    assert {entry.path for entry in found.entries} == {key.path for key in KEYS}
    lines = source.splitlines()
    for number, line in enumerate(lines):
        if line and line[0] not in "#[":
            above = number - 1
            while lines[above] and lines[above][0] not in "#[":
                above -= 1
            assert lines[above].startswith(("#", "[limits]", "[akismet]")), line


@pytest.mark.usefixtures("folder")
def test_the_example_of_a_site_in_the_shipped_file_says_what_the_type_says(folder: Path) -> None:
    lines = asset("settings.toml").read_text("utf-8").splitlines()
    start = lines.index("# [sites.blog]")
    example = lines[start : lines.index("#", start)]
    source = "\n".join(line.removeprefix("# ") for line in example)
    assert set(tomllib.loads(source)["sites"]["blog"]) == {
        key.path[0] for key in SITE_KEYS if len(key.path) == 1
    }
    (site,) = read(folder, source).settings.sites
    assert site == Site(id="blog", url="https://blog.example/")


def test_every_field_of_the_types_can_be_set() -> None:
    filled = {key.target for key in KEYS}
    for part in fields(Settings):
        if part.name in ("sites", "path", "locked", "demo"):
            continue
        for field in fields(getattr(Settings(), part.name)):
            assert (part.name, field.name) in filled
