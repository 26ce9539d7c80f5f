"""In which order a thread is written, and how deep: openings and closings, never a recursion.

Modules of this shelf whose names begin with "_" are what its plugs stand on, not plugs.
"""

from collections.abc import Iterator
from typing import NamedTuple

from moderation.domain.comment import Comment
from moderation.domain.thread import Node, Shown, Thread, moment

DEEPEST = 100  # nesting no setting goes past: readers of JSON and HTML have limits of their own


class Place(NamedTuple):
    """Where a comment stands on the page."""

    comment: Shown
    depth: int  # 1 for a root, at most the site's `max_depth`
    removed: bool
    parent: bool  # answers are nested in it
    odd: bool  # of the comments so far: the first is even, as in WordPress
    answers: Shown | None = None  # the comment answered, where nesting does not show it


def walk(thread: Thread) -> Iterator[Place | None]:
    """Yield each place as it opens, and None where the innermost `parent` closes.

    A place without nested answers closes at once; nothing is yielded for that. Answers
    deeper than the site's `max_depth` hang under the deepest ancestor that may have
    answers: they follow the comment they answer at its own depth, and name it in `answers`.
    """
    limit = min(max(thread.site.moderation.max_depth, 1), DEEPEST)
    waiting: list[tuple[Node, int, Shown | None] | None] = []
    waiting.extend((root, 1, None) for root in reversed(thread.roots))
    odd = False
    while waiting:
        item = waiting.pop()
        if item is None:
            yield None
            continue
        node, depth, answers = item
        replies = node.replies
        nests = depth < limit and bool(replies)
        yield Place(node.comment, depth, node.removed, nests, odd, answers)
        odd = not odd
        if nests:
            waiting.append(None)
            waiting.extend((reply, depth + 1, None) for reply in reversed(replies))
        elif replies:
            answered = None if node.removed else node.comment
            waiting.extend((reply, depth, answered) for reply in reversed(replies))


def newest(thread: Thread, limit: int) -> list[tuple[Comment, Comment | None]]:
    """Pick the newest comments of a thread with the comment each answers, newest first.

    The answered comment is None for a root and where it was removed. Entries are left out.
    """
    found: list[tuple[Comment, Comment | None]] = []
    waiting: list[tuple[Node, Comment | None]] = [(root, None) for root in thread.roots]
    while waiting:
        node, parent = waiting.pop()
        comment = node.comment if isinstance(node.comment, Comment) else None
        here = None if node.removed else comment
        if here is not None:
            found.append((here, parent))
        waiting.extend((reply, here) for reply in node.replies)
    found.sort(key=lambda pair: moment(pair[0]), reverse=True)
    return found[:limit]
