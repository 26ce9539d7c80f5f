"""What thresholds would have done on decisions that a person made: taken, lost, and let through."""

from collections.abc import Sequence
from dataclasses import dataclass

from moderation.checks.learned import FINE_AT, NEEDED, NEEDED_TO_APPROVE
from moderation.checks.learned.wording import LIKELY, SURELY
from moderation.store.journal_views import Past

STEPS = (0.9, 0.95, 0.98, 0.99, 0.995)  # thresholds that are shown beside the one in force


@dataclass(frozen=True, slots=True)
class Policy:
    """What an owner may set."""

    spam_at: float
    approve: bool


@dataclass(frozen=True, slots=True)
class Tested:
    """How a policy would have fared. Decisions without a probability are not in it."""

    policy: Policy
    spam: int  # decisions that were for spam
    ham: int
    taken: tuple[Past, ...]  # spam it would have taken off your hands
    lost: tuple[Past, ...]  # what you approved, and it would have called spam
    passed: tuple[Past, ...]  # what you approved, and it would have spoken for
    let_in: tuple[Past, ...]  # spam it would have spoken for

    @property
    def wrong(self) -> tuple[Past, ...]:
        return (*self.lost, *self.let_in)

    @property
    def decisions(self) -> int:
        return self.spam + self.ham


@dataclass(frozen=True, slots=True)
class Band:
    """How often what it said in one word came true."""

    word: str
    spam: int
    ham: int


BANDS = (
    ("surely spam", SURELY),
    ("likely spam", LIKELY),
    ("unsure", 1 - LIKELY),
    ("likely fine", 1 - SURELY),
    ("surely fine", 0.0),
)


def backtest(past: Sequence[Past], policy: Policy, *, spam: int, ham: int) -> Tested:
    """Try a policy on decisions, newest first; `spam` and `ham` are how many came before them.

    It is judged by what was thought of each comment when it came, and would have kept quiet
    until there were enough decisions, as it does.
    """
    groups: dict[str, list[Past]] = {"taken": [], "lost": [], "passed": [], "let_in": []}
    tried = {True: 0, False: 0}
    known = {True: spam, False: ham}
    for one in reversed(past):
        if one.probability is not None:
            tried[one.spam] += 1
            group = _group(one, one.probability, policy, min(known.values()))
            if group:
                groups[group].append(one)
        known[one.spam] += 1
    newest_first = {name: tuple(reversed(found)) for name, found in groups.items()}
    return Tested(policy, tried[True], tried[False], **newest_first)


def _group(one: Past, probability: float, policy: Policy, known: int) -> str:
    if known >= NEEDED and probability >= policy.spam_at:
        return "taken" if one.spam else "lost"
    enough = known >= NEEDED_TO_APPROVE and one.clear
    if policy.approve and enough and probability <= FINE_AT:
        return "let_in" if one.spam else "passed"
    return ""


def calibration(past: Sequence[Past]) -> list[Band]:
    """How often it was right when it was sure, likely and unsure."""
    bands = []
    above = 2.0
    for word, least in BANDS:
        inside = [
            one.spam
            for one in past
            if one.probability is not None and least <= one.probability < above
        ]
        bands.append(Band(word, sum(inside), len(inside) - sum(inside)))
        above = least
    return bands
