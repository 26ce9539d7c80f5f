"""The order in which a thread is written."""

from collections.abc import Callable

from moderation.domain.comment import Comment
from moderation.domain.thread import Thread
from moderation.formats._order import DEEPEST, newest, walk

Write = Callable[..., Comment]
ThreadOf = Callable[..., Thread]


def outline(thread: Thread) -> str:
    """Write a thread as ``m1(m2()m3())``."""
    return "".join(
        ")" if place is None else f"{place[0].id}({'' if place[3] else ')'}"
        for place in walk(thread)
    )


def chain(write: Write, length: int) -> list[Comment]:
    """Make a thread in which each comment answers the one before."""
    return [
        write(f"m{n}", after=n, parent_id=f"m{n - 1}" if n > 1 else None)
        for n in range(1, length + 1)
    ]


def test_answers_are_nested_in_what_they_answer(write: Write, thread_of: ThreadOf) -> None:
    talk = [write("a"), write("b", after=1), write("c", after=2, parent_id="a")]
    assert outline(thread_of(*talk)) == "a(c())b()"


def test_what_is_deeper_than_allowed_follows_what_it_answers(
    write: Write, thread_of: ThreadOf
) -> None:
    thread = thread_of(*chain(write, 5), rules={"max_depth": 3})
    assert outline(thread) == "m1(m2(m3()m4()m5()))"
    places = [place for place in walk(thread) if place is not None]
    assert [comment.id for comment, *_ in places] == ["m1", "m2", "m3", "m4", "m5"]
    assert [depth for _, depth, *_ in places] == [1, 2, 3, 3, 3]
    assert [parent for _, _, _, parent, _, _ in places] == [True, True, False, False, False]
    third, fourth = places[2:4]
    assert (third[-1], fourth[-1]) == (None, third[0])


def test_a_depth_of_one_is_a_flat_list(write: Write, thread_of: ThreadOf) -> None:
    assert outline(thread_of(*chain(write, 3), rules={"max_depth": 1})) == "m1()m2()m3()"


def test_ten_thousand_answers_deep_is_no_trouble(write: Write, thread_of: ThreadOf) -> None:
    thread = thread_of(*chain(write, 10_000), rules={"max_depth": 20_000})
    depths = [place[1] for place in walk(thread) if place is not None]
    assert len(depths) == 10_000
    assert max(depths) == DEEPEST


def test_the_newest_come_first_with_what_they_answer(write: Write, thread_of: ThreadOf) -> None:
    gone = write("gone", after=1)
    talk = [write("a"), write("b", after=3, parent_id="a"), write("c", after=2, parent_id="gone")]
    found = newest(thread_of(*talk, removed=[gone]), 2)
    assert [(c.id, parent.id if parent else None) for c, parent in found] == [
        ("b", "a"),
        ("c", None),
    ]
