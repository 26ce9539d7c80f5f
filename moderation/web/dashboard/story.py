"""A comment's story: who did what when by which door, and what an edit changed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from moderation.domain.comment import Comment, WaitingFor
from moderation.domain.decision import Action, Door, LogEntry
from moderation.flow.moves import DONE
from moderation.flow.see import Seen
from moderation.text import diff
from moderation.text.diff import Part, Piece
from moderation.web.dashboard.words import DOORS, STATUSES

FIELDS = {
    "text": "Text",
    "name": "Name",
    "email": "E-mail",
    "url": "Website",
    "title": "Title of its page",
    "type": "What it is",
    "source": "Address of its page",
}
TEXTS = frozenset({"text", "title"})  # told word by word


@dataclass(frozen=True, slots=True)
class Change:
    """One field of an edit: what went and what came, word by word where it is a text."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One entry of the log in words."""

    entry: LogEntry
    what: str
    door: str
    moved: str  # "waiting → approved"; "" where the status stayed
    changes: tuple[Change, ...]


def chapters(seen: Seen) -> tuple[Chapter, ...]:
    """The story newest first; what an edit made is what the next one found, or stands now."""
    comment = seen.comment
    after: dict[str, str] = {
        "text": comment.text,
        "name": comment.author.name,
        "email": comment.author.email,
        "url": comment.author.url,
        "title": comment.title,
        "type": comment.type.value,
        "source": comment.source or "",
    }
    told = []
    for entry in reversed(seen.story):
        before = _words_before(entry)
        told.append(chapter(entry, _changes(before, after)))
        after |= before
    return tuple(told)


def since_judged(comment: Comment, story: Sequence[Chapter]) -> tuple[Change, ...]:
    """What is new about a mention that waits because its page is not what somebody approved."""
    if comment.waiting_for is not WaitingFor.MODERATOR or not comment.kind.is_ping:
        return ()
    for chapter in story:  # newest first
        if chapter.entry.actor.door is not Door.MACHINE:
            return ()
        if chapter.entry.action is Action.EDIT:
            return chapter.changes
    return ()


def chapter(entry: LogEntry, changes: tuple[Change, ...] = ()) -> Chapter:
    """One entry in words."""
    moved = ""
    if entry.to_status is not None and entry.from_status != entry.to_status:
        to = STATUSES[entry.to_status]
        moved = f"{STATUSES[entry.from_status]} → {to}" if entry.from_status else to
    return Chapter(entry, DONE[entry.action], DOORS[entry.actor.door], moved, changes)


def _words_before(entry: LogEntry) -> Mapping[str, str]:
    if entry.action is not Action.EDIT or not entry.before:
        return {}
    try:
        before = json.loads(entry.before)
    except ValueError:
        return {}
    return {name: str(value) for name, value in before.items()} if isinstance(before, dict) else {}


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    return tuple(
        Change(label, _pieces(name, before[name], after.get(name, "")))
        for name, label in FIELDS.items()
        if name in before and before[name] != after.get(name, "")
    )


def _pieces(name: str, before: str, after: str) -> tuple[Piece, ...]:
    if name in TEXTS:
        return diff.words(before, after)
    pieces = (Piece(Part.GONE, before), Piece(Part.NEW, after))
    return tuple(piece for piece in pieces if piece.text)
