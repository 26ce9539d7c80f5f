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
    comment = yield from comments.by_id(comment_id)
    if comment is None:
        return None
    yield from articles.lock(comment.article_id)
    yield from opinions.put(comment_id, news, now)
    said = yield from opinions.of(comment_id)
    yield from comment_changes.set_score(comment_id, score(said))
    site = {s.id: s for s in sites}.get(comment.site)
    waits = comment.status is Status.HELD and comment.waiting_for is WaitingFor.MODERATOR
    if site is None or not waits or (yield from decided_by_person(comment_id)):
        return comment
    ruling = settle_opinions(said, site.moderation.hold, proven=is_proven(said))
    to = STATUS_OF[ruling]
    if to is not Status.HELD:
        reason = "; ".join(o.because for o in news)
        comment = yield from move(
            comment,
            to,
            None,
            Action.SETTLE,
            follow.MACHINE,
            decision_id=new_id(now),
            now=now,
            reason=reason,
        )
    yield from follow.tell(comment, said, on, now, heard=[o.check for o in news])
    return comment


def decided_by_person(comment_id: str) -> Query[bool]:
    """Whether a moderator or the writer has already done something to a comment."""
    story = yield from log.of_comment(comment_id)
    return any(entry.actor.door is not Door.MACHINE for entry in story)
