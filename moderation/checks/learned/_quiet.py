"""Keeping the collector of cycles away from models: they are many objects, and none is a cycle."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_at_it: list[object] = []  # those who make objects just now


@contextmanager
def uncollected(much: bool) -> Iterator[None]:
    """Make very many objects that stay, where it is `much`, without the collector.

    It would look through all of them again and again, and hold up whatever else runs in the
    process each time. Afterwards they are out of its sight; what is let go of is freed all
    the same, as its last reference goes.
    """
    if not much:
        yield
        return
    token = object()
    _at_it.append(token)
    gc.disable()
    try:
        yield
    finally:
        _at_it.remove(token)
        if not _at_it:
            gc.freeze()
            gc.enable()
