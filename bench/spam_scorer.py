"""The learned check for `spambench`: the service's own code, over plain dicts, without a store.

    python spambench.py online --scorer bench.spam_scorer:make_seeded

`SPAM_STARTER` names another starter model than the shipped one, such as one that
`bench.make_starter_model --without SOURCE` has made, so that no blog is measured on itself.
"""

import json
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from moderation.checks.learned import starter
from moderation.checks.learned.fold import Fold, Judgement
from moderation.checks.learned.model import NO_STARTER, Weighing
from moderation.checks.learned.tokens import Fields, Reading, read

Row = Mapping[str, str]


class Scorer:
    """One owner's decisions, learnt in the order they are told."""

    def __init__(self, prior: Mapping[str, float]) -> None:
        self._fold = Fold(prior)
        self._next = 1

    def check(self, comment: Row) -> tuple[float, list[tuple[str, float]]]:
        weighing = self.weigh(comment)
        return weighing.probability, [(one.token, one.weight) for one in weighing.reasons]

    def weigh(self, comment: Row) -> Weighing:
        reading = _read(comment)
        return self._fold.settle().weigh(reading.tokens, parts=reading.parts)

    def learn(self, comment: Row, label: str) -> None:
        row = Judgement(self._next, _ident(comment), label == "spam", _read(comment).tokens)
        self._next += 1
        self._fold.add(row)
        self._fold.settle()

    def unlearn(self, comment: Row, _label: str) -> None:
        self._fold.withdraw(_ident(comment))

    def size(self) -> str:
        model = self._fold.settle()
        return f"{len(model)} tokens of {model.spam} spam and {model.ham} ham"


def make() -> Scorer:
    return Scorer(NO_STARTER)


def make_seeded() -> Scorer:
    other = os.environ.get("SPAM_STARTER")
    return Scorer(_other(other) if other else starter.weights())


@lru_cache
def _other(path: str) -> Mapping[str, float]:
    return starter.unpack(Path(path).read_bytes())


def _read(comment: Row) -> Reading:
    return read(
        Fields(
            text=comment.get("text") or "",
            author=comment.get("author") or "",
            url=comment.get("url") or "",
            email=comment.get("email") or "",
        )
    )


def _ident(comment: Row) -> str:
    """A name for a comment, which has none here: the same one said twice is learnt once."""
    return json.dumps(dict(comment), sort_keys=True)
