"""Earned trust of ping sources: how it comes, what ends it, and what undoing a decision does."""

from datetime import timedelta

import pytest

from moderation.domain.comment import Comment, Status, WaitingFor
from moderation.domain.decision import Action
from moderation.domain.trust import Mark, SourcePlace, Standing
from moderation.flow.trust import past_of
from moderation.store import log, opinions, ping_places, vouches
from moderation.store.contract import Query

from .conftest import ANA, BEN, Journey, Open

PAGE = '<title>On bees</title><p>Well: <a href="{target}">fine margins {n}</a>, as it says.</p>'


async def mention(journey: Journey, number: int, *, path: str = "/n{n}/") -> Comment:
    """A webmention from a page of its own, verified; as it is then."""
    page = PAGE.format(target=journey.article, n=number)
    source = journey.sources.page(path.format(n=number), page)
    before = {c.id for c in await journey.all()}
    await journey.client.post("/webmention", data={"source": source, "target": journey.article})
    await journey.work()
    (new,) = [c for c in await journey.all() if c.id not in before]
    return new


async def decide(journey: Journey, comment: Comment, action: Action) -> str:
    """Decide a minute later; the decision's id."""
    journey.clock.turn(timedelta(minutes=1))
    version = (await journey.again(comment.id)).version
    outcome = await journey.house.decide.one(comment.id, action, ANA, version=version)
    return outcome.decision_id


async def standing(journey: Journey) -> Standing:
    place = SourcePlace(journey.sources.pair, "/")
    past = await journey.house.store.read(past_of, "blog", place, 3)
    return past.standing(3, journey.clock.now())


async def trusted(journey: Journey) -> list[Comment]:
    """Three that a person approved."""
    approved = [await mention(journey, number) for number in range(3)]
    for comment in approved:
        assert comment.status is Status.HELD
        await decide(journey, comment, Action.APPROVE)
    return approved


async def test_after_three_approvals_by_a_person_pings_skip_the_queue(journey: Journey) -> None:
    await trusted(journey)
    fourth = await mention(journey, 4)
    assert fourth.status is Status.APPROVED
    said = {o.check: o for o in await journey.house.store.read(opinions.of, fourth.id)}
    assert said["history"].because == (
        f"{journey.sources.pair}/ is trusted since 22 November 2026:"
        " Ana approved 3 pings from there."
    )


@pytest.mark.parametrize("action", [Action.SPAM, Action.TRASH])
async def test_one_rejection_ends_it_and_undo_gives_it_back(
    journey: Journey, action: Action
) -> None:
    await trusted(journey)
    fourth = await mention(journey, 4)
    decision = await decide(journey, fourth, action)
    assert await standing(journey) is Standing.REJECTED
    fifth = await mention(journey, 5)
    assert (fifth.status, fifth.waiting_for) == (Status.HELD, WaitingFor.MODERATOR)

    await journey.house.undo.decision(decision, BEN)
    assert await standing(journey) is Standing.EARNED
    assert (await mention(journey, 6)).status is Status.APPROVED


async def test_after_a_rejection_it_is_earned_anew(journey: Journey) -> None:
    await trusted(journey)
    await decide(journey, await mention(journey, 4), Action.SPAM)
    for number in range(5, 8):
        comment = await mention(journey, number)
        assert comment.status is Status.HELD
        await decide(journey, comment, Action.APPROVE)
    assert (await mention(journey, 9)).status is Status.APPROVED


async def test_undoing_an_approval_un_earns_exactly_that(journey: Journey) -> None:
    approved = [await mention(journey, number) for number in range(3)]
    decisions = [await decide(journey, comment, Action.APPROVE) for comment in approved]
    assert await standing(journey) is Standing.EARNED
    await journey.house.undo.decision(decisions[1], ANA)
    assert await standing(journey) is Standing.GROWING
    assert (await mention(journey, 4)).status is Status.HELD


async def test_the_last_decision_on_a_comment_is_the_one_that_counts(journey: Journey) -> None:
    first, *_ = await trusted(journey)
    await decide(journey, first, Action.HOLD)
    assert await standing(journey) is Standing.GROWING
    await decide(journey, first, Action.SPAM)
    assert await standing(journey) is Standing.REJECTED
    await decide(journey, first, Action.APPROVE)
    assert await standing(journey) is Standing.EARNED


async def test_it_lapses_after_a_year_and_the_old_approvals_with_it(journey: Journey) -> None:
    await trusted(journey)
    journey.clock.turn(timedelta(days=364))
    assert (await mention(journey, 4)).status is Status.APPROVED  # keeps it
    journey.clock.turn(timedelta(days=364))
    assert await standing(journey) is Standing.EARNED
    journey.clock.turn(timedelta(days=2))
    assert await standing(journey) is Standing.LAPSED
    fifth = await mention(journey, 5)
    assert fifth.status is Status.HELD
    await decide(journey, fifth, Action.APPROVE)
    assert await standing(journey) is Standing.GROWING


async def test_what_is_deleted_still_counts_for_and_against(journey: Journey) -> None:
    await trusted(journey)
    fourth = await mention(journey, 4)
    await decide(journey, fourth, Action.SPAM)
    await decide(journey, fourth, Action.DELETE)
    assert await standing(journey) is Standing.REJECTED


async def test_trust_is_of_the_authors_path_on_a_host_of_many(journey: Journey) -> None:
    for number in range(3):
        comment = await mention(journey, number, path="/~ada/{n}/")
        await decide(journey, comment, Action.APPROVE)
    assert (await mention(journey, 4, path="/~ada/{n}/")).status is Status.APPROVED
    assert (await mention(journey, 5, path="/~eve/{n}/")).status is Status.HELD


async def test_a_source_that_leads_elsewhere_borrows_no_trust(journey: Journey) -> None:
    for number in range(3):
        comment = await mention(journey, number, path="/~ada/{n}/")
        await decide(journey, comment, Action.APPROVE)
    eves = journey.sources.page("/~eve/pills/", PAGE.format(target=journey.article, n=9))
    away = journey.sources.redirect("/~ada/r/", eves)
    await journey.client.post("/webmention", data={"source": away, "target": journey.article})
    await journey.work()
    by_source = {c.source: c for c in await journey.all()}
    assert by_source[eves].status is Status.HELD


async def test_zero_earns_nothing(begin: Open, journey: Journey) -> None:
    await trusted(journey)
    site = journey.house.settings.sites[0]
    other = await begin(site={"pings": type(site.pings)(trust_after=0)})
    place = SourcePlace(journey.sources.pair, "/")
    past = await other.house.store.read(past_of, "blog", place, 0)
    assert past.standing(0, journey.clock.now()) is Standing.GROWING


async def test_what_was_decided_before_there_were_places_is_caught_up_with(
    journey: Journey,
) -> None:
    store = journey.house.store
    undone = await mention(journey, 8)
    await journey.house.undo.decision(await decide(journey, undone, Action.APPROVE), ANA)
    approved = await trusted(journey)

    def as_before() -> Query[None]:
        for comment in [*approved, undone]:
            yield (ping_places.PUT, {"comment": comment.id, "new_host": None, "new_path": None})
            for line in (yield from log.of_comment(comment.id)):
                yield from vouches.remove(line.id)

    await store.write(as_before)
    assert await standing(journey) is Standing.GROWING
    await journey.house.sweep.once()
    assert await standing(journey) is Standing.EARNED
    place = SourcePlace(journey.sources.pair, "/")
    past = await store.read(past_of, "blog", place, 9)
    assert {v.comment_id for v in past.approvals} == {c.id for c in approved}
    assert {v.mark for v in past.approvals} == {Mark.APPROVED}
