"""Fits a starter model to comments by the arithmetic in which the learned check will use it.

Counted one by one, tokens that always come together are evidence twice over. Two rounds over all
comments take that back: each weight moves a little towards what makes the sum right.
"""

import math
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from moderation.checks.learned.model import scales, sides

ROUNDS = 2  # more of them fit the sets and not the next blog
RATE = 0.05  # of AdaGrad
FIRST = 0.01  # what the squares of gradients start at

Decided = tuple[Sequence[str], bool, float]  # tokens, whether spam, what it counts for
Side = tuple[list[str], float]  # what is known of a side, and its scale


def fitted(
    weights: Mapping[str, float], decided: Sequence[Decided], *, most: float
) -> dict[str, float]:
    """Weights that tell the comments apart better, none beyond `most`, in the same order."""
    found = dict(weights)
    squares: defaultdict[str, float] = defaultdict(lambda: FIRST)
    lessons = [(list(_sides(tokens, weights)), spam, worth) for tokens, spam, worth in decided]
    order = random.Random(1)  # noqa: S311 no secret, and always the same
    for _ in range(ROUNDS):
        order.shuffle(lessons)
        for known, spam, worth in lessons:
            logit = math.fsum(scale * found[token] for side, scale in known for token in side)
            off = (1 / (1 + math.exp(-logit)) - spam) * worth
            for side, scale in known:
                step = off * scale
                for token in side:
                    squares[token] += step * step
                    moved = found[token] - RATE * step / math.sqrt(squares[token])
                    found[token] = max(-most, min(most, moved))
    return found


def _sides(tokens: Sequence[str], weights: Mapping[str, float]) -> Iterator[Side]:
    """What is known of a comment before any decision: both views say the starter's weight."""
    for side, says in sides(tokens):
        known = [token for token in side if token in weights]
        if known:
            by_count, by_weight = scales(says, len(known), len(side))
            yield known, by_count + by_weight
