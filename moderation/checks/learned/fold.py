"""The model as a fold of the journal of decisions: same journal, same model, to the last bit.

Of a comment decided on more than once the last decision alone counts, at its place in the order.
To take a decision back is to fold without it, from the last snapshot before it: the model is then
the one that never knew it.
"""

import json
import struct
import time
import zlib
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Self

from moderation.checks.learned.keeping import BadSnapshot
from moderation.checks.learned.model import NO_STARTER, Model

AT_ONCE = 4  # rows that are few
SLICE = 1_000  # tokens learnt between two breaths: a few milliseconds
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
        self._words: dict[str, str] = {}  # a token is one string in however many rows it stands
        self._begun: bytes | None = None  # the model begun with, which holds what is in `_before`
        self._before: dict[str, None] = {}
        self._floor = 0  # the last sequence of those
        self._kept: list[tuple[int, Model]] = []  # rows learnt, the model then
        self._gone: list[Model] = []  # needed no more; to free one takes its time
        self._turned_back = False  # the model knows more than the first `_done` rows
        self.model = Model(starter)

    @property
    def sequence(self) -> int:
        """The last row that the model knows; 0 where it knows none."""
        return self._rows[self._done - 1].sequence if self._done else self._floor

    @property
    def behind(self) -> int:
        """How many rows are held that the model does not know yet."""
        return len(self._rows) - self._done

    @property
    def settled(self) -> bool:
        """Whether the model is that of all rows held, and of no other."""
        return not self._turned_back and not self.behind

    @property
    def quick(self) -> bool:
        """Whether `settle` has little to do: a few rows to learn, and no going back."""
        return not self._turned_back and self.behind <= AT_ONCE

    @property
    def littered(self) -> bool:
        """Whether there is anything for `tidy`."""
        return bool(self._gone)

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
        # Not interned: what is interned, Python may keep for ever.
        tokens = tuple(map(self._words.setdefault, row.tokens, row.tokens))
        self._rows.insert(at, replace(row, tokens=tokens))
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
        """Learn what is held, a slice at a time; gives how many rows are left after each.

        Where rows were taken back, the first slice is to go back to a model without them.
        """
        if self._turned_back:
            self._turn_back()
            yield self.behind
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

    def settle(self, *, pause: float = 0.0) -> Model:
        """Learn all that is held, at once, or with a pause of so many seconds after each slice.

        In a thread, Python would let others go on only after 5 ms, whatever waits for them.
        """
        for _ in self.steps():
            if pause:
                time.sleep(pause)
        return self.model

    def tidy(self) -> None:
        """Free the models that are needed no more, in pieces: no other thread waits long.

        It may run in a thread while the fold is used.
        """
        while self._gone:
            self._gone.pop().forget()

    def let_go(self) -> None:
        """Free all that is held, likewise. The fold is not to be used any more."""
        self._gone += (model for _, model in self._kept)
        self._gone.append(self.model)
        self._kept, self.model = [], Model()
        while self._rows:
            del self._rows[-SLICE:]
        self.tidy()

    def dump(self) -> bytes:
        """The model and which comments it knows, as bytes; rows not learnt yet are left out."""
        if self._turned_back:
            self._turn_back()
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
        if len(self._kept) > _KEPT:
            self._gone.append(self._kept.pop(0)[1])

    def _rewind(self, rows: int) -> None:
        """Have the model be one that knows none but the first `rows`, before it learns on.

        It is only found out how far back that is: to go there takes its time, and whoever
        takes a row back has none.
        """
        if rows >= self._done:
            return
        while self._kept and self._kept[-1][0] > rows:
            self._gone.append(self._kept.pop()[1])
        self._done = self._kept[-1][0] if self._kept else 0
        self._turned_back = True

    def _turn_back(self) -> None:
        self._gone.append(self.model)
        self.model = self._kept[-1][1].copy() if self._kept else self._first()
        self._turned_back = False

    def _first(self) -> Model:
        if self._begun is None:
            return Model(self._starter)
        return Model.load(self._begun, self._starter)
