"""How likely a comment is spam by its tokens, why, and how a decision changes that.

Two views are added, both sums over tokens in log-odds: `counts` (how often each token stood in
what the owner took for spam and for ham) and `weights` (a logistic regression that makes up for
what the counts get wrong). The counts learn from few decisions, the weights from many. A starter
model gives both a prior, no more. What stands around the text is summed apart from it.

A part of a text that alone is worse than the whole counts by itself, for spam is hidden behind
borrowed words; by some margin, since a part has fewer tokens to be sure by.

All arithmetic is in a fixed order and without `sum`, which adds floats in another way from
Python 3.12 on: the same decisions give the same scores to the last bit.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from moderation.checks.learned import keeping
from moderation.checks.learned.keeping import Entry

NO_STARTER: Mapping[str, float] = {}

_SHARE = 2.75  # of counts: decisions' worth of prior that each token starts with
_COUNTS_NORM = 0.85  # of counts: a long comment's sum is divided by (tokens ** this)
_FEW = 3  # of counts: as if so many tokens more had said nothing
_RATE = 2.0  # of weights: AdaGrad's step
_FIRST = 1e-3  # of weights: what the squares of gradients start at
_WEIGHTS_NORM = 0.5
_SURE = 0.02  # of weights: so near the truth there is nothing to correct
_HALF = 5  # own decisions: without any, only half of what is heard is believed
_FINE = 1.2  # log-odds for a comment are worth so much more: fitted to decisions of five places
_PART = 75.0  # log-odds by tokens: the fewer a part has, the worse it must be to count

# What stands around a text: hosts, name, addresses, facts. Its tokens are summed apart, so that
# no borrowed text, however long, makes them weigh less.
AROUND = ("u:", "ut:", "hg:", "e:", "x:", "s:name", "s:site", "s:source")
_FIRSTS = frozenset(channel[0] for channel in AROUND)  # told at a glance
_TEXT_SAYS: "Says" = (1.6, 0.5)  # what both views weigh in the whole: counts, weights
_AROUND_SAYS: "Says" = (0.5, 0.25)


class Reason(NamedTuple):  # six are made for each comment: a dataclass takes four times as long
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
        shares = self._shares()
        said: Said = [], [], []
        whole = self._logit(tokens, shares, said if reasons else None)
        worst = risk = whole
        for part in parts:
            alone = self._logit(part, shares)
            worst = max(worst, alone)
            risk = max(risk, alone - _PART / (len(part) + 1))
        own = self.spam + self.ham
        trust = (own + _HALF) / (own + 2 * _HALF)
        return Weighing(
            _believed(risk * trust), self._reasons(said, reasons), _believed(worst * trust)
        )

    def learn(self, tokens: Sequence[str], *, spam: bool) -> None:
        """Take one decision in. Each token must stand once in `tokens`."""
        shares = self._shares()
        met = [(side, self._meet(side), says) for side, says in sides(tokens) if side]
        logit = 0.0
        for side, entries, says in met:
            logit += _side(side, entries, says, shares)
        off = _probability(logit) - spam
        if abs(off) < _SURE:
            off = 0.0  # it was expected
        for side, entries, _ in met:
            self._add(side, entries, off, spam=spam)
        self.spam += spam
        self.ham += not spam

    def _add(self, tokens: Sequence[str], met: "Met", off: float, *, spam: bool) -> None:
        """Count tokens of one side, and move their weights by how far off the whole was."""
        entries, sqrt = self._entries, math.sqrt
        step = off / len(tokens) ** _WEIGHTS_NORM
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

    def _logit(self, tokens: Sequence[str], shares: "Shares", said: "Said | None" = None) -> float:
        """The log-odds of a comment's tokens; `said` is given what each of them says."""
        logit = 0.0
        for side, says in sides(tokens):
            if side:
                logit += _side(side, self._meet(side), says, shares, said)
        return logit

    def _meet(self, tokens: Sequence[str]) -> "Met":
        """What is known of each token, by decisions or by the starter model alone."""
        met = list(map(self._entries.get, tokens))
        starter = self._starter
        if starter and None in met:
            for at, token in enumerate(tokens):
                if met[at] is None and token in starter:
                    prior = starter[token]
                    met[at] = (0, 0, prior, _FIRST, prior)
        return met

    def _shares(self) -> "Shares":
        """What spam and ham each token starts with, by their share of all; and what evens it."""
        total = self.spam + self.ham + 2
        return (
            _SHARE * (self.spam + 1) / total,
            _SHARE * (self.ham + 1) / total,
            math.log((self.ham + _SHARE) / (self.spam + _SHARE)),
        )

    def _reasons(self, said: "Said", most: int) -> tuple[Reason, ...]:
        """The tokens that say most, either way; their weights add up to the log-odds."""
        weights, names, entries = said
        strength = list(map(abs, weights))
        strongest = sorted(range(len(names)), key=strength.__getitem__, reverse=True)[:most]
        starter = self._starter
        return tuple(
            [
                Reason(names[at], weights[at], entries[at][0], entries[at][1], names[at] in starter)
                for at in strongest
            ]
        )


Met = list[Entry | None]  # what is known of each token
Says = tuple[float, float]  # what counts and weights are multiplied by
Shares = tuple[float, float, float]
Said = tuple[list[float], list[str], list[Entry]]  # log-odds, the token, what is known of it


def _side(
    tokens: Sequence[str], met: Met, says: Says, shares: Shares, said: Said | None = None
) -> float:
    """The log-odds of the tokens of one side: of the text, or of what stands around it."""
    known = list(filter(None, met))
    if not known:
        return 0.0
    log, exp = math.log, math.exp
    spam_share, ham_share, even = shares
    count_sum = weight_sum = 0.0
    counts: list[float] = []
    for spams, hams, weight, _, prior in known:
        if prior:
            lift = exp(prior / 2)
            count = log((spams + spam_share * lift) / (hams + ham_share / lift)) + even
        else:
            count = log((spams + spam_share) / (hams + ham_share)) + even
        count_sum += count
        weight_sum += weight
        counts.append(count)
    by_count, by_weight = scales(says, len(known), len(tokens))
    if said is not None:
        weights, names, entries = said
        weights += [
            count * by_count + entry[2] * by_weight
            for count, entry in zip(counts, known, strict=True)
        ]
        names += [token for token, entry in zip(tokens, met, strict=True) if entry]
        entries += known
    return count_sum * by_count + weight_sum * by_weight


def sides(tokens: Sequence[str]) -> tuple[tuple[Sequence[str], Says], ...]:
    """The tokens of the text, and those of what stands around it; what both views weigh there."""
    around = _around(tokens)
    return (_of_text(tokens, around), _TEXT_SAYS), (around, _AROUND_SAYS)


def scales(says: Says, known: int, tokens: int) -> tuple[float, float]:
    """What each count and each weight is multiplied by where of so many tokens some are known."""
    by_count: float = says[0] / (known + _FEW) ** _COUNTS_NORM
    by_weight: float = says[1] / tokens**_WEIGHTS_NORM
    return by_count, by_weight


def _around(tokens: Sequence[str]) -> list[str]:
    return [token for token in tokens if token[:1] in _FIRSTS and token.startswith(AROUND)]


def _of_text(tokens: Sequence[str], around: Sequence[str]) -> Sequence[str]:
    if not around:
        return tokens
    apart = set(around)
    return [token for token in tokens if token not in apart]


def _believed(logit: float) -> float:
    """The probability that log-odds turned out to mean.

    Spam repeats itself, and what is fine says something new each time: less of it was ever seen,
    and what speaks for it adds up to less than it should. What speaks for spam is left as it
    is: to lose a comment is worse than to look at it.
    """
    return _probability(_FINE * logit if logit < 0 else logit)


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, logit))))
