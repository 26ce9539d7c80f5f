"""What remote checks are told once nobody can take it back quickly any more."""

from datetime import datetime, timedelta
from enum import StrEnum

from moderation.domain.comment import Comment, Status
from moderation.domain.ids import new_id
from moderation.domain.opinion import Verdict
from moderation.store import jobs
from moderation.store.contract import Query

UNDO_TIME = timedelta(seconds=60)  # outside effects wait this long
CORRECT = "correct"  # the kind of the job


class Label(StrEnum):
    """What a decision says that a comment is."""

    SPAM = "spam"
    HAM = "ham"
    UNDONE = "undone"  # what it was before, whatever that is by the time it is told


def label_of(before: Status, after: Status) -> Label | None:
    """What a move teaches; None for nothing."""
    if after is Status.SPAM:
        return Label.SPAM
    if after is Status.APPROVED or (before is Status.SPAM and after is Status.HELD):
        return Label.HAM
    return None


def teach(
    comment_id: str, label: Label, decision_id: str, now: datetime, undo_time: timedelta
) -> Query[None]:
    """Ask for a correction; the last decision on a comment is the one that counts."""
    yield from jobs.add(
        new_id(now),
        CORRECT,
        comment_id,
        {"comment": comment_id, "label": label.value},
        due_at=now + undo_time,
        now=now,
        decision_id=decision_id,
    )


def right_verdict(label: Label, comment: Comment, said: Verdict) -> Verdict | None:
    """What a check that said `said` should have said; None where the label holds no more.

    A decision that was taken back leaves what stood before it: a status that was decided,
    or, where the comment waits again, nothing better than what the check said itself.
    """
    by_status = {Status.SPAM: Verdict.SPAM, Status.APPROVED: Verdict.HAM}
    if label is Label.UNDONE:
        return by_status.get(comment.status, said)
    if (comment.status is Status.SPAM) != (label is Label.SPAM):
        return None
    return Verdict.SPAM if label is Label.SPAM else Verdict.HAM
