"""Long lists of ids, cut so that a statement is compiled for few lengths and binds few values."""

from collections.abc import Iterable, Iterator

LONGEST = 256


def lists_of(ids: Iterable[str]) -> Iterator[list[str]]:
    """Cut ids into lists of 1, 2, 4 … LONGEST, in order; the last fills up what it lacks."""
    wanted = sorted(set(ids))
    for at in range(0, len(wanted), LONGEST):
        some = wanted[at : at + LONGEST]
        length = 1 << (len(some) - 1).bit_length()
        yield some + some[-1:] * (length - len(some))
