"""The log: the newest decisions, who made them by which door, and Undo where it still helps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from moderation.domain.block import SourceLine
from moderation.domain.clock import Clock
from moderation.domain.comment import Comment, Status
from moderation.domain.decision import Action, Door, LogEntry
from moderation.domain.site import Site
from moderation.flow.see import See
from moderation.store import comments, source_deeds
from moderation.store.contract import Store
from moderation.text import markup
from moderation.web.dashboard.form import ID
from moderation.web.dashboard.guard import Guard
from moderation.web.dashboard.notices import can_undo, counted
from moderation.web.dashboard.screens import Screens
from moderation.web.dashboard.story import Chapter, chapter
from moderation.web.dashboard.words import author_name
from moderation.web.private import first_words
from moderation.web.session import HOME, Visit

PAGE = 50  # entries
BATCH = 200  # entries read at once where those of the service itself are left out
BATCHES = 10
DEEDS = 200  # about sources, between two pages
SHOWN_WORDS = 80


@dataclass(frozen=True, slots=True)
class Subject:
    """A comment as the log names it; one that is deleted has no name any more."""

    id: str
    name: str
    words: str
    zone: str


@dataclass(frozen=True, slots=True)
class Decided:
    """Entries of one decision."""

    decision_id: str
    first: Chapter
    subjects: tuple[Subject, ...]
    undo: bool
    taken_back: bool

    @property
    def number(self) -> str:
        return counted(len(self.subjects))


class LogPage:
    """``GET /dashboard/log``; ``everything=1`` tells all that the service did by itself too."""

    def __init__(
        self, store: Store, see: See, sites: Sequence[Site], clock: Clock, screens: Screens
    ) -> None:
        self._store = store
        self._see = see
        self._zones = {site.id: site.time_zone for site in sites}
        self._clock = clock
        self._screens = screens

    def routes(self, guard: Guard) -> list[Route]:
        return [Route("/dashboard/log", guard.page(self.show), methods=["GET"])]

    async def show(self, request: Request, visit: Visit) -> Response:
        everything = request.query_params.get("everything") == "1"
        asked = request.query_params.get("before", "")
        before = asked if ID.fullmatch(asked) else ""
        entries, older = await self._entries(before or "~", everything)
        known = await self._store.read(comments.by_ids, {e.comment_id for e in entries})
        deeds = await self._store.read(
            source_deeds.last,
            before=before or "~",
            after=entries[-1].id if entries and older else "",
            limit=DEEDS,
        )
        path = f"{HOME}/log"
        query = "?everything=1&" if everything else "?"
        return await self._screens.page(
            "log",
            visit,
            title="Log",
            request=request,
            lines=_by_time(self._decisions(entries, known), deeds),
            everything=everything,
            older=f"{path}{query}before={older}" if older else "",
            newest=f"{path}{query}".rstrip("?&") if before else "",
            other=path if everything else f"{path}?everything=1",
        )

    async def _entries(self, before: str, everything: bool) -> tuple[list[LogEntry], str]:
        """A page of entries, and the id to go on from; "" at the end.

        What the service does by itself may be most of the log, so that looking through it
        is bounded too: a page may be short and still not the last.
        """
        found: list[LogEntry] = []
        for _ in range(BATCHES):
            limit = PAGE if everything else BATCH
            batch = await self._see.log(before_id=before, limit=limit)
            for entry in batch:
                before = entry.id
                if everything or entry.actor.door is not Door.MACHINE or _matters(entry):
                    found.append(entry)
                if len(found) == PAGE:
                    return found, before
            if len(batch) < limit:
                return found, ""
        return found, before

    def _decisions(
        self, entries: Sequence[LogEntry], known: Mapping[str, Comment]
    ) -> list[Decided]:
        """Entries of one decision and deed stand together: many at once are one line."""
        now = self._clock.now()
        decided = []
        for _, group in groupby(entries, key=lambda e: (e.decision_id, e.action)):
            together = list(group)
            decided.append(
                Decided(
                    decision_id=together[0].decision_id,
                    first=chapter(together[0]),
                    subjects=tuple(self._subject(e, known.get(e.comment_id)) for e in together),
                    undo=can_undo(together, now) and _stands(together, known),
                    taken_back=any(e.undone_by for e in together),
                )
            )
        return decided

    def _subject(self, entry: LogEntry, comment: Comment | None) -> Subject:
        if comment is None:
            return Subject(entry.comment_id, "", "", "UTC")
        words = first_words(markup.plain(comment.html), SHOWN_WORDS)
        zone = self._zones.get(comment.site, "UTC")
        return Subject(comment.id, author_name(comment), words, zone)


def _matters(entry: LogEntry) -> bool:
    """Whether the service took something from readers by itself, or gave it back."""
    if entry.action is not Action.SETTLE:
        return False
    taken = entry.from_status is Status.APPROVED
    return taken or (entry.from_status, entry.to_status) == (Status.TRASH, Status.APPROVED)


def _by_time(
    decisions: Sequence[Decided], deeds: Sequence[SourceLine]
) -> list[Decided | SourceLine]:
    """Decisions and what was done about sources, newest first: ids are in order of time."""
    by_id: dict[str, Decided | SourceLine] = {d.first.entry.id: d for d in decisions}
    by_id |= {deed.id: deed for deed in deeds}
    return [by_id[ident] for ident in sorted(by_id, reverse=True)]


def _stands(entries: Sequence[LogEntry], known: Mapping[str, Comment]) -> bool:
    """Whether any of these is the last that happened to its comment."""
    last = ((entry, known.get(entry.comment_id)) for entry in entries)
    return any(found is not None and found.version == entry.version for entry, found in last)
