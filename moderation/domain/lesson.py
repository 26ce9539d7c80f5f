"""What a person's decision teaches: the evidence a comment left, and one line of the journal."""

from dataclasses import dataclass
from enum import StrEnum


class Teaching(StrEnum):
    """What a line of the journal says."""

    SPAM = "spam"
    HAM = "ham"
    WITHDRAWN = "withdrawn"  # the decision was taken back: what stood before it stands again
    ANEW = "anew"  # lines before this one have changed: whoever knows them starts afresh


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a check went by, kept beside its opinion so that a decision can teach it later."""

    features: int  # version of the tokens
    tokens: tuple[str, ...]
    probability: float | None = None  # of spam, as it was weighed when the comment came
    clear: bool = False  # no link, and no paragraph that looks like spam by itself


@dataclass(frozen=True, slots=True)
class Lesson:
    """One line of the journal. Numbers grow in order of commit."""

    sequence: int
    site: str
    comment_id: str
    teaching: Teaching
    undoes: int | None  # the line that this one puts out of force
    stands: bool  # a lesson in force: the last word on its comment
    evidence: Evidence
