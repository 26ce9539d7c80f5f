"""A comment's story: who did what when by which door, and what an edit changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from moderation.domain.decision import Action, LogEntry
from moderation.flow.moves import DONE
from moderation.flow.see import Seen
from moderation.web.dashboard.words import DOORS, STATUSES

FIELDS = {"text": "Text", "name": "Name", "email": "E-mail", "url": "Website"}


@dataclass(frozen=True, slots=True)
class Change:
    """One field of an edit."""

    label: str
    before: str
    after: str


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
    author = seen.comment.author
    after: Mapping[str, str] = {
        "text": seen.comment.text,
        "name": author.name,
        "email": author.email,
        "url": author.url,
    }
    told = []
    for entry in reversed(seen.story):
        before = _words_before(entry)
        told.append(chapter(entry, _changes(before, after)))
        after = before or after
    return tuple(told)


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
        Change(label, before[name], after.get(name, ""))
        for name, label in FIELDS.items()
        if name in before and before[name] != after.get(name, "")
    )
