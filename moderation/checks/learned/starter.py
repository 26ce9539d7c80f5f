"""The starter model: what spam on other blogs is known by, a prior for an owner without decisions.

Numbers about English words and about forms, in `starter.bin`; NOTICE says where they come from.
"""

import json
import zlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("starter.bin")
_MAGIC = b"learned-starter 1\n"
_STEPS = 20  # a weight of 1 is written as this


def pack(weights: Mapping[str, float]) -> bytes:
    """Weights as bytes; the same ones give the same bytes. They are rounded to twentieths."""
    by_step: dict[int, list[str]] = {}
    for token, weight in sorted(weights.items()):
        step = round(weight * _STEPS)
        if step:
            by_step.setdefault(step, []).append(token)
    return _MAGIC + zlib.compress(json.dumps(by_step, sort_keys=True).encode(), 9)


def unpack(data: bytes) -> dict[str, float]:
    """Read what `pack` wrote; raises ValueError."""
    if not data.startswith(_MAGIC):
        raise ValueError("This is not a starter model.")
    try:
        steps = json.loads(zlib.decompress(data[len(_MAGIC) :]))
    except zlib.error as error:
        raise ValueError("The starter model is damaged.") from error
    # Of ten thousands of tokens few have a weight of their own: who has the same shares it.
    by_weight = ((int(step) / _STEPS, tokens) for step, tokens in steps.items())
    return {token: weight for weight, tokens in by_weight for token in tokens}


@lru_cache(maxsize=1)
def weights() -> Mapping[str, float]:
    """The shipped starter model, read when it is first asked for; log-odds by token."""
    return unpack(FILE.read_bytes())
