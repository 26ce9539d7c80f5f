"""How likely a comment is spam by its tokens, why, and how a decision changes that.

Two views are added, both sums over tokens in log-odds: `counts` (how often each token stood in
what the owner took for spam and for ham) and `weights` (a logistic regression that makes up for
what the counts get wrong). The counts learn from few decisions, the weights from many. A starter
model gives both a prior, no more.

All arithmetic is in a fixed order and without `sum`, which adds floats in another way from
Python 3.12 on: the same decisions give the same scores to the last bit.
"""

import json
import math
import struct
import sys
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

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

_MAGIC = b"learned-model\n"
_FORMAT = 1
_HEAD = struct.Struct("<HIIII")  # format, spam, ham, tokens, CRC-32 of what follows


# Decisions for spam, for ham; the weight, the sum of its squared gradients; the starter's weight.
Entry = tuple[int, int, float, float, float]
_NEW: Entry = (0, 0, 0.0, _FIRST, 0.0)


class BadSnapshot(ValueError):
    """The bytes are not a model as `Model.dump` writes it, or are damaged."""


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

    def weigh(
        self,
        tokens: Sequence[str],
        *,
        parts: Sequence[Sequence[str]] = (),
        reasons: int = 6,
    ) -> Weighing:
        """Weigh a comment, and its paragraphs (`parts`), which may be worse than the whole."""
        said: list[_Said] = []
        whole = self._logit(tokens, said)
        worst = whole
        for part in parts:
            worst = max(worst, self._logit(part))
        own = self.spam + self.ham
        trust = (own + _HALF) / (own + 2 * _HALF)
        return Weighing(
            _probability(max(whole, worst - _PART_MARGIN) * trust),
            self._reasons(said, len(tokens), reasons) if said and reasons else (),
            _probability(worst * trust),
        )

    def learn(self, tokens: Sequence[str], *, spam: bool) -> None:
        """Take one decision in. Each token must stand once in `tokens`."""
        step = self._step(tokens, spam)
        spams, hams = int(spam), int(not spam)
        entries, starter, sqrt = self._entries, self._starter, math.sqrt
        pull = _RATE * step
        square = step * step
        # Tokens met for the first time without a prior are alike: they share one entry.
        fresh = (spams, hams, -pull / sqrt(_FIRST + square), _FIRST + square, 0.0)
        for token in tokens:
            entry = entries.get(token)
            if entry is None:
                prior = starter.get(token)
                if prior is None:
                    entries[token] = fresh
                    continue
                entry = (0, 0, prior, _FIRST, prior)
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

    def dump(self) -> bytes:
        """The model as bytes, without the starter; the same model gives the same bytes."""
        names = sorted(self._entries)
        count = len(names)
        columns = zip(*(self._entries[name][:4] for name in names), strict=True)
        numbers = [number for column in columns for number in column]
        packed = struct.pack(f"<{count}I{count}I{count}d{count}d", *numbers)
        body = zlib.compress(packed + json.dumps(names).encode(), 1)
        head = _HEAD.pack(_FORMAT, self.spam, self.ham, count, zlib.crc32(body))
        return _MAGIC + head + body

    @classmethod
    def load(cls, data: bytes, starter: Mapping[str, float] = NO_STARTER) -> Self:
        """Read what `dump` wrote; raises BadSnapshot. The starter must be the one of then."""
        if not data.startswith(_MAGIC) or len(data) < len(_MAGIC) + _HEAD.size:
            raise BadSnapshot("This is not a snapshot of the learned model.")
        form, spam, ham, count, check = _HEAD.unpack_from(data, len(_MAGIC))
        body = data[len(_MAGIC) + _HEAD.size :]
        if form != _FORMAT:
            raise BadSnapshot(f"The snapshot is of format {form}, not {_FORMAT}.")
        if zlib.crc32(body) != check:
            raise BadSnapshot("The snapshot of the learned model is damaged.")
        model = cls(starter)
        model.spam, model.ham = spam, ham
        model._entries = _unpacked(body, count, starter)
        return model

    def _step(self, tokens: Sequence[str], spam: bool) -> float:
        """How far each token's weight is to be moved: nothing where the decision was expected."""
        if not tokens:
            return 0.0
        off = _probability(self._logit(tokens)) - spam
        return off / len(tokens) ** _WEIGHTS_NORM if abs(off) >= _SURE else 0.0

    def _logit(self, tokens: Sequence[str], said: "list[_Said] | None" = None) -> float:
        """The log-odds of some tokens; `said` is given what each known one says in either view."""
        entries, starter, log, exp = self._entries, self._starter, math.log, math.exp
        spam_share, ham_share, even = self._shares()
        counts = weights = 0.0
        known = 0
        for token in tokens:
            entry = entries.get(token)
            if entry is not None:
                spams, hams, weight, _, prior = entry
                if prior:
                    lift = exp(prior / 2)
                    count = log((spams + spam_share * lift) / (hams + ham_share / lift)) + even
                else:
                    count = log((spams + spam_share) / (hams + ham_share)) + even
            elif token in starter:
                count = weight = starter[token]
            else:
                continue
            known += 1
            counts += count
            weights += weight
            if said is not None:
                said.append((count, weight, token))
        if not known:
            return 0.0
        by_count, by_weight = _norms(known, len(tokens))
        return counts * by_count + weights * by_weight

    def _shares(self) -> tuple[float, float, float]:
        """What spam and ham each token starts with, by their share of all; and what evens it."""
        total = self.spam + self.ham + 2
        return (
            _SHARE * (self.spam + 1) / total,
            _SHARE * (self.ham + 1) / total,
            math.log((self.ham + _SHARE) / (self.spam + _SHARE)),
        )

    def _reasons(self, said: "list[_Said]", tokens: int, most: int) -> tuple[Reason, ...]:
        by_count, by_weight = _norms(len(said), tokens)
        spoken = [count * by_count + weight * by_weight for count, weight, _ in said]
        strength = list(map(abs, spoken))
        order = sorted(range(len(said)), key=strength.__getitem__, reverse=True)
        return tuple(self._reason(spoken[at], said[at][2]) for at in order[:most])

    def _reason(self, weight: float, token: str) -> Reason:
        spam, ham, *_ = self._entries.get(token, _NEW)
        return Reason(token, weight, spam, ham, token in self._starter)


_Said = tuple[float, float, str]  # what a token says by its counts, by its weight; the token


def _norms(known: int, tokens: int) -> tuple[float, float]:
    """What the sums of both views are multiplied with."""
    by_count = _COUNTS / (known + _FEW) ** _COUNTS_NORM
    return by_count, _WEIGHTS / tokens**_WEIGHTS_NORM


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, logit))))


def _unpacked(data: bytes, count: int, starter: Mapping[str, float]) -> dict[str, Entry]:
    columns = struct.Struct(f"<{count}I{count}I{count}d{count}d")
    try:
        body = zlib.decompress(data)
        names = json.loads(body[columns.size :])
        numbers = columns.unpack_from(body)
    except (zlib.error, struct.error, ValueError) as error:
        raise BadSnapshot("The snapshot of the learned model is damaged.") from error
    if len(names) != count:
        raise BadSnapshot("The snapshot of the learned model is damaged.")
    rows = zip(*(numbers[at * count : (at + 1) * count] for at in range(4)), strict=True)
    entries: dict[str, Entry] = {}
    alike: dict[Entry, Entry] = {}
    for name, row in zip(map(sys.intern, names), rows, strict=True):
        entry = (*row, starter.get(name, 0.0))
        entries[name] = alike.setdefault(entry, entry)
    return entries
