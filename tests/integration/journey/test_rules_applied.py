"""A rule put on what waits already: as if it had been there before, with one undo."""

from datetime import timedelta

import pytest

from moderation.domain.comment import Status, WaitingFor
from moderation.domain.decision import Action
from moderation.domain.errors import IllegalMove, NotFound
from moderation.domain.opinion import Verdict
from moderation.domain.trust import Standing
from moderation.flow.owner_rules import Wish
from moderation.settings.sections import ChecksSettings
from moderation.store import journal, log

from .applying import PILLS, rule, said, say
from .conftest import ANA, BEN, Journey, Open
from .test_trust import mention, standing, trusted


async def test_what_waits_becomes_spam_and_one_undo_brings_all_of_it_back(
    journey: Journey,
) -> None:
    first, second = await say(journey, PILLS, 1), await say(journey, PILLS, 2)
    other = await say(journey, "Notes in the margins")
    made = await rule(journey)
    assert (await journey.again(first.id)).status is Status.HELD
    waiting = await journey.house.rules.apply.waiting(made)
    assert ([fit.comment.id for fit in waiting.fits], waiting.looked_at) == (
        [second.id, first.id],
        3,
    )

    applied = await journey.house.rules.apply.to_waiting(made.id, ANA)

    assert {comment.id for comment in applied.spam} == {first.id, second.id}
    assert (applied.kept, applied.refused, applied.left) == ((), (), 0)
    assert (await journey.again(other.id)).status is Status.HELD
    assert (await said(journey, first)).decisive
    line = (await journey.house.store.read(log.of_comment, first.id))[-1]
    assert (line.action, line.actor, line.decision_id) == (Action.RULE, ANA, applied.decision_id)
    assert line.reason == "“cheap pills” stands in the text, which the owner treats as spam."
    assert (await journey.house.rules.own.one(made.id))[0].hits == 2

    undone = await journey.house.undo.decision(applied.decision_id, BEN)

    assert {comment.id for comment in undone.done} == {first.id, second.id}
    back = await journey.again(first.id)
    assert (back.status, back.waiting_for) == (Status.HELD, WaitingFor.MODERATOR)
    assert back.score == pytest.approx(first.score)
    opinion = await said(journey, first)
    assert (opinion.verdict, opinion.decisive) == (Verdict.UNSURE, False)
    assert not (await journey.house.rules.apply.waiting(made)).number, "a person has decided"


async def test_what_a_rule_holds_waits_on_with_the_reason_beside_it(journey: Journey) -> None:
    comment = await say(journey, PILLS)
    made = await rule(journey, "hold")
    applied = await journey.house.rules.apply.to_waiting(made.id, ANA)
    assert (applied.decision_id, applied.spam) == ("", ())
    assert [kept.id for kept in applied.kept] == [comment.id]
    after = await journey.again(comment.id)
    assert (after.status, after.version) == (Status.HELD, comment.version)
    assert (await said(journey, comment)).because.endswith("which the owner holds.")
    assert not (await journey.house.rules.apply.waiting(made)).number, "it was looked at"
    await say(journey, PILLS, 2)
    assert not (await journey.house.rules.apply.waiting(made)).number, "so was what came since"


async def test_what_a_person_decided_on_stays(journey: Journey) -> None:
    comment = await say(journey, PILLS)
    shown = await journey.house.decide.one(comment.id, Action.APPROVE, ANA)
    version = shown.done[0].version
    await journey.house.decide.one(comment.id, Action.HOLD, ANA, version=version)
    made = await rule(journey)
    applied = await journey.house.rules.apply.to_waiting(made.id, BEN)
    assert (applied.spam, applied.kept) == ((), ())
    assert (await journey.again(comment.id)).status is Status.HELD


async def test_nothing_is_learnt_from_it(journey: Journey) -> None:
    await say(journey, PILLS)
    made = await rule(journey)
    applied = await journey.house.rules.apply.to_waiting(made.id, ANA)
    assert len(applied.spam) == 1
    await journey.house.learning.relearn.everything()
    assert not await journey.house.store.read(journal.standing, 0, limit=10)
    await journey.house.undo.decision(applied.decision_id, ANA)
    assert not await journey.house.store.read(journal.standing, 0, limit=10)


async def test_a_places_trust_is_not_lost_by_a_rule(journey: Journey) -> None:
    await trusted(journey)
    rules = journey.house.rules.own
    holding = await rules.add(rules.draft(Wish("phrase", "margins", "hold"), "Ana"))
    fourth = await mention(journey, 4)
    assert fourth.status is Status.HELD
    await rules.remove(holding.id, "Ana")
    made = await rules.add(rules.draft(Wish("link", "127.0.0.1", "spam"), "Ana"))
    applied = await journey.house.rules.apply.to_waiting(made.id, ANA)
    assert [comment.id for comment in applied.spam] == [fourth.id]
    assert await standing(journey) is Standing.EARNED


async def test_a_rule_that_is_not_in_force_is_not_applied(journey: Journey) -> None:
    await say(journey, PILLS)
    made = await rule(journey)
    await journey.house.rules.own.remove(made.id, "Ana")
    with pytest.raises(IllegalMove, match="not in force any more"):
        await journey.house.rules.apply.to_waiting(made.id, ANA)
    with pytest.raises(NotFound):
        await journey.house.rules.apply.to_waiting("nothing", ANA)


async def test_where_the_check_is_off_no_rule_is_applied(open_one: Open) -> None:
    journey = await open_one(checks=ChecksSettings(off=("rules",)))
    await say(journey, PILLS)
    made = await rule(journey)
    assert not (await journey.house.rules.apply.waiting(made)).number
    with pytest.raises(IllegalMove, match="switched off"):
        await journey.house.rules.apply.to_waiting(made.id, ANA)
    with pytest.raises(IllegalMove, match="switched off"):
        await journey.house.rules.apply.all_to_waiting(ANA)


async def test_who_may_touch_one_site_touches_no_other(journey: Journey) -> None:
    await say(journey, PILLS)
    made = await rule(journey)
    elsewhere = frozenset({"garden"})
    applied = await journey.house.rules.apply.to_waiting(made.id, ANA, sites=elsewhere)
    assert applied.spam == ()


async def test_all_rules_are_applied_as_one_decision(journey: Journey) -> None:
    pills, casino = await say(journey, PILLS), await say(journey, "My casino")
    await say(journey, "Notes in the margins")
    await rule(journey)
    await rule(journey, "hold", "casino")
    after = await say(journey, "The casino, later")
    own = journey.house.rules.own
    await own.add(own.draft(Wish("phrase", "margins", "spam", days="1"), "Ana"))
    journey.clock.turn(timedelta(days=2))
    apply_them = journey.house.rules.apply
    waiting = await apply_them.waiting_for_all()
    found = {fit.comment.id: fit.hits[0].rule.value for fit in waiting.fits}
    assert found == {pills.id: "cheap pills", casino.id: "casino"}, "one ended, one had looked"

    applied = await apply_them.all_to_waiting(ANA)

    assert [comment.id for comment in applied.spam] == [pills.id]
    assert [comment.id for comment in applied.kept] == [casino.id]
    assert not (await apply_them.waiting_for_all()).number
    assert (await journey.again(after.id)).status is Status.HELD
    await journey.house.undo.decision(applied.decision_id, ANA)
    assert (await journey.again(pills.id)).status is Status.HELD


async def test_who_may_touch_one_site_applies_the_rules_of_that_site(journey: Journey) -> None:
    await say(journey, PILLS)
    await rule(journey)
    blog = frozenset({"blog"})
    apply_them = journey.house.rules.apply
    assert (await apply_them.all_to_waiting(ANA, sites=blog)).spam == ()
    own = journey.house.rules.own
    await own.add(own.draft(Wish("phrase", "number", "spam", "blog"), "Ana"))
    assert len((await apply_them.all_to_waiting(ANA, sites=blog)).spam) == 1
