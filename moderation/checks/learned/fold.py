"""The model as a fold of the journal of decisions: same journal, same model, to the last bit.

Of a comment decided on more than once the last decision alone counts, at its place in the order.
To take a decision back is to fold without it, from the last snapshot before it: the model is then
the one that never knew it.
"""

import json
import struct
import sys
import zlib
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Self

from moderation.checks.learned.model import NO_STARTER, BadSnapshot, Model

SLICE = 4_000  # tokens learnt between two breaths: some milliseconds
EVERY = 2_000  # decisions between two models kept to go back to
_KEPT = 2

_MAGIC = b"learned-fold\n"
_HEAD = struct.Struct("<QI")  # the last row's sequence, bytes of the comments' ids


class NotHeld(LookupError):
    """The decision lies before the end of the snapshot begun with: begin with an older one."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A row of the journal: what was decided on a comment, and the tokens it had."""

    sequence: int  # above 0
    comment_id: str
    spam: bool
    tokens: tuple[str, ...]


class Fold:
    """Rows of the journal, and the model they make once `steps` or `settle` has run.

    Rows may come in any order, and twice: what counts is what is held in the end.
    """

    def __init__(self, starter: Mapping[str, float] = NO_STARTER, *, every: int = EVERY) -> None:
        self._starter = starter
        self._every = every
        self._rows: list[Judgement] = []  # in order; the first `_done` are in the model
        self._done = 0
        self._at: dict[str, int] = {}  # comment: its row's sequence
        self._begun: bytes | None = None  # the model begun with, which holds what is in `_before`
        self._before: dict[str, None] = {}
        self._floor = 0  # the last sequence of those
        self._kept: list[tuple[int, Model]] = []  # rows learnt, the model then
        self.model = Model(starter)

    @property
    def sequence(self) -> int:
        """The last row that the model knows; 0 where it knows none."""
        return self._rows[self._done - 1].sequence if self._done else self._floor

    @property
    def behind(self) -> int:
        """How many rows are held that the model does not know yet."""
        return len(self._rows) - self._done

    def add(self, row: Judgement) -> None:
        """Hold a row. It replaces an earlier one about the same comment.

        Raises NotHeld where it, or the one it replaces, lies within the snapshot begun with.
        """
        known = self._at.get(row.comment_id, 0)
        if known >= row.sequence:
            return
        if row.sequence <= self._floor or row.comment_id in self._before:
            raise NotHeld(f"Comment {row.comment_id} was learnt before row {self._floor}.")
        if known:
            self._drop(known)
        at = self._index(row.sequence)
        self._rewind(at)
        # A token is one string however often it stands in the journal.
        self._rows.insert(at, replace(row, tokens=tuple(map(sys.intern, row.tokens))))
        self._at[row.comment_id] = row.sequence

    def withdraw(self, comment_id: str) -> bool:
        """Let go of what was decided on a comment; False where nothing was.

        Raises NotHeld where it lies within the snapshot begun with.
        """
        if comment_id in self._before:
            raise NotHeld(f"Comment {comment_id} was learnt before row {self._floor}.")
        known = self._at.pop(comment_id, 0)
        if known:
            self._drop(known)
        return known > 0

    def steps(self) -> Iterator[int]:
        """Learn what is held, a slice at a time; gives how many rows are left after each."""
        room = SLICE
        while self._done < len(self._rows):
            row = self._rows[self._done]
            self.model.learn(row.tokens, spam=row.spam)
            self._done += 1
            room -= len(row.tokens) + 50
            if self._done % self._every == 0:
                self._keep()
                room = 0
            if room <= 0:
                yield self.behind
                room = SLICE

    def settle(self) -> Model:
        """Learn all that is held, at once."""
        for _ in self.steps():
            pass
        return self.model

    def dump(self) -> bytes:
        """The model and which comments it knows, as bytes; rows not learnt yet are left out."""
        known = [*self._before, *(row.comment_id for row in self._rows[: self._done])]
        ids = zlib.compress(json.dumps(known).encode(), 1)
        return _MAGIC + _HEAD.pack(self.sequence, len(ids)) + ids + self.model.dump()

    @classmethod
    def load(
        cls, data: bytes, starter: Mapping[str, float] = NO_STARTER, *, every: int = EVERY
    ) -> Self:
        """Begin with what `dump` wrote; raises BadSnapshot."""
        start = len(_MAGIC) + _HEAD.size
        if not data.startswith(_MAGIC) or len(data) < start:
            raise BadSnapshot("This is not a snapshot of the learned check.")
        sequence, length = _HEAD.unpack_from(data, len(_MAGIC))
        try:
            ids = json.loads(zlib.decompress(data[start : start + length]))
        except (zlib.error, ValueError) as error:
            raise BadSnapshot("The snapshot of the learned check is damaged.") from error
        fold = cls(starter, every=every)
        fold._begun = data[start + length :]
        fold._before = dict.fromkeys(map(str, ids))
        fold._floor = sequence
        fold.model = fold._first()
        return fold

    def _index(self, sequence: int) -> int:
        return bisect_left(self._rows, sequence, key=lambda row: row.sequence)

    def _drop(self, sequence: int) -> None:
        at = self._index(sequence)
        self._rewind(at)
        del self._rows[at]

    def _keep(self) -> None:
        self._kept.append((self._done, self.model.copy()))
        del self._kept[:-_KEPT]

    def _rewind(self, rows: int) -> None:
        """Go back to a model that knows none but the first `rows`."""
        if rows >= self._done:
            return
        while self._kept and self._kept[-1][0] > rows:
            self._kept.pop()
        if self._kept:
            self._done, self.model = self._kept[-1][0], self._kept[-1][1].copy()
        else:
            self._done, self.model = 0, self._first()

    def _first(self) -> Model:
        if self._begun is None:
            return Model(self._starter)
        return Model.load(self._begun, self._starter)
