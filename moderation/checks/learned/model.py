"""How likely a comment is spam by its tokens, why, and how a decision changes that.

Two views are added, both sums over tokens in log-odds: `counts` (how often each token stood in
what the owner took for spam and for ham) and `weights` (a logistic regression that is corrected
a little by each decision it would have got wrong). The counts learn from few decisions and the
weights from many. A starter model gives both a prior, no more.

All arithmetic is in a fixed order and without `sum`, which adds floats in another way from
Python 3.12 on: the same decisions give the same scores to the last bit.
"""

import json
import math
import struct
import sys
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Self

NO_STARTER: Mapping[str, float] = MappingProxyType({})

_SHARE = 2.0  # of counts: decisions' worth of prior that each token starts with
_COUNTS_NORM = 0.85  # of counts: a long comment's sum is divided by (tokens ** this)
_CLIP = 5.0  # of counts: the most that one token can say
_COUNTS = 1.35  # what the counts' view weighs in the whole
_RATE = 2.0  # of weights: AdaGrad's step
_FIRST = 1e-3  # of weights: what the squares of gradients start at
_WEIGHTS_NORM = 0.6
_SURE = 0.02  # of weights: so near the truth there is nothing to correct
_WEIGHTS = 0.5
_PART_MARGIN = 1.0  # log-odds by which a paragraph must be worse than the whole to count

_MAGIC = b"learned-model\n"
_FORMAT = 1
_HEAD = struct.Struct("<HIIII")  # format, spam, ham, tokens, CRC-32 of what follows


# Decisions for spam, for ham; the weight, the sum of its squared gradients.
Entry = tuple[int, int, float, float]
_NEW: Entry = (0, 0, 0.0, _FIRST)


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
        self._starter = starter
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
        logit, said = self._sum(tokens)
        worst = logit
        for part in parts:
            worst = max(worst, self._sum(part)[0])
        return Weighing(
            _probability(max(logit, worst - _PART_MARGIN)),
            self._reasons(said, reasons) if reasons else (),
            _probability(worst),
        )

    def learn(self, tokens: Sequence[str], *, spam: bool) -> None:
        """Take one decision in. Each token must stand once in `tokens`."""
        step = self._step(tokens, spam)
        entries, starter = self._entries, self._starter
        for token in tokens:
            entry = entries.get(token)
            spams, hams, weight, squares = entry or (0, 0, starter.get(token, 0.0), _FIRST)
            if step:
                squares += step * step
                weight -= _RATE * step / math.sqrt(squares)
            entries[token] = (spams + spam, hams + (not spam), weight, squares)
        self.spam += spam
        self.ham += not spam

    def dump(self) -> bytes:
        """The model as bytes, without the starter; the same model gives the same bytes."""
        names = sorted(self._entries)
        count = len(names)
        columns = zip(*(self._entries[name] for name in names), strict=True)
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
        model._entries = _unpacked(body, count)
        return model

    def _step(self, tokens: Sequence[str], spam: bool) -> float:
        """How far each token's weight is off, by the logistic regression alone."""
        if not tokens:
            return 0.0
        entries, starter = self._entries, self._starter
        total = 0.0
        for token in tokens:
            entry = entries.get(token)
            total += entry[2] if entry else starter.get(token, 0.0)
        norm = len(tokens) ** _WEIGHTS_NORM
        off = _probability(total / norm) - spam
        return off / norm if abs(off) >= _SURE else 0.0

    def _sum(self, tokens: Sequence[str]) -> tuple[float, list[tuple[float, str]]]:
        """The log-odds of some tokens, and what each of them said."""
        entries, starter, log = self._entries, self._starter, math.log
        total = self.spam + self.ham
        spam_share = _SHARE * (self.spam + 1) / (total + 2)
        ham_share = _SHARE * (self.ham + 1) / (total + 2)
        even = log((self.ham + _SHARE) / (self.spam + _SHARE))
        heard: list[tuple[float, float, str]] = []
        for token in tokens:
            entry, prior = entries.get(token), starter.get(token)
            if entry:
                lift = math.exp(prior / 2) if prior else 1.0
                count = log((entry[0] + spam_share * lift) / (entry[1] + ham_share / lift)) + even
                heard.append((max(-_CLIP, min(_CLIP, count)), entry[2], token))
            elif prior is not None:
                heard.append((prior, prior, token))
        if not heard:
            return 0.0, []
        by_count = _COUNTS / len(heard) ** _COUNTS_NORM
        by_weight = _WEIGHTS / len(tokens) ** _WEIGHTS_NORM
        logit = 0.0
        said: list[tuple[float, str]] = []
        for count, weight, token in heard:
            one = count * by_count + weight * by_weight
            logit += one
            said.append((one, token))
        return logit, said

    def _reasons(self, said: Iterable[tuple[float, str]], most: int) -> tuple[Reason, ...]:
        strongest = sorted(said, key=lambda one: (-abs(one[0]), one[1]))[:most]
        return tuple(self._reason(weight, token) for weight, token in strongest)

    def _reason(self, weight: float, token: str) -> Reason:
        spam, ham, _, _ = self._entries.get(token, _NEW)
        return Reason(token, weight, spam, ham, token in self._starter)


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, logit))))


def _unpacked(data: bytes, count: int) -> dict[str, Entry]:
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
    # A token is one string however often it stands in the house.
    return dict(zip(map(sys.intern, names), rows, strict=True))
