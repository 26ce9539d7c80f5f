"""In which order a thread is written, and how deep: openings and closings, never a recursion.

Modules of this shelf whose names begin with "_" are what its plugs stand on, not plugs.
"""

from collections.abc import Iterator
from typing import TypeAlias

from moderation.domain.comment import Comment
from moderation.domain.thread import Shown, Thread, moment

DEEPEST = 100  # nesting no setting goes past: readers of JSON and HTML have limits of their own


# Where a comment stands on the page: the comment; how deep, from 1 for a root to the site's
# `max_depth`; whether it was removed; whether answers are nested in it; whether it is odd of the
# comments so far (the first is even, as in WordPress); and the comment answered, where nesting
# does not show it. It is no class: there are a thousand to a page.
Place: TypeAlias = tuple[Shown, int, bool, bool, bool, Shown | None]
_Level: TypeAlias = tuple[Iterator[Shown], int, Shown | None, bool]


def walk(thread: Thread) -> Iterator[Place | None]:
    """Yield each place as it opens, and None where the innermost that has nested answers closes.

    A place without nested answers closes at once; nothing is yielded for that. Answers
    deeper than the site's `max_depth` hang under the deepest ancestor that may have
    answers: they follow the comment they answer at its own depth, and name it at last.
    """
    limit = min(max(thread.site.moderation.max_depth, 1), DEEPEST)
    below, gone = thread.tree.below, thread.tree.removed
    odd = False
    levels: list[_Level] = [(iter(thread.tree.roots), 1, None, False)]
    while levels:
        level, depth, answers, nested = levels.pop()
        for comment in level:
            replies = below.get(comment.id)
            if not replies:
                yield comment, depth, False, False, odd, answers
                odd = not odd
                continue
            removed, nests = comment.id in gone, depth < limit
            yield comment, depth, removed, nests, odd, answers
            odd = not odd
            levels.append((level, depth, answers, nested))
            if nests:
                levels.append((iter(replies), depth + 1, None, True))
            else:
                levels.append((iter(replies), depth, None if removed else comment, False))
            break
        else:
            if nested:
                yield None


def newest(thread: Thread, limit: int) -> list[tuple[Comment, Comment | None]]:
    """Pick the newest comments of a thread with the comment each answers, newest first.

    The answered comment is None for a root and where it was removed. Entries are left out.
    """
    found: list[tuple[Comment, Comment | None]] = []
    below, gone = thread.tree.below, thread.tree.removed
    waiting: list[tuple[Shown, Comment | None]] = [(root, None) for root in thread.tree.roots]
    while waiting:
        comment, parent = waiting.pop()
        here = comment if isinstance(comment, Comment) and comment.id not in gone else None
        if here is not None:
            found.append((here, parent))
        waiting.extend((reply, here) for reply in below.get(comment.id, ()))
    found.sort(key=lambda pair: moment(pair[0]), reverse=True)
    return found[:limit]
