"""The order readers see: trees of answers, empty places, pages."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.domain.clock import to_micros
from moderation.domain.comment import Author, Client, Comment, Format, Kind, Status, Type
from moderation.domain.thread import Entry, Shown, Tree, arrange, cut, moment

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


def flat(tree: Tree, *roots: Shown) -> list[Shown]:
    """Everything in the tree, or below some of it, without a recursion."""
    found, walk = [], list(roots or tree.roots)
    while walk:
        comment = walk.pop()
        found.append(comment)
        walk.extend(tree.below.get(comment.id, ()))
    return found


def entry(whole: Comment) -> Entry:
    at = to_micros(whole.published_at)
    return Entry(whole.id, whole.parent_id, at, whole.type.value)


def shown_of(tree: Tree, *roots: Shown) -> int:
    return sum(comment.id not in tree.removed for comment in flat(tree, *roots))


def shape(tree: Tree, level: Sequence[Shown] | None = None) -> list[tuple[str, object]]:
    here = tree.roots if level is None else level
    return [(c.id, shape(tree, tree.below.get(c.id, ()))) for c in here]


def test_the_oldest_comes_first_and_answers_hang_below() -> None:
    tree = arrange([comment("c", "a", at=3), comment("b", at=2), comment("a", at=1)])
    assert shape(tree) == [("a", [("c", [])]), ("b", [])]


def test_an_answer_with_an_earlier_date_than_its_parent_still_hangs_below_it() -> None:
    assert shape(arrange([comment("a", at=5), comment("b", "a", at=1)])) == [("a", [("b", [])])]


def test_an_answer_to_nobody_known_is_a_root() -> None:
    assert shape(arrange([comment("b", "gone")])) == [("b", [])]


def test_reactions_have_no_place_and_answers_to_them_are_roots() -> None:
    like = comment("l", type_=Type.LIKE)
    assert shape(arrange([like, comment("b", "l", at=1)])) == [("b", [])]


def test_one_that_is_gone_keeps_its_place_while_something_hangs_below_it() -> None:
    gone = [comment("a"), comment("b", "a"), comment("x")]
    tree = arrange([comment("c", "b", at=2)], gone)
    assert shape(tree) == [("a", [("b", [("c", [])])])]
    assert tree.removed == {"a", "b"}
    assert arrange([], gone) == Tree([])


def test_a_thread_may_be_ten_thousand_answers_deep() -> None:
    chain = [comment("c0")]
    chain += [comment(f"c{n}", f"c{n - 1}", at=n) for n in range(1, 10_000)]
    tree = arrange(chain)
    assert (len(tree.roots), len(flat(tree))) == (1, 10_000)
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
    tree = arrange(shown, removed)
    here = flat(tree)
    wanted = sorted(c.id for c in shown if c.type is not Type.LIKE)
    assert sorted(c.id for c in here if c.id not in tree.removed) == wanted
    assert len({c.id for c in here}) == len(here)
    assert tree.removed <= {c.id for c in here} & {c.id for c in removed}
    for place in here:
        assert shown_of(tree, place) > 0
        order = [moment(c) for c in tree.below.get(place.id, ())]
        assert order == sorted(order)


@given(threads(), st.integers(min_value=1, max_value=10))
def test_pages_are_cut_between_roots_and_lose_nothing(
    given_: tuple[list[Comment], list[Comment]], limit: int
) -> None:
    shown, removed = given_
    whole = arrange(shown, removed)
    removed = [c for c in removed if c.id in whole.removed]  # as they are read: with answers
    pages = cut([entry(c) for c in shown], [entry(c) for c in removed], limit=limit)
    assert len(pages) >= 1

    def on(page: list[str]) -> Tree:
        return arrange([c for c in shown if c.id in page], [c for c in removed if c.id in page])

    trees = [on(page) for page in pages]
    assert [entry for page in trees for entry in shape(page)] == shape(whole)
    for page, at in zip(trees, pages, strict=True):
        assert sorted(c.id for c in flat(page)) == sorted(at)
        assert shown_of(page) <= limit or len(page.roots) == 1
    for page, following in pairwise(trees):
        assert shown_of(page) + shown_of(following, following.roots[0]) > limit


def test_a_circle_of_answers_is_cut_too() -> None:
    circle = [comment("a", "b"), comment("b", "a"), comment("c")]
    assert sorted(cut([entry(c) for c in circle])[0]) == ["a", "b", "c"]


@pytest.mark.parametrize("order", [lambda c: c, lambda c: c[::-1]])
def test_the_order_they_are_given_in_does_not_matter(order: object) -> None:
    given_ = [comment("a", at=1), comment("b", "a", at=2), comment("c", at=1)]
    assert callable(order)
    assert shape(arrange(order(given_))) == [("a", [("b", [])]), ("c", [])]
