"""What is sent to Akismet, name by name."""

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from akismet import AkismetArguments

from moderation.checks.akismet import fields
from moderation.domain.comment import Author, Client, Kind
from tests.unit.checks.cases import NOW, ping, reply


def test_a_reply_is_told_whole() -> None:
    published = datetime(2026, 11, 1, 9, tzinfo=timezone(timedelta(hours=1)))
    sent = fields.of(reply(parent_id="m1", article_published_at=published, trap="filled"))
    assert sent == {
        "blog": "https://blog.example/",
        "user_ip": "192.0.2.7",
        "user_agent": "Browser/1.0",
        "referrer": "https://blog.example/bees",
        "permalink": "https://blog.example/bees",
        "comment_type": "reply",
        "comment_author": "Ada",
        "comment_author_email": "ada@reader.example",
        "comment_author_url": "https://ada.example/",
        "comment_content": "Bees do indeed sleep at night.",
        "comment_parent": "m1",
        "comment_date_gmt": "2026-11-22T07:30:00+00:00",
        "comment_post_modified_gmt": "2026-11-01T08:00:00+00:00",
        "blog_lang": "en_gb",
        "blog_charset": "UTF-8",
        "honeypot_field_name": "hp_url",
        "hp_url": "filled",
    }


def test_what_is_empty_is_not_sent() -> None:
    sent = fields.of(reply("Text", author=Author(), client=Client("192.0.2.7")))
    assert "" not in sent.values()
    assert not sent.keys() & {"referrer", "user_agent", "comment_author", "hp_url"}


@pytest.mark.parametrize("kind", [Kind.PINGBACK, Kind.TRACKBACK, Kind.WEBMENTION])
def test_a_ping_goes_by_its_own_name_with_its_source(kind: Kind) -> None:
    sent = fields.of(ping(kind=kind))
    assert sent["comment_type"] == kind.value
    assert sent["comment_author_url"] == "https://other.example/2026/11/on-bees"
    assert sent["user_ip"] == "198.51.100.9"
    assert "honeypot_field_name" not in sent


def test_a_reply_to_the_article_is_a_comment() -> None:
    assert fields.of(reply())["comment_type"] == "comment"


@pytest.mark.parametrize(
    ("edited", "reason", "told"),
    [(False, "", None), (True, "", "edit"), (False, "retry", "retry"), (True, "retry", "retry")],
)
def test_the_reason_of_a_second_look(edited: bool, reason: str, told: str | None) -> None:
    assert fields.of(reply(edited=edited), reason).get("recheck_reason") == told


@pytest.mark.parametrize("address", ["", "192.0.2.0/24", "2001:db8::/48", "nonsense"])
def test_an_address_that_is_none_any_more_is_not_sent(address: str) -> None:
    assert "user_ip" not in fields.of(reply(client=Client(address)))


def test_half_characters_can_be_encoded() -> None:
    assert fields.of(reply("a\ud800b"))["comment_content"] == "a?b"


def test_every_value_goes_either_by_the_package_or_beside_it() -> None:
    sent = fields.of(reply(parent_id="m1", trap="filled"), "retry")
    carried, added = fields.arguments(sent), fields.added(sent)
    assert set(carried) <= set(AkismetArguments.__annotations__)
    assert set(added) == {"comment_parent", "hp_url"}
    assert set(carried) | set(added) | {"blog", "user_ip"} == set(sent)


def test_neither_key_nor_role_can_come_from_stored_values() -> None:
    stored = {"blog": "b", "user_ip": "i", "api_key": "k", "key": "k", "user_role": "administrator"}
    assert not fields.arguments(stored)
    assert not fields.added(stored)


def test_moments_are_in_utc() -> None:
    assert fields.of(reply())["comment_date_gmt"] == (
        datetime(2026, 11, 22, 7, 30, tzinfo=UTC).isoformat()
    )


def test_owners_are_told_of_every_value() -> None:
    page = (Path(__file__).parents[3] / "docs" / "checks.md").read_text(encoding="utf-8")
    table = page.partition("### What is sent")[2].partition("### The key")[0]
    told = {
        name
        for row in table.splitlines()
        if row.startswith("| `")
        for name in re.findall("`([a-z_]+)`", row.split("|")[1])
    }
    whole = reply(parent_id="m1", trap="x", article_published_at=NOW, edited=True)
    assert told == set(fields.of(whole))
