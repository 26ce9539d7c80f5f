"""The fold of the journal: last decision counts, taking back leaves no trace."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.checks.learned.fold import Fold, Judgement, NotHeld
from moderation.checks.learned.keeping import BadSnapshot

STARTER = {"w:a": 1.0, "w:b": -0.5}
ROWS = st.lists(
    st.tuples(
        st.sampled_from("jklmnopq"),
        st.booleans(),
        st.lists(st.sampled_from(["w:a", "w:b", "w:c", "w:d", "s:e"]), unique=True).map(tuple),
    ),
    max_size=14,
).map(lambda rows: [Judgement(at, *row) for at, row in enumerate(rows, 1)])


def folded(rows: list[Judgement]) -> Fold:
    fold = Fold(STARTER, every=3)
    for row in rows:
        fold.add(row)
    fold.settle()
    return fold


def last_of_each(rows: list[Judgement]) -> list[Judgement]:
    last = {row.comment_id: row for row in rows}
    return sorted(last.values(), key=lambda row: row.sequence)


@settings(deadline=None)
@given(ROWS)
def test_the_last_decision_on_a_comment_is_the_one_that_counts(rows: list[Judgement]) -> None:
    assert folded(rows).dump() == folded(last_of_each(rows)).dump()


@settings(deadline=None)
@given(ROWS.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows * 2))))
def test_the_order_in_which_rows_are_read_changes_nothing(
    both: tuple[list[Judgement], list[Judgement]],
) -> None:
    rows, mixed = both
    assert folded(mixed).dump() == folded(rows).dump()


@settings(deadline=None)
@given(ROWS, st.lists(st.sampled_from("jklmnopq"), max_size=4))
def test_what_is_taken_back_was_never_learnt(rows: list[Judgement], gone: list[str]) -> None:
    fold = folded(rows)
    for comment in gone:
        known = any(row.comment_id == comment for row in rows)
        assert fold.withdraw(comment) is known or gone.count(comment) > 1
        fold.settle()
    left = [row for row in rows if row.comment_id not in gone]
    assert fold.dump() == folded(left).dump()


def test_what_is_taken_back_one_after_another_leaves_no_trace_either() -> None:
    rows = [Judgement(at, f"c{at}", at % 2 == 0, (f"w:{at}", "w:all")) for at in range(1, 12)]
    fold = folded(rows)
    for gone in (11, 10, 8, 7, 5, 1):
        assert fold.withdraw(f"c{gone}")
        fold.settle()
        rows = [row for row in rows if row.sequence != gone]
        assert fold.dump() == folded(rows).dump()


@settings(deadline=None)
@given(ROWS, st.integers(0, 14))
def test_a_snapshot_and_the_rows_after_it_are_the_whole_journal(
    rows: list[Judgement], cut: int
) -> None:
    rows = last_of_each(rows)
    fold = Fold.load(folded(rows[:cut]).dump(), STARTER, every=3)
    for row in rows[cut:]:
        fold.add(row)
    fold.settle()
    assert fold.dump() == folded(rows).dump()
    assert fold.sequence == max((row.sequence for row in rows), default=0)


def test_taking_back_only_notes_how_far_back_to_go_and_the_first_slice_goes_there() -> None:
    rows = [Judgement(at, f"c{at}", True, (f"w:{at}", "w:a")) for at in range(1, 9)]
    fold = Fold.load(folded(rows[:4]).dump(), STARTER, every=30)
    for row in rows[4:]:
        fold.add(row)
    assert not fold.settled
    assert fold.quick, "four rows are few"
    fold.settle()
    learnt = fold.model
    fold.withdraw("c8")
    assert (fold.settled, fold.quick) == (False, False), "however little there is to learn"
    assert fold.model is learnt
    assert list(fold.steps()) == [3]
    assert fold.settled
    assert fold.dump() == folded(rows[:7]).dump()
    fold.withdraw("c7")
    assert fold.dump() == folded(rows[:4]).dump(), "rows not learnt yet are left out"


def test_models_that_are_needed_no_more_are_freed_when_there_is_time() -> None:
    fold = folded([Judgement(at, f"c{at}", True, (f"w:{at}",)) for at in range(1, 15)])
    assert fold.littered, "three decisions between two models kept, and two of them are"
    before = fold.dump()
    fold.tidy()
    assert not fold.littered
    assert fold.dump() == before
    model = fold.model
    fold.let_go()
    assert len(model) == len(fold.model) == 0


def test_what_lies_before_the_snapshot_begun_with_is_refused_aloud() -> None:
    fold = Fold.load(folded([Judgement(3, "a", True, ("w:a",))]).dump(), STARTER)
    with pytest.raises(NotHeld):
        fold.withdraw("a")
    with pytest.raises(NotHeld):
        fold.add(Judgement(9, "a", False, ("w:a",)))
    with pytest.raises(NotHeld):
        fold.add(Judgement(2, "b", False, ("w:a",)))
    assert not fold.withdraw("c")


def test_a_long_journal_is_learnt_in_slices() -> None:
    fold = Fold()
    for at in range(1, 401):
        fold.add(Judgement(at, f"c{at}", at % 2 == 0, tuple(f"w:{n}" for n in range(at, at + 80))))
    left = list(fold.steps())
    assert len(left) > 4
    assert left == sorted(left, reverse=True)
    assert fold.behind == 0
    assert fold.sequence == 400


@pytest.mark.parametrize(
    "data", [b"", b"learned-fold\n", b"learned-fold\n" + b"\0" * 40, b"x" * 99]
)
def test_bytes_that_are_no_snapshot_are_refused(data: bytes) -> None:
    with pytest.raises(BadSnapshot):
        Fold.load(data)


def test_a_token_is_one_string_in_all_rows_that_have_it() -> None:
    fold = Fold()
    for number in (1, 2):
        fold.add(Judgement(number, f"c{number}", spam=True, tokens=("".join(["w:", "word"]),)))
    first, second = (row.tokens[0] for row in fold._rows)
    assert first is second
