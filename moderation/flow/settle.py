"""A second ruling: a remote check, the source or the article's page has spoken meanwhile."""

from collections.abc import Sequence
from datetime import datetime

from moderation.domain.comment import Comment, Status, WaitingFor
from moderation.domain.decision import Action, Door
from moderation.domain.ids import new_id
from moderation.domain.opinion import Opinion, score
from moderation.domain.opinion import settle as settle_opinions
from moderation.domain.site import Site
from moderation.flow import follow
from moderation.flow.follow import Features
from moderation.flow.moves import move
from moderation.flow.rule import STATUS_OF, is_proven
from moderation.store import articles, comment_changes, comments, log, opinions
from moderation.store.contract import Query


def settle(
    comment_id: str,
    news: Sequence[Opinion],
    sites: Sequence[Site],
    on: Features,
    now: datetime,
) -> Query[Comment | None]:
    """Keep new opinions and rule again on a comment that waits and nobody has decided on.

    A comment that a person decided on, or that is shown already, keeps its status: the
    opinions are kept for the owner to see.
    """
    yield from articles.lock_of(comment_id)
    comment = yield from comments.by_id(comment_id)
    if comment is None:
        return None
    yield from opinions.put(comment_id, news, now)
    said = yield from opinions.of(comment_id)
    yield from comment_changes.set_score(comment_id, score(said))
    site = {s.id: s for s in sites}.get(comment.site)
    waits = comment.status is Status.HELD and comment.waiting_for is WaitingFor.MODERATOR
    if site is None or not waits:
        return comment
    if not (yield from decided_by_person(comment_id)):
        comment = yield from _rule_again(comment, said, news, site, now)
    yield from follow.tell(comment, said, on, now, heard=[o.check for o in news])
    return comment


def _rule_again(
    comment: Comment, said: Sequence[Opinion], news: Sequence[Opinion], site: Site, now: datetime
) -> Query[Comment]:
    ruling = settle_opinions(said, site.moderation.hold, proven=is_proven(said))
    to = STATUS_OF[ruling]
    if to is Status.HELD:
        return comment
    return (
        yield from move(
            comment,
            to,
            None,
            Action.SETTLE,
            follow.MACHINE,
            decision_id=new_id(now),
            now=now,
            reason="; ".join(o.because for o in news),
        )
    )


def decided_by_person(comment_id: str) -> Query[bool]:
    """Whether a moderator or the writer has already done something to a comment."""
    story = yield from log.of_comment(comment_id)
    return any(entry.actor.door is not Door.MACHINE for entry in story)


def left_by_person(comment_id: str) -> Query[bool]:
    """Whether it was a person who gave a comment the status it has now."""
    story = yield from log.of_comment(comment_id)
    moves = [entry for entry in story if entry.action is not Action.EDIT]
    return bool(moves) and moves[-1].actor.door is not Door.MACHINE


def edited_by_person(comment_id: str) -> Query[bool]:
    """Whether a moderator has worded a comment otherwise than it came."""
    story = yield from log.of_comment(comment_id)
    edits = (entry for entry in story if entry.action is Action.EDIT)
    return any(entry.actor.door is not Door.MACHINE for entry in edits)
