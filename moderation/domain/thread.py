"""A thread: the approved comments of one article in the order readers see them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from moderation.domain.article import Article
from moderation.domain.comment import REACTIONS, Comment
from moderation.domain.site import Site

PAGE_SIZE = 1000  # comments on a page at the most, cut between roots


@dataclass(slots=True)
class Node:
    """A comment and its answers; `removed` stands in for one that is gone but was answered."""

    comment: Comment
    depth: int  # 1 for a root
    removed: bool = False
    replies: list["Node"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Thread:
    """What is shown of an article: one page of it."""

    site: Site
    article: Article | None  # None for an address never seen: an empty thread
    url: str  # canonical address of the article
    roots: tuple[Node, ...]
    reactions: tuple[Comment, ...]
    count: int  # approved comments on all pages, reactions not counted
    page: int = 1
    pages: int = 1
    takes_pings: bool = False  # of any protocol that the site speaks


def arrange(comments: Iterable[Comment], removed: Iterable[Comment] = ()) -> tuple[Node, ...]:
    """Make the tree of approved comments, oldest first.

    `removed` are comments that are no longer shown; one stays as an empty place as long
    as an approved comment hangs below it. An answer to a parent that is not given at
    all becomes a root. Reactions have no place in the tree. Nothing is recursive: a
    thread may be ten thousand answers deep.
    """
    nodes = {c.id: Node(c, 1, removed=True) for c in removed}
    nodes |= {c.id: Node(c, 1) for c in comments if c.type not in REACTIONS}
    ordered = sorted(nodes.values(), key=lambda n: (n.comment.published_at, n.comment.id))
    roots = []
    for node in ordered:
        parent = nodes.get(node.comment.parent_id or "")
        if parent is None or parent is node:
            roots.append(node)
        else:
            parent.replies.append(node)
    walk = list(roots)
    order: list[Node] = []
    while walk:
        node = walk.pop()
        order.append(node)
        for reply in node.replies:
            reply.depth = node.depth + 1
            walk.append(reply)
    for node in reversed(order):  # children before parents
        node.replies = [r for r in node.replies if not r.removed or r.replies]
    return tuple(r for r in roots if not r.removed or r.replies)


def size(node: Node) -> int:
    """Count the comments shown under and at a node."""
    total, walk = 0, [node]
    while walk:
        at = walk.pop()
        total += not at.removed
        walk.extend(at.replies)
    return total


def paginate(roots: tuple[Node, ...], limit: int = PAGE_SIZE) -> list[tuple[Node, ...]]:
    """Cut a thread into pages between roots; only a root of more goes past `limit`."""
    pages: list[tuple[Node, ...]] = []
    page: list[Node] = []
    held = 0
    for root in roots:
        weight = size(root)
        if page and held + weight > limit:
            pages.append(tuple(page))
            page, held = [], 0
        page.append(root)
        held += weight
    pages.append(tuple(page))
    return pages
