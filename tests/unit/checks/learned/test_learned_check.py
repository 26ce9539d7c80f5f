"""The learned check: when it speaks, what it says, and what it leaves to be learnt."""

from datetime import timedelta

import pytest

from moderation.checks.learned import Learned, wording
from moderation.checks.learned.facts import facts_of
from moderation.checks.learned.model import Reason
from moderation.domain.comment import Author
from moderation.domain.lesson import Teaching
from moderation.domain.opinion import Verdict
from moderation.domain.site import Site
from tests.unit.checks.cases import (
    WrittenLessons,
    WrittenPreferences,
    ping,
    reply,
    tools,
)

SPAM = "Buy cheap casino pills now, order the best bonus today"
HAM = "Bees do indeed sleep at night, as my grandfather used to say"


async def schooled(number: int, preferences: WrittenPreferences | None = None) -> Learned:
    """A check that has learnt from as many decisions of each kind."""
    lessons = WrittenLessons()
    check = Learned(tools(lessons=lessons, preferences=preferences))
    spam, ham = check.read(reply(SPAM)).tokens, check.read(reply(HAM)).tokens
    for _ in range(number):
        lessons.teach(Teaching.SPAM, *spam)
        lessons.teach(Teaching.HAM, *ham)
    return check


@pytest.mark.parametrize(
    ("decisions", "verdict"), [(9, Verdict.NOT_RUN), (10, Verdict.SPAM)], ids=["too few", "enough"]
)
async def test_it_says_spam_once_there_are_ten_decisions_of_each_kind(
    decisions: int, verdict: Verdict
) -> None:
    opinion = await (await schooled(decisions)).examine(reply(SPAM))
    assert opinion.verdict is verdict
    assert opinion.score > 0.95, "its score orders the queue all the while"
    assert f"{decisions} spam, 0 approved" in opinion.because


async def test_how_sure_it_must_be_is_the_owners_to_say() -> None:
    preferences = WrittenPreferences({"checks.learned.spam_at": 1.0})
    opinion = await (await schooled(12, preferences)).examine(reply(SPAM))
    assert opinion.verdict is Verdict.UNSURE


@pytest.mark.parametrize(
    ("decisions", "approve", "text", "verdict"),
    [
        pytest.param(25, True, HAM, Verdict.HAM, id="it may, and knows enough"),
        pytest.param(24, True, HAM, Verdict.UNSURE, id="too few decisions"),
        pytest.param(25, False, HAM, Verdict.UNSURE, id="it may not"),
        pytest.param(25, True, f"{HAM} https://bees.example/", Verdict.UNSURE, id="a link"),
        pytest.param(25, True, f"{HAM}\n\n{SPAM}", Verdict.SPAM, id="a paragraph of spam"),
    ],
)
async def test_it_speaks_for_a_comment_only_where_it_may_and_nothing_in_it_is_odd(
    decisions: int, approve: bool, text: str, verdict: Verdict
) -> None:
    preferences = WrittenPreferences({"checks.learned.approve": approve})
    opinion = await (await schooled(decisions, preferences)).examine(reply(text))
    assert opinion.verdict is verdict


async def test_it_leaves_what_a_decision_can_teach() -> None:
    check = await schooled(10)
    evidence = (await check.examine(reply(SPAM))).evidence
    assert evidence is not None
    assert evidence.features == Learned.features
    assert evidence.tokens == check.read(reply(SPAM)).tokens
    assert evidence.probability is not None
    assert evidence.probability > 0.98
    clear = (await check.examine(reply(HAM))).evidence
    assert clear is not None
    assert clear.clear
    linked = (await check.examine(reply("See https://bees.example/ for more of it."))).evidence
    assert linked is not None
    assert not linked.clear


@pytest.mark.parametrize(
    ("age", "fact"),
    [
        (timedelta(seconds=2), "form in use under 3 seconds"),
        (timedelta(minutes=1), "form in use under 2 minutes"),
        (timedelta(days=3), "form in use for days"),
    ],
)
def test_how_long_the_form_was_in_use_is_a_fact(age: timedelta, fact: str) -> None:
    assert facts_of(reply(form_token="x"), age) == {fact}


def test_what_the_service_knows_becomes_facts() -> None:
    assert facts_of(reply(), None) == frozenset()
    assert facts_of(reply(form_token="forged"), None) == {"form's time forged"}
    assert facts_of(reply(trap="x", author_id="a1"), None) == {"trap filled in", "author proven"}
    assert facts_of(ping(), None) == {"source verified"}


@pytest.mark.parametrize(
    ("text", "language", "other"),
    [
        ("Спасибо за статью, очень полезно", "en", True),
        ("Спасибо за статью, очень полезно", "ru", False),
        ("Thank you for this article", "ru-RU", True),
        ("Thank you for this article", "de", False),
        ("Merci, à bientôt, l'été", "fr-CA", False),
        ("蜂は夜に眠るそうですが本当です", "ja", False),
        ("👍 ok", "ru", False),
        ("12345 !!! ок", "en", False),
    ],
)
def test_another_script_than_the_sites_is_a_fact(text: str, language: str, other: bool) -> None:
    site = Site("blog", "https://blog.example/", language=language)
    assert ("script other than the site's" in facts_of(reply(text, at=site), None)) is other


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("w:cialis", "“cialis”"),
        ("b:buy_now", "“buy now”"),
        ("u:pills.example", "the host pills.example"),
        ("s:form=bbcode+html", "links written as bbcode and html"),
        ("s:links=1", "one link"),
        ("s:links=8", "up to 8 links"),
        ("s:links=more", "very many links"),
        ("s:name=lower5+site", "a name of up to 5 words in small letters, with a website"),
        ("s:name in site=none", "a website that does not bear the name"),
        ("s:site=deep", "a website with a long path"),
        ("s:site below another", "a website below another's host"),
        ("s:source is a file", "a source that is a single file"),
        ("s:broken line", "a line that ends within a sentence"),
        ("s:shouting", "shouting"),
        ("s:something new=9", "something new: 9"),
        ("x:author proven", "author proven"),
        ("unheard", "unheard"),
        ("w:a\u202eb", "“a\ufffdb”"),
    ],
)
def test_tokens_are_told_in_words(token: str, words: str) -> None:
    assert wording.name(token) == words


def test_a_sentence_tells_the_reasons_for_it_first_and_then_those_against() -> None:
    reasons = [
        Reason("w:casino", 2.0, 41, 0, starter=False),
        Reason("w:notes", -1.0, 1, 19, starter=False),
        Reason("w:bonus", 0.5, 0, 0, starter=True),
        Reason("w:pills", 0.4, 3, 1, starter=True),
    ]
    assert wording.sentence(0.97, reasons) == (
        "Surely spam: “casino” (41 spam, 0 approved), “bonus” (known to the starter model),"
        " “pills” (3 spam, 1 approved and the starter model);"
        " against that “notes” (1 spam, 19 approved)."
    )
    assert wording.sentence(0.2, reasons).startswith("Likely fine: “notes” (1 spam, 19 approved);")


def test_of_what_nobody_knows_the_sentence_says_who_was_asked() -> None:
    alone = "Unsure: nothing in it stood in a comment that you decided on"
    assert wording.sentence(0.5, []) == f"{alone}."
    assert wording.sentence(0.5, [], starter=True) == (
        f"{alone}, and the starter model knows none of it."
    )


async def test_before_any_decision_the_sentence_says_whether_the_starter_model_was_asked() -> None:
    nothing = reply("Qwxyz", author=Author("\u6885\u6797", "", ""))
    for on in (True, False):
        preferences = WrittenPreferences({"checks.learned.starter": on})
        opinion = await Learned(tools(preferences=preferences)).examine(nothing)
        assert ("the starter model knows none of it" in opinion.because) is on
