"""What follows a wave that was decided on: spam for a time, and free again with the decision."""

from datetime import datetime, timedelta

from moderation.domain.clock import Clock
from moderation.domain.comment import Comment, Status, WaitingFor
from moderation.domain.decision import Action
from moderation.domain.ids import new_id
from moderation.domain.job import Job
from moderation.domain.opinion import Opinion, Ruling, Verdict, rule, score
from moderation.domain.rule import Rule, What
from moderation.flow import follow
from moderation.flow.decide import Deed
from moderation.flow.moves import move
from moderation.flow.settle import left_by_person
from moderation.store import articles, comment_changes, comments, jobs, opinions, rules
from moderation.store.contract import Query, Store

WAVE = "wave"  # the name of the check that speaks of it
RELEASE = "release"
SLICE = 200  # followers that are freed in one commit; the rest by a job
FREE = "The decision it followed was taken back."


def let_follow(wave: str, number: int, deed: Deed, lasts: timedelta) -> Query[None]:
    """From now on what is of the wave is spam; an earlier rule about it ends."""
    who, now = deed.actor.name, deed.now
    for earlier in (yield from rules.of_key(What.WAVE, wave)):
        yield from rules.remove(earlier.id, who, now)
    yield from rules.add(
        Rule(
            id=new_id(now),
            site="",
            what=What.WAVE,
            value=wave,
            key=wave,
            verdict=Verdict.SPAM,
            note=f"what is like {number} that were decided on as one",
            made_by=who,
            made_at=now,
            expires_at=now + lasts,
            decision_id=deed.decision_id,
        )
    )


def release_followers(
    decision_id: str, who: str, now: datetime, sites: frozenset[str]
) -> Query[None]:
    """A decision was taken back: nothing follows it any more, and what did waits for a person.

    What a person decided on meanwhile stays, and what is spam without it. Who may touch
    only `sites` (empty: all) leaves what follows on another, or on every site.
    """
    for ended in (yield from rules.of_decision(decision_id)):
        if sites and ended.site not in sites:
            continue
        yield from rules.remove(ended.id, who, now)
        before = yield from _free_some(ended.id, now)
        if before is not None:
            payload = {"rule": ended.id, "before": before}
            yield from jobs.add(new_id(now), RELEASE, ended.id, payload, due_at=now, now=now)


class Release:
    """The job `release`: a night's thousands of followers, freed slice by slice.

    Begun anew after a crash it comes by those that are free already and leaves them.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def __call__(self, job: Job) -> None:
        before: str | None = str(job.payload["before"])
        while before is not None:
            before = await self._store.write(
                _free_some, str(job.payload["rule"]), self._clock.now(), before
            )


def _free_some(rule_id: str, now: datetime, before: str = "~") -> Query[str | None]:
    """Free the next followers before a comment's id; the last one's id, None when all are."""
    followers = yield from rules.hit_comments(rule_id, limit=SLICE, before_id=before)
    yield from articles.lock_of(*(comment.id for comment in followers))
    known = yield from comments.by_ids(comment.id for comment in followers)
    for comment in known.values():
        yield from _free(comment, now)
    return followers[-1].id if len(followers) == SLICE else None


def _free(comment: Comment, now: datetime) -> Query[None]:
    yield from opinions.put(comment.id, [Opinion(WAVE, Verdict.UNSURE, FREE)], now)
    said = yield from opinions.of(comment.id)
    yield from comment_changes.set_score(comment.id, score(said))
    if comment.status is not Status.SPAM or rule(said) is Ruling.SPAM:
        return
    if (yield from left_by_person(comment.id)):
        return
    yield from move(
        comment,
        Status.HELD,
        WaitingFor.MODERATOR,
        Action.SETTLE,
        follow.MACHINE,
        decision_id=new_id(now),
        now=now,
        reason=FREE,
    )
