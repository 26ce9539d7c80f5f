"""What every check on the shelf must be, found by `moderation.plugs`."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from moderation import plugs
from moderation.checks.contract import Case, Check, Tools
from moderation.domain.comment import Author, Client, Kind
from moderation.domain.errors import Fault
from moderation.domain.opinion import Opinion, Verdict
from moderation.settings import AkismetSettings, ChecksSettings, Limits, Settings
from tests.unit.checks.cases import NOW, SITE, WrittenRecords, ping, reply, tools

NAMES = plugs.names("checks")
MAY_REFUSE = {"flood", "duplicate"}
ORDERS_UNHEARD = {"learned"}  # its score orders the queue before its verdict counts
DECISIVE = {"trap", "rules"}
NOWHERE = "http://127.0.0.1:1"  # a port that nothing listens on

CASES = {
    "a plain reply": reply(),
    "a reply with nothing in it": reply("", html="", author=Author(), client=Client()),
    "a filled trap": reply(trap="http://spam.example"),
    "a forged token": reply(form_token="nonsense"),
    "an edit": reply(edited=True, author_id="a1"),
    "a very long text": reply("sleep " * 1600),
    "text of other scripts and halves of characters": reply("蜂は夜に眠る \u202e \x00 \ud800 🐝"),
    "an article of long ago": reply(article_published_at=NOW - timedelta(days=4000)),
    "a blurred address": reply(client=Client("192.0.2.0/24", "Browser")),
    "a pingback": ping(kind=Kind.PINGBACK),
    "a trackback": ping(kind=Kind.TRACKBACK, text=""),
    "a webmention from a broken address": ping("http://[broken/"),
}


def making(settings: Settings) -> list[Check]:
    return [make_one(name, tools(settings)) for name in NAMES]


def make_one(name: str, with_: Tools) -> Check:
    check: Check = plugs.plug("checks", name).make(with_)
    return check


BARE = Settings(sites=(SITE,), limits=Limits(0, 0))
FULL = Settings(
    sites=(SITE,),
    limits=Limits(1000, 1000),
    checks=ChecksSettings(phrases_hold=("buy now",), phrases_spam=("casino",)),
    akismet=AkismetSettings("0123456789ab", NOWHERE, 0.5),
)


def test_the_shelf_holds_the_checks_that_settings_may_name() -> None:
    assert set(NAMES) >= {
        "akismet",
        "duplicate",
        "flood",
        "history",
        "learned",
        "links",
        "rules",
        "trap",
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_check_bears_the_name_of_its_file_and_a_deadline(name: str) -> None:
    check = make_one(name, tools(BARE))
    assert check.name == name
    assert 0 < check.deadline_seconds <= 60
    assert not check.remote, "without a key there is nobody to ask"
    assert make_one(name, tools(FULL)).remote is (name == "akismet")


@pytest.mark.parametrize("settings", [BARE, FULL], ids=["nothing set", "everything set"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
@pytest.mark.parametrize("name", NAMES)
async def test_a_check_always_has_an_opinion(name: str, case: Case, settings: Settings) -> None:
    check = make_one(name, tools(settings))
    async with asyncio.timeout(check.deadline_seconds):
        opinion = await check.examine(case)
    hold_to_the_contract(name, opinion)
    aclose = getattr(check, "aclose", None)
    if aclose is not None:
        await aclose()


def hold_to_the_contract(name: str, opinion: Opinion) -> None:
    assert opinion.check == name
    assert -1.0 <= opinion.score <= 1.0
    assert opinion.because[0].isupper() or opinion.because[0] == "“"
    assert opinion.because.endswith(".")
    assert opinion.because.isprintable()
    if opinion.verdict in {Verdict.NOT_RUN, Verdict.UNKNOWN} and name not in ORDERS_UNHEARD:
        assert opinion.score == 0.0
    if opinion.decisive:
        assert name in DECISIVE
        assert opinion.verdict is Verdict.SPAM


@pytest.mark.parametrize("name", NAMES)
async def test_without_settings_and_past_a_check_neither_holds_nor_calls_anything_spam(
    name: str,
) -> None:
    opinion = await make_one(name, tools(BARE)).examine(reply())
    assert opinion.verdict in {Verdict.NOT_RUN, Verdict.UNSURE}


@pytest.mark.parametrize("name", NAMES)
async def test_only_flood_and_duplicate_refuse(name: str) -> None:
    settings = Settings(sites=(SITE,), limits=Limits(1, 1))
    check = make_one(name, tools(settings, WrittenRecords(copies=9)))
    try:
        for _ in range(3):
            await check.examine(reply())
    except Fault:
        assert name in MAY_REFUSE


@pytest.mark.parametrize("name", NAMES)
async def test_one_check_serves_many_cases_at_once(name: str) -> None:
    check = make_one(name, tools(BARE))
    opinions = await asyncio.gather(*(check.examine(reply(f"Text {n}")) for n in range(50)))
    assert {opinion.verdict for opinion in opinions} <= {Verdict.NOT_RUN, Verdict.UNSURE}


@pytest.mark.parametrize("name", NAMES)
def test_a_check_is_explained_to_owners(name: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")
    assert f"\n## `{name}`\n" in page
