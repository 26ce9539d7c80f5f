"""How answers are compressed: once for each version, so it may take a moment and be small."""

import gzip
from collections.abc import Callable, Mapping
from functools import partial

try:
    import brotli
except ImportError:  # there is none for every Python: see docs/dependencies.md
    brotli = None

QUALITY = 5  # of 11: takes as long as gzip's 6 on long threads; 9 takes four times as long


def _forms() -> Mapping[str, Callable[[bytes], bytes]]:
    forms: dict[str, Callable[[bytes], bytes]] = {}
    if brotli is not None:
        forms["br"] = partial(brotli.compress, mode=brotli.MODE_TEXT, quality=QUALITY)
    forms["gzip"] = partial(gzip.compress, compresslevel=6, mtime=0)
    return forms


COMPRESS = _forms()  # by the name of the encoding, the best first
ENCODINGS = tuple(COMPRESS)
