"""A thread: the approved comments of one article in the order readers see them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from moderation.domain.article import Article
from moderation.domain.clock import to_micros
from moderation.domain.comment import REACTIONS, Comment
from moderation.domain.site import Site

PAGE_SIZE = 1000  # comments on a page at the most, cut between roots


class Entry(NamedTuple):
    """As much of a comment as its place in a thread depends on, and what was made of its words."""

    id: str
    parent_id: str | None
    published_at: int  # microseconds since 1970
    type: str  # a word of `Type`
    piece: bytes | None = None  # what a format made of it, see `formats/contract.py`


Shown: TypeAlias = Comment | Entry  # a comment as a whole where its piece is still to be made


@dataclass(frozen=True, slots=True)
class Tree:
    """Comments in their places, oldest first; there is no object for each place."""

    roots: Sequence[Shown] = ()
    below: Mapping[str, Sequence[Shown]] = field(default_factory=dict)  # answers, where there are
    removed: frozenset[str] = frozenset()  # ids of those that are gone but were answered


@dataclass(frozen=True, slots=True)
class Thread:
    """What is shown of an article: one page of it."""

    site: Site
    article: Article | None  # None for an address never seen: an empty thread
    url: str  # canonical address of the article
    tree: Tree
    reactions: tuple[Shown, ...]  # oldest first; those that are named are whole
    count: int  # approved comments on all pages, reactions not counted
    page: int = 1
    pages: int = 1
    takes_pings: bool = False  # of any protocol that the site speaks


def moment(comment: Shown) -> tuple[int, str]:
    """What comments are put in order by."""
    at = comment.published_at
    return at if isinstance(at, int) else to_micros(at), comment.id


_moment_of_entry: Callable[[Any], Any] = itemgetter(2, 0)  # the same of an entry, quicker


def arrange(comments: Iterable[Shown], removed: Iterable[Comment] = ()) -> Tree:
    """Make the tree of approved comments, oldest first.

    `removed` are comments that are no longer shown; one stays as an empty place as long
    as an approved comment hangs below it. An answer to a parent that is not given at
    all becomes a root. Reactions have no place in the tree. Nothing is recursive: a
    thread may be ten thousand answers deep.
    """
    places: dict[str, Shown] = {c.id: c for c in removed}
    shown = {c.id: c for c in comments if c.type not in REACTIONS}
    gone = frozenset(places.keys() - shown.keys())
    places |= shown
    roots: list[Shown] = []
    below: dict[str, list[Shown]] = {}
    for comment in _in_order(places.values()):
        parent = comment.parent_id
        if parent is None or parent not in places or parent == comment.id:
            roots.append(comment)
        elif parent in below:
            below[parent].append(comment)
        else:
            below[parent] = [comment]
    return _pruned(roots, below, gone) if gone else Tree(roots, below)


def _in_order(comments: Collection[Shown]) -> list[Shown]:
    entries = set(map(type, comments)) == {Entry}
    return sorted(comments, key=_moment_of_entry if entries else moment)


def _pruned(roots: list[Shown], below: dict[str, list[Shown]], gone: frozenset[str]) -> Tree:
    """Leave out empty places that nothing hangs below."""
    walk, order = list(roots), []
    while walk:
        comment = walk.pop()
        if comment.id in below:
            order.append(comment.id)
            walk.extend(below[comment.id])
    for ident in reversed(order):  # children before parents
        below[ident] = [c for c in below[ident] if c.id not in gone or c.id in below]
        if not below[ident]:
            del below[ident]
    kept = [c for c in roots if c.id not in gone or c.id in below]
    return Tree(kept, below, gone & below.keys())


def cut(
    shown: Sequence[Entry], removed: Sequence[Entry] = (), *, limit: int = PAGE_SIZE
) -> list[list[str]]:
    """Cut a thread into pages between roots, and list the ids of each.

    As many roots with all below them as come to `limit` shown comments make a page; only
    a root of more goes past it. `removed` are the empty places, as for `arrange`, and are
    listed too. There is one page at the least.
    """
    entries = [entry for entry in shown if entry.type not in REACTIONS]
    counted = {entry.id for entry in entries}
    entries += removed
    entries.sort(key=lambda entry: (entry.published_at, entry.id))
    parents = {entry.id: entry.parent_id for entry in entries}
    root_of: dict[str, str] = {}
    below: dict[str, list[str]] = {}
    for entry in entries:
        root = _root(entry.id, parents, root_of)
        below.setdefault(root, []).append(entry.id)
    pages: list[list[str]] = [[]]
    held = 0
    for entry in entries:
        found = below.get(entry.id)
        if found is None:  # no root
            continue
        weight = sum(1 for ident in found if ident in counted)
        if pages[-1] and held + weight > limit:
            pages.append([])
            held = 0
        pages[-1] += found
        held += weight
    return pages


def _root(ident: str, parents: dict[str, str | None], root_of: dict[str, str]) -> str:
    """Climb to the root of a comment; all on the way are remembered."""
    way = []
    while (known := root_of.get(ident)) is None:
        way.append(ident)
        parent = parents[ident]
        if parent is None or parent not in parents or len(way) > len(parents):  # never a circle
            known = ident
            break
        ident = parent
    for passed in way:
        root_of[passed] = known
    return known
