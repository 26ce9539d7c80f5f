"""A model as bytes: to begin with another time, without folding all that was decided.

Both ways go piece by piece: nothing here keeps Python from running other threads for longer than
a piece takes, but for what runs without its lock.
"""

import json
import struct
import zlib
from collections.abc import Mapping, Sequence

PIECE = 2_000  # tokens written or read without a breath
_MAGIC = b"learned-model\n"
_FORMAT = 2
_COLUMNS = "IIdd"  # the numbers of an entry: spam, ham, weight, sum of squares
_HEAD = struct.Struct("<HIIII")  # format, spam, ham, tokens, CRC-32 of what follows

# Decisions for spam, for ham; the weight, the sum of its squared gradients; the starter's weight.
Entry = tuple[int, int, float, float, float]


class BadSnapshot(ValueError):
    """The bytes are not a model as `written` makes it, or are damaged."""


def written(entries: Mapping[str, Entry], spam: int, ham: int) -> bytes:
    """The entries in the order in which tokens were met, and how many decisions they are of."""
    names = list(entries)
    columns = [bytearray() for _ in _COLUMNS]
    lines = bytearray()
    for at in range(0, len(names), PIECE):
        part = names[at : at + PIECE]
        known = [entries[name] for name in part]
        for number, kind in enumerate(_COLUMNS):
            values = (entry[number] for entry in known)
            columns[number] += struct.pack(f"<{len(part)}{kind}", *values)
        lines += json.dumps(part).encode() + b"\n"
    body = zlib.compress(b"".join((*columns, lines)), 1)
    head = _HEAD.pack(_FORMAT, spam, ham, len(names), zlib.crc32(body))
    return _MAGIC + head + body


def read(data: bytes, starter: Mapping[str, float]) -> tuple[dict[str, Entry], int, int]:
    """What `written` was given; raises BadSnapshot. The starter must be the one of then."""
    if not data.startswith(_MAGIC) or len(data) < len(_MAGIC) + _HEAD.size:
        raise BadSnapshot("This is not a snapshot of the learned model.")
    form, spam, ham, count, check = _HEAD.unpack_from(data, len(_MAGIC))
    body = data[len(_MAGIC) + _HEAD.size :]
    if form != _FORMAT:
        raise BadSnapshot(f"The snapshot is of format {form}, not {_FORMAT}.")
    if zlib.crc32(body) != check:
        raise BadSnapshot("The snapshot of the learned model is damaged.")
    return _entries(body, count, starter), spam, ham


def _entries(data: bytes, count: int, starter: Mapping[str, float]) -> dict[str, Entry]:
    try:
        body = zlib.decompress(data)
        columns, end = _columns(body, count)
        pieces = map(json.loads, body[end:].splitlines())
        names = [name for piece in pieces for name in piece]
    except (zlib.error, struct.error, ValueError, TypeError) as error:
        raise BadSnapshot("The snapshot of the learned model is damaged.") from error
    if len(names) != count:
        raise BadSnapshot("The snapshot of the learned model is damaged.")
    entries: dict[str, Entry] = {}
    alike: dict[Entry, Entry] = {}
    for name, row in zip(names, zip(*columns, strict=True), strict=True):
        entry = (*row, starter.get(name, 0.0))
        entries[name] = alike.setdefault(entry, entry)
    return entries


def _columns(body: bytes, count: int) -> tuple[Sequence[tuple[float, ...]], int]:
    """The numbers, column by column, and where they end."""
    columns, at = [], 0
    for kind in _COLUMNS:
        columns.append(struct.unpack_from(f"<{count}{kind}", body, at))
        at += count * struct.calcsize(f"<{kind}")
    return columns, at
