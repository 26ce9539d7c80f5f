"""The owner's phrases, anywhere in a comment."""

import pytest

from moderation.checks.contract import Case
from moderation.checks.phrases import Phrases
from moderation.domain.comment import Author, Client
from moderation.domain.opinion import Opinion, Ruling, Verdict, rule
from moderation.settings import ChecksSettings, Settings
from tests.unit.checks.cases import ping, reply, tools


async def look(case: Case, *, hold: tuple[str, ...] = (), spam: tuple[str, ...] = ()) -> Opinion:
    settings = Settings(checks=ChecksSettings(phrases_hold=hold, phrases_spam=spam))
    return await Phrases(tools(settings)).examine(case)


@pytest.mark.parametrize(
    ("case", "place"),
    [
        (reply(author=Author(name="Best Casino")), "the name"),
        (reply(author=Author(email="x@casino.example")), "the e-mail address"),
        (reply(author=Author(url="https://casino.example/")), "the author's website"),
        (reply("Try this CASINO, friends"), "the text"),
        (reply("Try this cas<b></b>ino"), "the text as readers would see it"),
        (ping(title="My casino"), "the title"),
        (ping("https://casino.example/post"), "the source's address"),
        (reply(client=Client("192.0.2.7", "casino-bot/1.0")), "the sender's user agent"),
    ],
)
async def test_every_place_is_looked_at_and_named(case: Case, place: str) -> None:
    opinion = await look(case, hold=("casino",))
    assert opinion.verdict is Verdict.HOLD
    assert opinion.because == f"“casino” stands in {place}, which the owner holds."


async def test_an_address_can_be_a_phrase() -> None:
    opinion = await look(reply(client=Client("192.0.2.7")), hold=("192.0.2.7",))
    assert "the sender's address" in opinion.because
    elsewhere = await look(reply(client=Client("192.0.2.77")), hold=("192.0.2.7",))
    assert elsewhere.verdict is Verdict.UNSURE


@pytest.mark.parametrize("text", ["WordPress is fine", "a classic assessment", "the strong words"])
async def test_only_whole_words_count(text: str) -> None:
    found = await look(reply(text), hold=("press", "ass", "p", "trong"))
    assert found.verdict is Verdict.UNSURE


@pytest.mark.parametrize(
    "text",
    [
        "Càsino",
        "cas\u200bino",
        "\uff23\uff21\uff33\uff29\uff2e\uff2f",
        "\u0441\u0430sino",
        "big  \n casino",
    ],
)
async def test_disguises_do_not_help(text: str) -> None:
    assert (await look(reply(text), hold=("casino",))).verdict is Verdict.HOLD


async def test_the_spam_list_decides_alone_and_before_the_other() -> None:
    opinion = await look(reply("casino and bonus"), hold=("casino",), spam=("bonus",))
    assert opinion.decisive
    assert rule([opinion, Opinion("history", Verdict.HAM, "Known.")]) is Ruling.SPAM


async def test_the_tags_of_our_own_rendering_are_no_words() -> None:
    case = reply("Hello", html='<p><a href="https://x.example" rel="nofollow">Hello</a></p>')
    assert (await look(case, hold=("nofollow", "href", "p"))).verdict is Verdict.UNSURE


@pytest.mark.parametrize("phrases", [(), ("", "  ")])
async def test_without_phrases_it_has_not_run(phrases: tuple[str, ...]) -> None:
    assert (await look(reply(), hold=phrases)).verdict is Verdict.NOT_RUN
