"""A thread: the approved comments of one article in the order readers see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

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


@dataclass(slots=True)
class Node:
    """A comment and its answers; `removed` stands in for one that is gone but was answered."""

    comment: Shown
    removed: bool = False
    replies: "list[Node] | tuple[()]" = ()  # most have none: a list for each would cost its half


@dataclass(frozen=True, slots=True)
class Thread:
    """What is shown of an article: one page of it."""

    site: Site
    article: Article | None  # None for an address never seen: an empty thread
    url: str  # canonical address of the article
    roots: tuple[Node, ...]
    reactions: tuple[Shown, ...]  # oldest first; those that are named are whole
    count: int  # approved comments on all pages, reactions not counted
    page: int = 1
    pages: int = 1
    takes_pings: bool = False  # of any protocol that the site speaks


def moment(comment: Shown) -> tuple[int, str]:
    """What comments are put in order by."""
    at = comment.published_at
    return at if isinstance(at, int) else to_micros(at), comment.id


def arrange(comments: Iterable[Shown], removed: Iterable[Comment] = ()) -> tuple[Node, ...]:
    """Make the tree of approved comments, oldest first.

    `removed` are comments that are no longer shown; one stays as an empty place as long
    as an approved comment hangs below it. An answer to a parent that is not given at
    all becomes a root. Reactions have no place in the tree. Nothing is recursive: a
    thread may be ten thousand answers deep.
    """
    nodes = {c.id: Node(c, removed=True) for c in removed}
    has_gone = bool(nodes)
    for comment in comments:
        if comment.type not in REACTIONS:
            nodes[comment.id] = Node(comment)
    roots = []
    for node in sorted(nodes.values(), key=lambda n: moment(n.comment)):
        parent = nodes.get(node.comment.parent_id or "")
        if parent is None or parent is node:
            roots.append(node)
        else:
            if isinstance(parent.replies, list):
                parent.replies.append(node)
            else:
                parent.replies = [node]
    return _pruned(roots) if has_gone else tuple(roots)


def _pruned(roots: Sequence[Node]) -> tuple[Node, ...]:
    """Leave out empty places that nothing hangs below."""
    walk, order = list(roots), []
    while walk:
        node = walk.pop()
        order.append(node)
        walk.extend(node.replies)
    for node in reversed(order):  # children before parents
        node.replies = [r for r in node.replies if not r.removed or r.replies] or ()
    return tuple(r for r in roots if not r.removed or r.replies)


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
