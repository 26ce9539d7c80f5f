"""What a moderator, or a rule the owner set, does to a comment: the moves and the log of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from moderation.domain.comment import Status, WaitingFor
from moderation.domain.errors import IllegalMove


class Action(StrEnum):
    """A move, or another deed that stands in the log."""

    APPROVE = "approve"
    HOLD = "hold"
    SPAM = "spam"
    TRASH = "trash"
    RESTORE = "restore"  # back to the status before
    HAM = "ham"  # not spam: back to held or approved by the ruling
    DELETE = "delete"  # for good
    EDIT = "edit"
    UNDO = "undo"
    RECEIVE = "receive"  # the log's first line of a comment
    SETTLE = "settle"  # the machine's second thought: Akismet or the source has spoken
    RULE = "rule"  # a rule was applied to what waited: spam, as if it had been there before
    WITHDRAW = "withdraw"  # by its writer
    EXPIRE = "expire"  # retention


MOVES: dict[Status, frozenset[Action]] = {
    Status.HELD: frozenset({Action.APPROVE, Action.SPAM, Action.TRASH}),
    Status.APPROVED: frozenset({Action.HOLD, Action.SPAM, Action.TRASH}),
    Status.SPAM: frozenset(
        {Action.HAM, Action.APPROVE, Action.HOLD, Action.TRASH, Action.RESTORE, Action.DELETE}
    ),
    Status.TRASH: frozenset(
        {Action.APPROVE, Action.HOLD, Action.SPAM, Action.RESTORE, Action.DELETE}
    ),
}

TARGETS: dict[Action, Status] = {
    Action.APPROVE: Status.APPROVED,
    Action.HOLD: Status.HELD,
    Action.SPAM: Status.SPAM,
    Action.TRASH: Status.TRASH,
}


def check_move(status: Status, action: Action) -> None:
    """Raise IllegalMove unless `action` may be taken from `status`."""
    if action not in MOVES[status]:
        raise IllegalMove(f"A comment that is {status} cannot be given “{action}”.")


class Door(StrEnum):
    """By which door a decision came."""

    DASHBOARD = "dashboard"
    API = "api"
    MAIL = "mail"
    CLI = "cli"
    WRITER = "writer"  # the private page
    MACHINE = "machine"  # the ruling, a job


@dataclass(frozen=True, slots=True)
class Actor:
    """Who decides; `id` is None for the machine and for writers."""

    name: str
    door: Door
    id: str | None = None


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One transition of one comment, kept for ever. Entries of one decision share `decision_id`."""

    id: str
    decision_id: str
    comment_id: str
    at: datetime
    actor: Actor
    action: Action
    from_status: Status | None
    to_status: Status | None
    from_waiting_for: WaitingFor | None
    from_status_before: Status | None
    version: int  # of the comment after it
    reason: str = ""
    before: str = ""  # of an edit: the text before, as JSON
    undone_by: str | None = None  # decision_id of the undo
