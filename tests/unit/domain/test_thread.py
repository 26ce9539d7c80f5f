"""The order readers see: trees of answers, empty places, pages."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.domain.clock import to_micros
from moderation.domain.comment import Author, Client, Comment, Format, Kind, Status, Type
from moderation.domain.thread import Entry, Node, arrange, cut

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def comment(
    ident: str, parent: str | None = None, *, at: int = 0, type_: Type = Type.REPLY
) -> Comment:
    moment = NOON + timedelta(minutes=at)
    return Comment(
        id=ident,
        site="blog",
        article_id="a",
        anchor=f"comment-{ident}",
        kind=Kind.COMMENT,
        via=(Kind.COMMENT,),
        type=type_,
        status=Status.APPROVED,
        waiting_for=None,
        version=1,
        parent_id=parent,
        author=Author("Ida"),
        author_id=None,
        source=None,
        text="x",
        format=Format.MARKDOWN,
        html="<p>x</p>",
        received_at=moment,
        published_at=moment,
        edited_at=None,
        status_before=None,
        client=Client(),
    )


def flat(roots: Sequence[Node]) -> list[Node]:
    """Every node, without a recursion."""
    found, walk = [], list(roots)
    while walk:
        node = walk.pop()
        found.append(node)
        walk.extend(node.replies)
    return found


def entry(whole: Comment) -> Entry:
    at = to_micros(whole.published_at)
    return Entry(whole.id, whole.parent_id, at, whole.type.value)


def shown_of(roots: Sequence[Node]) -> int:
    return sum(not node.removed for node in flat(roots))


def shape(roots: Sequence[Node]) -> list[tuple[str, object]]:
    return [(node.comment.id, shape(node.replies)) for node in roots]


def test_the_oldest_comes_first_and_answers_hang_below() -> None:
    roots = arrange([comment("c", "a", at=3), comment("b", at=2), comment("a", at=1)])
    assert shape(roots) == [("a", [("c", [])]), ("b", [])]


def test_an_answer_with_an_earlier_date_than_its_parent_still_hangs_below_it() -> None:
    assert shape(arrange([comment("a", at=5), comment("b", "a", at=1)])) == [("a", [("b", [])])]


def test_an_answer_to_nobody_known_is_a_root() -> None:
    assert shape(arrange([comment("b", "gone")])) == [("b", [])]


def test_reactions_have_no_place_and_answers_to_them_are_roots() -> None:
    like = comment("l", type_=Type.LIKE)
    assert shape(arrange([like, comment("b", "l", at=1)])) == [("b", [])]


def test_one_that_is_gone_keeps_its_place_while_something_hangs_below_it() -> None:
    gone = [comment("a"), comment("b", "a"), comment("x")]
    roots = arrange([comment("c", "b", at=2)], gone)
    assert shape(roots) == [("a", [("b", [("c", [])])])]
    assert [n.removed for n in flat(roots)] == [True, True, False]
    assert arrange([], gone) == ()


def test_a_thread_may_be_ten_thousand_answers_deep() -> None:
    chain = [comment("c0")]
    chain += [comment(f"c{n}", f"c{n - 1}", at=n) for n in range(1, 10_000)]
    roots = arrange(chain)
    assert (len(roots), len(flat(roots))) == (1, 10_000)
    assert cut([entry(c) for c in chain], limit=100) == [[f"c{n}" for n in range(10_000)]]


@st.composite
def threads(draw: st.DrawFn) -> tuple[list[Comment], list[Comment]]:
    """Comments that answer earlier ones, nobody, or one that is not given; some removed."""
    count = draw(st.integers(min_value=0, max_value=40))
    made: list[Comment] = []
    for number in range(count):
        parents = [None, "nobody", *(c.id for c in made)]
        at, parent = draw(st.integers(0, 20)), draw(st.sampled_from(parents))
        type_ = draw(st.sampled_from([Type.REPLY, Type.REPLY, Type.MENTION, Type.LIKE]))
        made.append(comment(f"c{number:02}", parent, at=at, type_=type_))
    removed = [c for c in made if c.type is not Type.LIKE and draw(st.booleans())]
    return [c for c in made if c not in removed], removed


@given(threads())
def test_everybody_shown_has_exactly_one_place(
    given_: tuple[list[Comment], list[Comment]],
) -> None:
    shown, removed = given_
    nodes = flat(arrange(shown, removed))
    wanted = sorted(c.id for c in shown if c.type is not Type.LIKE)
    assert sorted(n.comment.id for n in nodes if not n.removed) == wanted
    assert len({n.comment.id for n in nodes}) == len(nodes)
    for node in nodes:
        assert not node.removed or any(not below.removed for below in flat([node]))
        order = [(r.comment.published_at, r.comment.id) for r in node.replies]
        assert order == sorted(order)


@given(threads(), st.integers(min_value=1, max_value=10))
def test_pages_are_cut_between_roots_and_lose_nothing(
    given_: tuple[list[Comment], list[Comment]], limit: int
) -> None:
    shown, removed = given_
    whole = arrange(shown, removed)
    kept = {node.comment.id for node in flat(whole) if node.removed}
    removed = [c for c in removed if c.id in kept]  # as they are read: something hangs below
    pages = cut([entry(c) for c in shown], [entry(c) for c in removed], limit=limit)
    assert len(pages) >= 1

    def on(page: list[str]) -> Sequence[Node]:
        return arrange([c for c in shown if c.id in page], [c for c in removed if c.id in page])

    roots = [on(page) for page in pages]
    assert [node for page in roots for node in page] == list(whole)
    for page, at in zip(roots, pages, strict=True):
        assert sorted(node.comment.id for node in flat(page)) == sorted(at)
        assert shown_of(page) <= limit or len(page) == 1
    for page, following in pairwise(roots):
        assert shown_of(page) + shown_of(following[:1]) > limit


def test_a_circle_of_answers_is_cut_too() -> None:
    circle = [comment("a", "b"), comment("b", "a"), comment("c")]
    assert sorted(cut([entry(c) for c in circle])[0]) == ["a", "b", "c"]


@pytest.mark.parametrize("order", [lambda c: c, lambda c: c[::-1]])
def test_the_order_they_are_given_in_does_not_matter(order: object) -> None:
    given_ = [comment("a", at=1), comment("b", "a", at=2), comment("c", at=1)]
    assert callable(order)
    assert shape(arrange(order(given_))) == [("a", [("b", [])]), ("c", [])]
