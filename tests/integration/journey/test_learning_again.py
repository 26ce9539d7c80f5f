"""What was learnt survives restarts, releases and retention, and can be erased."""

from datetime import timedelta

from moderation.checks.learned import Learned
from moderation.domain.decision import Action
from moderation.domain.lesson import Evidence
from moderation.store import evidence, journal
from moderation.store.contract import Query

from .conftest import ANA, Open
from .teaching import HAM, SPAM, decide, first_decision, lessons, score, teach, write


async def test_a_start_with_a_kept_model_says_what_a_fold_of_everything_says(
    open_one: Open,
) -> None:
    journey = await open_one()
    spam, _ = await teach(journey, 3)
    await journey.house.learning.relearn.keep(least=0)
    known = await journey.house.learning.study.known("")
    assert known.kept == known.lines == 6
    late = await write(journey, SPAM, 800)
    decision = await decide(journey, Action.SPAM, late)
    probe = await write(journey, HAM, 801)

    started = await open_one()
    assert await score(started, probe) == await score(journey, probe)

    # One that the kept model knows is taken back: it is of no use any more.
    await journey.house.store.write(
        journal.take_back, spam[0].id, await first_decision(journey, spam[0]), journey.clock.now()
    )
    assert (await journey.house.learning.study.known("")).kept == 0
    third = await open_one()
    assert await score(third, probe) == await score(started, probe) == await score(journey, probe)
    await journey.house.undo.decision(decision, ANA)
    assert await score(third, probe) == await score(started, probe) == await score(journey, probe)


async def test_a_person_can_be_erased_from_what_was_learnt(open_one: Open) -> None:
    journey, other = await open_one(), await open_one()
    spam, ham = await teach(journey, 3)
    fresh = await open_one()
    probe = await write(journey, HAM, 940)
    await journey.house.learning.relearn.keep(least=0)
    assert await score(other, probe) == await score(journey, probe)

    now = journey.clock.now()
    await journey.house.store.write(journal.erase, [ham[0].id, ham[1].id], now)

    left = await lessons(journey)
    assert {one.comment_id for one in left} == {c.id for c in (*spam, ham[2])}
    assert (await journey.house.learning.study.known("")).kept == 0, "no kept model knows them"
    assert await score(journey, probe) == await score(other, probe) == await score(fresh, probe)


async def test_what_was_learnt_outlives_the_comment_and_its_evidence_does_not(
    open_one: Open,
) -> None:
    journey = await open_one()
    comment = await write(journey, SPAM, 950)
    await decide(journey, Action.SPAM, comment)
    journey.clock.turn(timedelta(days=20))
    await journey.house.sweep.once()

    assert await journey.all() == []
    (lesson,) = await lessons(journey)
    assert "w:pills" in lesson.evidence.tokens
    assert await journey.house.store.read(evidence.of_many, [comment.id]) == {}


async def test_what_no_undo_brings_back_is_forgotten(open_one: Open) -> None:
    journey = await open_one()
    comment = await write(journey, SPAM, 955)
    await decide(journey, Action.APPROVE, comment)
    journey.clock.turn(timedelta(days=40))
    turned = await decide(journey, Action.SPAM, await journey.again(comment.id))
    await journey.house.sweep.once()
    await journey.house.undo.decision(turned, ANA)
    (lesson,) = await lessons(journey)
    assert "w:pills" in lesson.evidence.tokens, "what was put out of force just now comes back"

    await decide(journey, Action.SPAM, await journey.again(comment.id))
    journey.clock.turn(timedelta(days=10))
    await journey.house.sweep.once()
    everything = await journey.house.store.read(journal.since, 0, limit=10)
    assert [bool(line.evidence.tokens) for line in everything] == [True, True, False, True]
    journey.clock.turn(timedelta(days=31))
    await journey.house.sweep.once()
    everything = await journey.house.store.read(journal.since, 0, limit=10)
    assert [bool(line.evidence.tokens) for line in everything] == [False, False, False, True]


async def test_a_release_with_other_tokens_makes_them_anew(open_one: Open) -> None:
    journey, other = await open_one(), await open_one()
    spam, _ = await teach(journey, 3)
    probe = await write(journey, SPAM, 960)
    before = await score(journey, probe)

    def age() -> Query[None]:
        for lesson in (yield from journal.standing(0, limit=100)):
            yield from journal.renew(lesson.sequence, Evidence(0, ("w:old",)))
        yield from journal.anew(journey.clock.now())

    await journey.house.store.write(age)
    assert await score(other, probe) != before, "meanwhile the old tokens have to do"
    await decide(journey, Action.DELETE, await journey.again(spam[0].id))
    restarted = await open_one()
    await restarted.house.learning.relearn.start()
    await restarted.work()

    kept = {one.comment_id: one.evidence for one in await lessons(journey)}
    assert {found.features for found in kept.values()} == {Learned.features}
    assert kept.pop(spam[0].id).tokens == ("w:old",), "its words are gone"
    assert all("w:old" not in found.tokens for found in kept.values())
    assert await score(other, probe) == await score(restarted, probe)


async def test_what_a_start_begins_to_fold_can_be_waited_for(open_one: Open) -> None:
    journey = await open_one()
    await teach(journey, 3)
    restarted = await open_one()
    learning = restarted.house.learning
    await learning.relearn.start()
    await learning.relearn.settled()
    assert learning.check is not None
    mind = await learning.check.mind("blog")
    model = await mind.model(newest=0)  # the one there is: nothing is looked up
    assert model is not None
    assert (model.spam, model.ham) == (3, 3)


async def test_decisions_of_before_are_learnt_from_the_log(open_one: Open) -> None:
    journey = await open_one()
    spam, ham = await teach(journey, 3)
    probe = await write(journey, HAM, 970)
    everyone = [c.id for c in (*spam, *ham)]
    await journey.house.store.write(journal.erase, everyone, journey.clock.now())
    assert await lessons(journey) == []

    found = await journey.house.learning.relearn.everything()

    assert found.adopted == found.rehearsed == 6
    assert {one.comment_id for one in await lessons(journey)} == set(everyone)
    assert all(one.evidence.probability is not None for one in await lessons(journey))
    assert await score(journey, probe) < 0
    undone = await first_decision(journey, ham[0])
    await journey.house.undo.decision(undone, ANA)
    assert len(await lessons(journey)) == 3, "and can be taken back as if learnt then"
