"""What follows a wave that was decided on: spam for a time, and free again with the decision."""

from datetime import datetime, timedelta

from moderation.domain.comment import Comment, Status, WaitingFor
from moderation.domain.decision import Action
from moderation.domain.ids import new_id
from moderation.domain.opinion import Opinion, Ruling, Verdict, rule, score
from moderation.domain.rule import Rule, What
from moderation.flow import follow
from moderation.flow.decide import Deed
from moderation.flow.moves import move
from moderation.flow.settle import left_by_person
from moderation.store import articles, comment_changes, comments, opinions, rules
from moderation.store.contract import Query

WAVE = "wave"  # the name of the check that speaks of it
MOST = 500  # followers that are freed at once
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
        followers = yield from rules.hit_comments(ended.id, limit=MOST)
        yield from articles.lock_of(*(comment.id for comment in followers))
        known = yield from comments.by_ids(comment.id for comment in followers)
        for comment in known.values():
            yield from _free(comment, now)


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
