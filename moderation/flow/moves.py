"""One comment from one status to another: its row, its log line and its thread's revision."""

from datetime import datetime

from moderation.domain.comment import Comment, Status, WaitingFor
from moderation.domain.decision import Action, Actor, Door, LogEntry
from moderation.domain.errors import VersionStale
from moderation.flow import follow, trust
from moderation.store import articles, comment_changes, comments, log
from moderation.store.contract import Query

DONE = {
    Action.APPROVE: "approved",
    Action.HOLD: "put on hold",
    Action.SPAM: "marked as spam",
    Action.TRASH: "put into the trash",
    Action.RESTORE: "restored",
    Action.HAM: "marked as not spam",
    Action.DELETE: "deleted for good",
    Action.EDIT: "edited",
    Action.UNDO: "changed back",
    Action.WITHDRAW: "withdrawn",
    Action.RECEIVE: "received",
    Action.SETTLE: "settled",
    Action.RULE: "made spam by a rule",
    Action.EXPIRE: "deleted",
}


def stale(comment: Comment) -> Query[VersionStale]:
    """The fault for somebody who saw an older version: it names who was first, and with what."""
    story = yield from log.of_comment(comment.id)
    if not story:
        return VersionStale()
    last = story[-1]
    when = last.at.strftime("%H:%M UTC")
    return VersionStale(
        f"{last.actor.name} was first: this comment was {DONE[last.action]} at {when}."
        f" It is “{comment.status}” now."
    )


def move(
    comment: Comment,
    to: Status,
    waiting_for: WaitingFor | None,
    action: Action,
    actor: Actor,
    *,
    decision_id: str,
    now: datetime,
    reason: str = "",
) -> Query[Comment]:
    """Give a comment another status, with its log row and the thread's revision."""
    version = yield from comment_changes.set_status(
        comment.id,
        seen=comment.version,
        status=to,
        waiting_for=waiting_for,
        status_before=comment.status,
        at=now,
    )
    if version is None:  # another process was quicker: run again, and be told
        raise (yield from stale(comment))
    if to is Status.APPROVED:
        yield from comment_changes.approved_first(comment.id, now)
    if to is Status.TRASH:
        yield from comment_changes.forget_fingerprint(comment.id)
    line = follow.entry(
        comment,
        action,
        actor,
        decision_id=decision_id,
        at=now,
        to=to,
        version=version,
        reason=reason,
    )
    yield from log.add(line)
    yield from trust.note(comment, line)
    by_person = actor.door is not Door.MACHINE
    yield from follow.revise(comment, comment.status, to, by_person=by_person)
    changed = yield from comments.by_id(comment.id)
    return changed or comment


def move_back(
    comment: Comment, entry: LogEntry, actor: Actor, *, undo_id: str, now: datetime
) -> Query[Comment]:
    """Undo one log row: the status, what it waited for and the status before all come back."""
    to = entry.from_status or Status.HELD
    version = yield from comment_changes.set_status(
        comment.id,
        seen=comment.version,
        status=to,
        waiting_for=entry.from_waiting_for,
        status_before=entry.from_status_before,
        at=now,
    )
    if version is None:
        raise (yield from stale(comment))
    line = follow.entry(
        comment, Action.UNDO, actor, decision_id=undo_id, at=now, to=to, version=version
    )
    yield from log.add(line)
    yield from trust.take_back(entry)
    yield from follow.revise(comment, comment.status, to)
    changed = yield from comments.by_id(comment.id)
    return changed or comment


def delete(
    comment: Comment, actor: Actor, decision_id: str, now: datetime, reason: str = ""
) -> Query[Comment]:
    """Delete for good: nobody sees it, so no revision but where answers hang below it.

    The log keeps who did what to it, and no longer what it said.
    """
    action = Action.EXPIRE if actor is follow.MACHINE else Action.DELETE
    line = follow.entry(
        comment,
        action,
        actor,
        decision_id=decision_id,
        at=now,
        to=None,
        version=comment.version + 1,  # its last line, after all others
        reason=reason,
    )
    yield from log.add(line)
    yield from log.forget_words(comment.id)
    answered = yield from comments.has_replies(comment.id)
    yield from comment_changes.remove(comment.id)
    if answered:
        yield from articles.shift(comment.article_id)
    return comment
