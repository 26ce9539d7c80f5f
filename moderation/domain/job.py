"""A job: work that follows from a commit and leaves the house, kept as a row until it is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class JobState(StrEnum):
    QUEUED = "queued"
    FAILED = "failed"  # given up; an owner may retry or drop it


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed or listed job. Done jobs are deleted; their effect is their record."""

    id: str
    kind: str  # the name of its handler
    key: str  # unique among jobs of a kind: the same work twice is one job
    payload: Mapping[str, object]
    state: JobState
    due_at: datetime
    attempts: int  # how often it was begun
    last_error: str
    created_at: datetime
    decision_id: str | None = None  # dropped when that decision is undone before it ran
