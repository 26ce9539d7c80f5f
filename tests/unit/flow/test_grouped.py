"""Keys by owner are sets by owner, however small they are kept."""

from hypothesis import given
from hypothesis import strategies as st

from moderation.flow.grouped import Grouped

OWNER = st.sampled_from(["a", "b", None])
STEP = st.tuples(st.booleans(), OWNER, st.sampled_from("xyz"))


@given(st.lists(STEP))
def test_they_are_sets_in_the_order_of_coming(steps: list[tuple[bool, str | None, str]]) -> None:
    grouped = Grouped[str]()
    wanted: dict[str | None, dict[str, None]] = {}
    for comes, owner, key in steps:
        if comes:
            grouped.add(owner, key)
            wanted.setdefault(owner, {})[key] = None
        else:
            grouped.discard(owner, key)
            wanted.get(owner, {}).pop(key, None)
    for owner in ("a", "b", None, "c"):
        assert list(grouped.of(owner)) == list(wanted.get(owner, {}))
    assert len(grouped) == sum(1 for keys in wanted.values() if keys)
