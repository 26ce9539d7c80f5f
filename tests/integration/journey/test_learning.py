"""What people decide teaches the learned check, in the same commit, and can be taken back."""

import pytest

from moderation.domain.comment import Author, Badge, Status
from moderation.domain.decision import Action
from moderation.domain.opinion import Verdict
from moderation.domain.site import Hold, Moderation
from moderation.flow.revise import Words
from moderation.settings.sections import ChecksSettings
from moderation.store import journal, queue

from .conftest import ANA, BEN, Open
from .teaching import HAM, SPAM, decide, lessons, said_of, score, teach, write

STARTER_SPAM = "Viagra, cialis, casino {}"  # what any blog knows
STARTER_HAM = "I wrote about the same problem, but it does not work with version {} yet?"


async def test_it_learns_from_decisions_and_calls_spam_what_looks_like_it(
    open_one: Open,
) -> None:
    journey = await open_one()
    before = await write(journey, SPAM, 500)
    (said,) = [o for o in await said_of(journey, before) if o.check == "learned"]
    assert said.verdict is Verdict.NOT_RUN
    assert "there are 0 for spam and 0 for approved" in said.because

    await teach(journey)
    spam, ham = await write(journey, SPAM, 501), await write(journey, HAM, 502)

    assert spam.status is Status.SPAM
    (said,) = [o for o in await said_of(journey, spam) if o.check == "learned"]
    assert said.verdict is Verdict.SPAM
    assert said.because.startswith("Surely spam: ")
    assert "(10 spam, 0 approved" in said.because
    assert ham.status is Status.HELD
    (said,) = [o for o in await said_of(journey, ham) if o.check == "learned"]
    assert said.verdict is Verdict.UNSURE, "it does not speak for comments unless it is told to"
    assert said.score < -0.9


async def test_before_any_decision_the_starter_model_orders_the_queue(open_one: Open) -> None:
    journey = await open_one()
    spam = await write(journey, STARTER_SPAM, 500)
    unknown = await write(journey, "Qwxyz", 501)
    ham = await write(journey, STARTER_HAM, 502)
    said = {
        comment.id: opinion.because
        for comment in (spam, unknown, ham)
        for opinion in await said_of(journey, comment)
        if opinion.check == "learned"
    }
    assert "known to the starter model" in said[spam.id]
    assert "It would say: unsure: a name of up to 2 words" in said[unknown.id], "no word of it"
    waiting = await journey.house.store.read(
        queue.page, queue.Filter(Status.HELD), order="priority"
    )
    assert [row.id for row in waiting] == [ham.id, unknown.id, spam.id]


async def test_undo_leaves_every_score_as_if_nothing_had_been_decided(open_one: Open) -> None:
    journey = await open_one()
    await teach(journey, 3)
    probe, other = await write(journey, SPAM, 600), await write(journey, HAM, 601)
    before = await score(journey, probe), await score(journey, other)

    wrong = await decide(journey, Action.APPROVE, probe)
    assert (await score(journey, probe)) < before[0]
    again = await journey.again(probe.id)
    turned = await decide(journey, Action.SPAM, again)
    assert [one.teaching for one in await lessons(journey) if one.comment_id == probe.id] == [
        "spam"
    ], "the last word counts"
    await journey.house.undo.decision(turned, ANA)
    assert [one.teaching for one in await lessons(journey) if one.comment_id == probe.id] == ["ham"]
    with pytest.raises(Exception, match="changed"):
        await journey.house.undo.decision(wrong, ANA)
    await decide(journey, Action.HOLD, await journey.again(probe.id))
    assert len(await lessons(journey)) == 7, "hold teaches nothing, and takes nothing back"

    third = await decide(journey, Action.SPAM, other)
    await journey.house.undo.decision(third, ANA)
    assert await score(journey, other) != before[1]
    await journey.house.store.write(journal.take_back, probe.id, wrong, journey.clock.now())
    assert (await score(journey, probe), await score(journey, other)) == before


async def test_two_processes_say_the_same_to_the_last_bit(open_one: Open) -> None:
    one, two = await open_one(), await open_one()
    await teach(one, 3)
    probe = await write(one, SPAM, 700)
    assert await score(one, probe) == await score(two, probe)

    decision = await decide(two, Action.APPROVE, probe)
    other = await write(two, HAM, 701)
    assert await score(one, other) == await score(two, other)

    await one.house.undo.decision(decision, BEN)
    assert await score(two, other) == await score(one, other)
    assert await score(two, probe) == await score(one, probe)


async def test_only_people_teach(open_one: Open) -> None:
    journey = await open_one(site={"moderation": Moderation(hold=Hold.NONE)})
    shown = await write(journey, HAM, 900)
    await journey.work()
    trapped = await journey.reply(hp_url="http://spam.example", comment="Filled by a program.")
    assert trapped.status_code == 303
    assert await lessons(journey) == []

    await decide(journey, Action.TRASH, await journey.again(shown.id))
    assert await lessons(journey) == [], "the trash says nothing of spam"


async def test_answering_approves_and_teaches(open_one: Open) -> None:
    journey = await open_one()
    asked = await write(journey, HAM, 910)
    await journey.house.answer.reply(
        asked.id, "Thank you!", ANA, author=Author("Ana"), badge=Badge.OWNER
    )
    assert [one.teaching for one in await lessons(journey)] == ["ham"]


async def test_saying_the_same_again_teaches_once(open_one: Open) -> None:
    journey = await open_one()
    comment = await write(journey, HAM, 920)
    await decide(journey, Action.APPROVE, comment)
    await decide(journey, Action.HOLD, await journey.again(comment.id))
    second = await decide(journey, Action.APPROVE, await journey.again(comment.id))
    assert await journey.house.store.read(journal.last) == 1
    await journey.house.undo.decision(second, ANA)
    assert len(await lessons(journey)) == 1, "the first approval was not taken back"


async def test_words_a_moderator_changed_teach_as_they_are_now(open_one: Open) -> None:
    journey = await open_one()
    comment = await write(journey, SPAM, 930)
    await journey.house.revise.edit(
        comment.id, Words(text="Only these words."), ANA, version=comment.version
    )
    await decide(journey, Action.APPROVE, await journey.again(comment.id))
    (lesson,) = await lessons(journey)
    assert "w:these" in lesson.evidence.tokens
    assert "w:pills" not in lesson.evidence.tokens


async def test_each_site_learns_by_itself_where_that_is_asked_for(open_one: Open) -> None:
    journey = await open_one(checks=ChecksSettings(learned_per_site=True))
    await teach(journey, 3)
    probe = await write(journey, SPAM, 980)
    learned = journey.house.learning.check
    assert learned is not None
    assert await score(journey, probe) > 0.9
    elsewhere = await (await learned.mind("elsewhere")).model()
    assert elsewhere is not None
    assert (elsewhere.spam, elsewhere.ham) == (0, 0)
