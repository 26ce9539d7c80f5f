"""What one check thinks of a comment, and how many such thoughts become one ruling."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from moderation.domain.lesson import Evidence
from moderation.domain.site import Hold


class Verdict(StrEnum):
    HAM = "ham"
    SPAM = "spam"
    HOLD = "hold"
    UNSURE = "unsure"  # asked, answered, and leans neither way
    UNKNOWN = "unknown"  # asked, no answer (yet)
    NOT_RUN = "not_run"  # had no cause to speak: no key, no token, too few decisions


class Ruling(StrEnum):
    APPROVE = "approve"
    HOLD = "hold"
    SPAM = "spam"


@dataclass(frozen=True, slots=True)
class Opinion:
    """One check's answer about one comment."""

    check: str  # the name of the check's file, as in the settings
    verdict: Verdict
    because: str  # shown to the moderator, a whole sentence
    score: float = 0.0  # -1.0 surely ham .. +1.0 surely spam; orders the queue, decides nothing
    decisive: bool = False  # spam that needs no second voice: a filled trap, an owner's rule
    evidence: Evidence | None = None  # what a decision may teach; kept apart from the opinion
    rules: tuple[str, ...] = ()  # ids of the owner's rules it stands on; kept as their hits


def rule(opinions: Sequence[Opinion]) -> Ruling | None:
    """Turn opinions into a ruling, or None where the site's `hold` setting decides.

    A check that was asked and could not say (`UNKNOWN`) forbids automatic approval, so
    that an outage publishes nothing; one that had no cause to speak (`NOT_RUN`) counts
    for nothing. Disagreement is for a human.
    """
    if any(o.decisive and o.verdict is Verdict.SPAM for o in opinions):
        return Ruling.SPAM
    verdicts = {o.verdict for o in opinions}
    if Verdict.SPAM in verdicts:
        return Ruling.HOLD if Verdict.HAM in verdicts else Ruling.SPAM
    if verdicts & {Verdict.HOLD, Verdict.UNKNOWN}:
        return Ruling.HOLD
    return None


def settle(opinions: Sequence[Opinion], hold: Hold, *, proven: bool) -> Ruling:
    """Rule, and where nothing objects do as the site's `hold` says.

    `proven` is True for an author with an approved comment by proof (an author key or a
    confirmed address) and for a trusted ping source.
    """
    ruling = rule(opinions)
    if ruling is not None:
        return ruling
    if hold is Hold.NONE or (hold is Hold.FIRST_TIME and proven):
        return Ruling.APPROVE
    return Ruling.HOLD


def score(opinions: Sequence[Opinion]) -> float:
    """Sum the scores, kept within -1.0 .. +1.0; orders the queue."""
    return max(-1.0, min(1.0, sum(o.score for o in opinions)))


def leans_to_spam(opinions: Sequence[Opinion]) -> bool:
    """Tell whether no mail should be sent on behalf of this comment (to anyone)."""
    return earned_score(opinions) >= 0.5 or any(o.verdict is Verdict.SPAM for o in opinions)


def earned_score(opinions: Sequence[Opinion]) -> float:
    """The score without those of checks that have not earned a say yet.

    Theirs order the queue all the same; they silence nobody, and nothing is said of them aloud.
    """
    return score([o for o in opinions if o.verdict is not Verdict.NOT_RUN])
