"""The owner's rules: phrases of the settings anywhere in a comment, and rules of the store."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from moderation.checks.contract import Case
from moderation.checks.rules import Rules
from moderation.domain.comment import Author, Client
from moderation.domain.opinion import Opinion, Ruling, Verdict, rule
from moderation.domain.rule import Rule, What
from moderation.settings import ChecksSettings, Settings
from tests.unit.checks.cases import NOW, TurnedClock, WrittenRecords, ping, reply, tools


async def look(case: Case, *, hold: tuple[str, ...] = (), spam: tuple[str, ...] = ()) -> Opinion:
    settings = Settings(checks=ChecksSettings(phrases_hold=hold, phrases_spam=spam))
    return await Rules(tools(settings)).examine(case)


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


async def test_the_settings_phrases_can_be_switched_off_by_their_own_name() -> None:
    settings = Settings(checks=ChecksSettings(off=("phrases",), phrases_spam=("casino",)))
    opinion = await Rules(tools(settings)).examine(reply("casino"))
    assert opinion.verdict is Verdict.NOT_RUN


def rule_of(
    what: What,
    key: str,
    verdict: Verdict = Verdict.HOLD,
    *,
    site: str = "",
    expires_at: datetime | None = None,
) -> Rule:
    made = Rule(f"r-{what}-{key}", site, what, key, key, verdict, "", "Ana", NOW)
    return replace(made, expires_at=expires_at)


LINKED = '<p><a href="https://shop.spam.example/x">here</a></p>'


@pytest.mark.parametrize(
    ("rule", "case", "fits"),
    [
        (rule_of(What.LINK, "spam.example"), reply("here", html=LINKED), True),
        (rule_of(What.LINK, "shop.spam.example"), reply("here", html=LINKED), True),
        (rule_of(What.LINK, "pam.example"), reply("here", html=LINKED), False),
        (rule_of(What.LINK, "other.example"), ping("https://other.example/post"), True),
        (rule_of(What.WEBSITE, "ada.example"), reply(), True),
        (rule_of(What.WEBSITE, "ada.example"), reply(author=Author(url="")), False),
        (rule_of(What.NETWORK, "192.0.2.0/24"), reply(), True),
        (rule_of(What.NETWORK, "192.0.2.7"), reply(), True),
        (rule_of(What.NETWORK, "192.0.2.7"), reply(client=Client("192.0.2.0/24")), False),
        (rule_of(What.NETWORK, "192.0.0.0/16"), reply(client=Client("192.0.2.0/24")), True),
        (rule_of(What.NETWORK, "2001:db8::/32"), reply(client=Client("2001:db8::7")), True),
        (rule_of(What.NETWORK, "2001:db8::/32"), reply(client=Client("2001:db9::7")), False),
        (rule_of(What.EMAIL, "ada@reader.example"), reply(), True),
        (rule_of(What.EMAIL, "@reader.example"), reply(), True),
        (rule_of(What.EMAIL, "@example.reader"), reply(), False),
        (rule_of(What.NAME, "ada"), reply(author=Author("\u0410DA")), True),
        (rule_of(What.NAME, "ada"), reply(author=Author("Ada Lovelace")), False),
        (rule_of(What.SCRIPT, "cyrillic"), reply("Спасибо, всё работает"), True),
        (rule_of(What.SCRIPT, "cyrillic"), reply("Спасибо means thank you, I hear"), False),
        (rule_of(What.PHRASE, "蜂蜜"), reply("好的蜂蜜很甜"), True),
        (rule_of(What.PHRASE, "casino", site="garden"), reply("casino"), False),
        (rule_of(What.PHRASE, "casino", site="blog"), reply("casino"), True),
    ],
)
async def test_each_kind_of_rule_looks_where_it_says(rule: Rule, case: Case, fits: bool) -> None:
    opinion = await Rules(tools(records=WrittenRecords(owners=(rule,)))).examine(case)
    assert opinion.verdict is (Verdict.HOLD if fits else Verdict.UNSURE)
    assert opinion.rules == ((rule.id,) if fits else ())


async def test_spam_goes_before_hold_and_all_that_fit_are_named_as_hits() -> None:
    hold = rule_of(What.PHRASE, "casino")
    spam = rule_of(What.EMAIL, "@reader.example", Verdict.SPAM)
    check = Rules(tools(records=WrittenRecords(owners=(hold, spam))))
    opinion = await check.examine(reply("casino"))
    assert opinion.decisive
    assert opinion.rules == (spam.id, hold.id)
    assert opinion.because == (
        "“@reader.example” stands in the e-mail address, which the owner treats as spam;"
        " 1 more rule fits."
    )


async def test_a_rule_past_its_time_fits_nothing() -> None:
    rule = rule_of(What.PHRASE, "casino", expires_at=NOW + timedelta(days=1))
    clock = TurnedClock()
    check = Rules(tools(records=WrittenRecords(owners=(rule,)), clock=clock))
    assert (await check.examine(reply("casino"))).verdict is Verdict.HOLD
    clock.turn(24 * 3600)
    assert (await check.examine(reply("casino"))).verdict is Verdict.UNSURE


async def test_rules_are_made_ready_anew_once_they_have_changed() -> None:
    records = WrittenRecords(owners=(rule_of(What.PHRASE, "casino"),))
    check = Rules(tools(records=records))
    assert (await check.examine(reply("bonus"))).verdict is Verdict.UNSURE
    records.owners = (rule_of(What.PHRASE, "bonus"),)
    assert (await check.examine(reply("bonus"))).verdict is Verdict.HOLD
    assert (await check.examine(reply("casino"))).verdict is Verdict.UNSURE
