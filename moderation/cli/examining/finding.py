"""What a look found: fine, doubtful or wrong, and what helps."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor."""

    what: str  # "python", "store", …: stable, for programs
    state: State
    says: str
    cure: str = ""  # what to do; "" where nothing is to be done


def ok(what: str, says: str) -> Finding:
    return Finding(what, State.OK, says)


def warning(what: str, says: str, cure: str) -> Finding:
    return Finding(what, State.WARNING, says, cure)


def failed(what: str, says: str, cure: str) -> Finding:
    return Finding(what, State.FAILED, says, cure)
