"""In which order a thread is written, and how deep: openings and closings, never a recursion.

Modules of this shelf whose names begin with "_" are what its plugs stand on, not plugs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from moderation.domain.comment import Comment
from moderation.domain.thread import Node, Thread

DEEPEST = 100  # nesting no setting goes past: readers of JSON and HTML have limits of their own


@dataclass(frozen=True, slots=True)
class Place:
    """Where a comment stands on the page."""

    comment: Comment
    depth: int  # 1 for a root, at most the site's `max_depth`
    removed: bool
    parent: bool  # answers are nested in it
    odd: bool  # of the comments so far: the first is even, as in WordPress
    answers: Comment | None = None  # the comment answered, where nesting does not show it


def walk(thread: Thread) -> Iterator[tuple[Place, bool]]:
    """Yield each place twice: with True where it opens, with False where it closes.

    Answers deeper than the site's `max_depth` hang under the deepest ancestor that may have
    answers: they follow the comment they answer at its own depth, and name it in `answers`.
    """
    limit = min(max(thread.site.moderation.max_depth, 1), DEEPEST)
    waiting: list[tuple[Node, int, Comment | None] | Place] = []
    waiting.extend((root, 1, None) for root in reversed(thread.roots))
    written = 0
    while waiting:
        item = waiting.pop()
        if isinstance(item, Place):
            yield item, False
            continue
        node, depth, answers = item
        nests = depth < limit and bool(node.replies)
        place = Place(node.comment, depth, node.removed, nests, written % 2 == 1, answers)
        written += 1
        yield place, True
        if nests:
            waiting.append(place)
            waiting.extend((reply, depth + 1, None) for reply in reversed(node.replies))
        else:
            yield place, False
            answered = None if node.removed else node.comment
            waiting.extend((reply, depth, answered) for reply in reversed(node.replies))


def newest(thread: Thread, limit: int) -> list[tuple[Comment, Comment | None]]:
    """Pick the newest comments of a thread with the comment each answers, newest first.

    The answered comment is None for a root and where it was removed.
    """
    found: list[tuple[Comment, Comment | None]] = []
    waiting: list[tuple[Node, Comment | None]] = [(root, None) for root in thread.roots]
    while waiting:
        node, parent = waiting.pop()
        if not node.removed:
            found.append((node.comment, parent))
        here = None if node.removed else node.comment
        waiting.extend((reply, here) for reply in node.replies)
    found.sort(key=lambda pair: (pair[0].published_at, pair[0].id), reverse=True)
    return found[:limit]
