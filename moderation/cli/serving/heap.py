"""What glibc does with freed memory: one heap for all threads, and given back once we stand.

It makes a heap for nearly each thread, and what one has freed no other may use. Ours take turns
at Python's lock, so several heaps save them nothing. Elsewhere than on glibc this does nothing.
"""

import ctypes
from collections.abc import Callable
from typing import Any

_M_ARENA_MAX = -8


def share() -> None:
    """Have all threads use one heap; before there are any."""
    mallopt = _found("mallopt")
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)


def give_back() -> None:
    """Give what is free to the system: modules leave holes as they are read."""
    malloc_trim = _found("malloc_trim")
    if malloc_trim is not None:
        malloc_trim(0)


def _found(name: str) -> Callable[..., Any] | None:
    """A function of the C library that we run in; None where it has none of that name."""
    try:
        library = ctypes.CDLL(None)
    except (OSError, TypeError):  # Windows has no such library
        return None
    return getattr(library, name, None)
