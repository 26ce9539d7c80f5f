"""How likely a comment is spam by its tokens, why, and how a decision changes that.

Two views are added, both sums over tokens in log-odds: `counts` (how often each token stood in
what the owner took for spam and for ham) and `weights` (a logistic regression that makes up for
what the counts get wrong). The counts learn from few decisions, the weights from many. A starter
model gives both a prior, no more.

All arithmetic is in a fixed order and without `sum`, which adds floats in another way from
Python 3.12 on: the same decisions give the same scores to the last bit.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from moderation.checks.learned import keeping
from moderation.checks.learned.keeping import Entry

NO_STARTER: Mapping[str, float] = {}

_SHARE = 2.0  # of counts: decisions' worth of prior that each token starts with
_COUNTS_NORM = 0.85  # of counts: a long comment's sum is divided by (tokens ** this)
_FEW = 2  # of counts: as if so many tokens more had said nothing
_COUNTS = 1.6  # what the counts' view weighs in the whole
_RATE = 2.0  # of weights: AdaGrad's step
_FIRST = 1e-3  # of weights: what the squares of gradients start at
_WEIGHTS_NORM = 0.5
_SURE = 0.02  # of weights: so near the truth there is nothing to correct
_WEIGHTS = 0.5
_HALF = 5  # own decisions: without any, only half of what is heard is believed
_PART_MARGIN = 1.5  # log-odds by which a paragraph must be worse than the whole to count

_NEW: Entry = (0, 0, 0.0, _FIRST, 0.0)


@dataclass(frozen=True, slots=True)
class Reason:
    """What one token said: its `weight` in log-odds (above 0 it speaks for spam), and why."""

    token: str
    weight: float
    spam: int  # this owner's decisions with it
    ham: int
    starter: bool  # the starter model had a say


@dataclass(frozen=True, slots=True)
class Weighing:
    """What a comment was found to be: how likely spam, its worst paragraph, the best reasons."""

    probability: float
    reasons: tuple[Reason, ...] = ()
    worst_part: float = 0.0  # the likeliest of the paragraphs by themselves, or of the whole


class Model:
    """What was learnt of an owner's decisions: counts and a weight for each token."""

    __slots__ = ("_entries", "_starter", "ham", "spam")

    def __init__(self, starter: Mapping[str, float] = NO_STARTER) -> None:
        self._starter = starter if isinstance(starter, dict) else dict(starter)
        self._entries: dict[str, Entry] = {}
        self.spam = 0
        self.ham = 0

    def __len__(self) -> int:
        """How many tokens were learnt."""
        return len(self._entries)

    @property
    def has_starter(self) -> bool:
        """Whether it began with a starter model."""
        return bool(self._starter)

    def weigh(
        self,
        tokens: Sequence[str],
        *,
        parts: Sequence[Sequence[str]] = (),
        reasons: int = 6,
    ) -> Weighing:
        """Weigh a comment, and its paragraphs (`parts`), which may be worse than the whole."""
        met = self._meet(tokens)
        counts: list[float] = []
        whole = self._logit(met, counts)
        worst = whole
        for part in parts:
            worst = max(worst, self._logit(self._meet(part)))
        own = self.spam + self.ham
        trust = (own + _HALF) / (own + 2 * _HALF)
        return Weighing(
            _probability(max(whole, worst - _PART_MARGIN) * trust),
            self._reasons(tokens, met, counts, reasons),
            _probability(worst * trust),
        )

    def learn(self, tokens: Sequence[str], *, spam: bool) -> None:
        """Take one decision in. Each token must stand once in `tokens`."""
        entries, sqrt = self._entries, math.sqrt
        met = self._meet(tokens)
        step = self._step(met, spam)
        pull, square = _RATE * step, step * step
        spams, hams = int(spam), int(not spam)
        # Tokens met for the first time without a prior are alike: they share one entry.
        fresh = (spams, hams, -pull / sqrt(_FIRST + square), _FIRST + square, 0.0)
        for token, entry in zip(tokens, met, strict=True):
            if entry is None:
                entries[token] = fresh
                continue
            spam_before, ham_before, weight, squares, prior = entry
            if step:
                squares += square
                weight -= pull / sqrt(squares)
            entries[token] = (spam_before + spams, ham_before + hams, weight, squares, prior)
        self.spam += spams
        self.ham += hams

    def copy(self) -> Self:
        """Another model that knows the same; cheap, since entries are never changed."""
        twin = type(self)(self._starter)
        twin._entries = self._entries.copy()
        twin.spam, twin.ham = self.spam, self.ham
        return twin

    def forget(self) -> None:
        """Let go of all that was learnt, piece by piece: to free it in one go holds up others."""
        entries = self._entries
        while entries:
            for _ in range(min(keeping.PIECE, len(entries))):
                entries.popitem()

    def dump(self) -> bytes:
        """The model as bytes, without the starter; the same decisions give the same bytes."""
        return keeping.written(self._entries, self.spam, self.ham)

    @classmethod
    def load(cls, data: bytes, starter: Mapping[str, float] = NO_STARTER) -> Self:
        """Read what `dump` wrote; raises BadSnapshot. The starter must be the one of then."""
        model = cls(starter)
        model._entries, model.spam, model.ham = keeping.read(data, starter)
        return model

    def _meet(self, tokens: Sequence[str]) -> "list[Entry | None]":
        """What is known of each token, by decisions or by the starter model alone."""
        met = list(map(self._entries.get, tokens))
        starter = self._starter
        if starter:
            for at, entry in enumerate(met):
                if entry is None and tokens[at] in starter:
                    prior = starter[tokens[at]]
                    met[at] = (0, 0, prior, _FIRST, prior)
        return met

    def _step(self, met: "Sequence[Entry | None]", spam: bool) -> float:
        """How far each token's weight is to be moved: nothing where the decision was expected."""
        off = _probability(self._logit(met)) - spam
        return off / len(met) ** _WEIGHTS_NORM if met and abs(off) >= _SURE else 0.0

    def _logit(self, met: "Sequence[Entry | None]", counts: list[float] | None = None) -> float:
        """The log-odds of some tokens; `counts` is given what each of them says by its counts."""
        log, exp = math.log, math.exp
        spam_share, ham_share, even = self._shares()
        count_sum = weight_sum = 0.0
        known = 0
        for entry in met:
            count = 0.0
            if entry is not None:
                spams, hams, weight, _, prior = entry
                if prior:
                    lift = exp(prior / 2)
                    count = log((spams + spam_share * lift) / (hams + ham_share / lift)) + even
                else:
                    count = log((spams + spam_share) / (hams + ham_share)) + even
                known += 1
                count_sum += count
                weight_sum += weight
            if counts is not None:
                counts.append(count)
        if not known:
            return 0.0
        by_count, by_weight = _norms(known, len(met))
        return count_sum * by_count + weight_sum * by_weight

    def _shares(self) -> tuple[float, float, float]:
        """What spam and ham each token starts with, by their share of all; and what evens it."""
        total = self.spam + self.ham + 2
        return (
            _SHARE * (self.spam + 1) / total,
            _SHARE * (self.ham + 1) / total,
            math.log((self.ham + _SHARE) / (self.spam + _SHARE)),
        )

    def _reasons(
        self,
        tokens: Sequence[str],
        met: "Sequence[Entry | None]",
        counts: Sequence[float],
        most: int,
    ) -> tuple[Reason, ...]:
        """The tokens that say most, either way; their weights add up to the log-odds."""
        known = [at for at, entry in enumerate(met) if entry is not None]
        if not known or not most:
            return ()
        by_count, by_weight = _norms(len(known), len(met))
        said = [
            count * by_count + (entry[2] * by_weight if entry else 0.0)
            for count, entry in zip(counts, met, strict=True)
        ]
        strength = list(map(abs, said))
        known.sort(key=strength.__getitem__, reverse=True)
        return tuple(self._reason(tokens[at], said[at], met[at]) for at in known[:most])

    def _reason(self, token: str, weight: float, entry: "Entry | None") -> Reason:
        spam, ham, *_ = entry or _NEW
        return Reason(token, weight, spam, ham, token in self._starter)


def _norms(known: int, tokens: int) -> tuple[float, float]:
    """What the sums of both views are multiplied with."""
    by_count = _COUNTS / (known + _FEW) ** _COUNTS_NORM
    return by_count, _WEIGHTS / tokens**_WEIGHTS_NORM


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, logit))))
