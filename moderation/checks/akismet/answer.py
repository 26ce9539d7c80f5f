"""What Akismet says of a comment, and what a moderator is told of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from moderation.domain.opinion import Opinion, Verdict

NAME = "akismet"


class Said(StrEnum):
    """The verdict, as far as there is one."""

    SPAM = "true"
    HAM = "false"
    UNKNOWN = "unknown"  # asked, or to be asked, and no answer yet
    NOT_ASKED = "not_asked"  # no key is set


@dataclass(frozen=True, slots=True)
class Alert:
    """A notice about the owner's account; it may stand beside a good verdict and changes none."""

    code: str  # "10005"
    message: str


@dataclass(frozen=True, slots=True)
class AkismetAnswer:
    """The outcome of one check, to be kept with the comment."""

    verdict: Said
    because: str  # for a moderator, a whole sentence; never holds the key
    sent: Mapping[str, str]  # exactly what was sent but the key; a correction sends it again
    guid: str = ""  # Akismet's name for this check; goes with a correction
    pro_tip: str = ""  # "discard": the worst kind of spam
    alert: Alert | None = None
    recheck_after: int = 0  # seconds; beside "false": not finished, ask again then
    retry_after: int = 0  # seconds; beside "unknown": do not ask before
    again: bool = False  # asking again later may bring an answer


@dataclass(frozen=True, slots=True)
class AkismetUsage:
    """How much of this month's plan is used."""

    limit: int | None  # calls a month; None = without limit
    used: int
    percentage: float  # 0.0 .. 100.0 and above
    throttled: bool


class AkismetFailed(Exception):
    """Akismet gave no usable answer. `str()` is a sentence for the owner, without the key."""

    def __init__(
        self,
        sentence: str,
        *,
        guid: str = "",
        alert: Alert | None = None,
        retry_after: int = 0,
    ) -> None:
        super().__init__(sentence)
        self.guid = guid
        self.alert = alert
        self.retry_after = retry_after  # seconds; 0 = Akismet named none


def opinion_of(answer: AkismetAnswer, *, final: bool = False) -> Opinion:
    """Turn an answer into an opinion.

    "false" with a wish to be asked again is not an answer yet, and holds. `final=True`
    takes Akismet's word all the same: for a comment that has waited twice that time.
    """
    if answer.verdict is Said.NOT_ASKED:
        return Opinion(NAME, Verdict.NOT_RUN, answer.because)
    if answer.verdict is Said.UNKNOWN:
        return Opinion(NAME, Verdict.UNKNOWN, answer.because)
    if answer.verdict is Said.SPAM:
        return Opinion(
            NAME, Verdict.SPAM, answer.because, 1.0 if answer.pro_tip == "discard" else 0.9
        )
    if answer.recheck_after and not final:
        return Opinion(NAME, Verdict.UNKNOWN, answer.because)
    return Opinion(NAME, Verdict.HAM, "Akismet says this is not spam.", -0.3)
