"""What is said after a deed: carried in the address, signed, and told from the log itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from moderation.domain.clock import Clock
from moderation.domain.comment import Status, WaitingFor
from moderation.domain.decision import Action, LogEntry
from moderation.domain.errors import Fault
from moderation.flow.moves import DONE
from moderation.flow.undo import UNDO_DAYS, UNDOABLE, is_taken_back
from moderation.signing import Signing
from moderation.store import log, queue
from moderation.store.contract import Store

NOTICE = "notice"
NOTICE_TIME = timedelta(minutes=10)
TOLD = 10  # refusals told one by one


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence or two at the head of a page."""

    sentence: str
    undo: str = ""  # the decision that can be taken back
    refused: tuple[str, ...] = ()  # what was not done, and why
    alert: bool = False  # something did not work
    link: tuple[str, str] | None = None  # where to go on, and in words


class Notices:
    """Writes and reads notices."""

    def __init__(self, store: Store, signing: Signing, clock: Clock) -> None:
        self._store = store
        self._signing = signing
        self._clock = clock

    def of_decision(
        self, decision_id: str, refused: Sequence[tuple[str, Fault]] = (), *, also: str = ""
    ) -> str:
        """The notice of a decision and of what it could not do, for an address.

        `also` is a sentence of what was done in the same deed.
        """
        reasons = [str(fault) for _, fault in refused]
        return self._signing.sign(NOTICE, [decision_id, also, reasons[:TOLD], len(reasons)])

    def of_words(self, sentence: str, link: tuple[str, str] | None = None) -> str:
        return self._signing.sign(NOTICE, ["", sentence, list(link or ()), 0])

    async def read(self, token: str) -> Notice | None:
        """The notice of an address; None for none, an old one, or one that is not ours."""
        value = self._signing.value(NOTICE, token, max_age=NOTICE_TIME) if token else None
        if not isinstance(value, list) or len(value) != 4:
            return None
        decision_id, sentence, reasons, number = value
        if not decision_id:
            return Notice(sentence, link=(reasons[0], reasons[1]) if reasons else None)
        entries = await self._store.read(log.of_decision, decision_id)
        told = self._told(entries, tuple(reasons), number, await self.left())
        if told is None or not sentence:
            return told
        return replace(told, sentence=f"{sentence} {told.sentence}")

    def _told(
        self, entries: Sequence[LogEntry], reasons: tuple[str, ...], number: int, left: int
    ) -> Notice | None:
        entries = [e for e in entries if e.action is not Action.RECEIVE]
        if not entries:
            return None
        sentence = f"{done(entries)} {remaining(left)}"
        if number:
            sentence += f" {counted(number)} could not be done:"
        taken_back = any(e.undone_by for e in entries)
        if taken_back:
            sentence = f"{done(entries)} It was taken back since."
        undo = entries[0].decision_id if can_undo(entries, self._clock.now()) else ""
        return Notice(sentence, undo, reasons, alert=bool(number))

    async def left(self) -> int:
        """How many wait for a moderator."""
        waiting = queue.Filter(status=Status.HELD, waiting_for=WaitingFor.MODERATOR)
        return (await self._store.read(queue.total, waiting)).number


def done(entries: Sequence[LogEntry]) -> str:
    """``Approved.``, ``3 comments marked as spam.``"""
    what = DONE[entries[0].action]
    if len(entries) == 1:
        return f"{what.capitalize()}."
    return f"{counted(len(entries))} {what}."


def remaining(left: int) -> str:
    return f"{left} left." if left else "Nothing is left."


def counted(number: int) -> str:
    return "1 comment" if number == 1 else f"{number} comments"


def can_undo(entries: Sequence[LogEntry], now: datetime) -> bool:
    """Whether a decision can be taken back still, as far as the log knows."""
    return (
        bool(entries)
        and all(e.action in UNDOABLE for e in entries)
        and not is_taken_back(entries)
        and now - entries[0].at <= UNDO_DAYS
    )
