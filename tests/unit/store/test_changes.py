"""What is said of an article in one commit, in one word."""

import pytest

from moderation.store.changes import latest
from moderation.store.contract import Changed


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        pytest.param([True, True], True, id="all came by itself"),
        pytest.param([False, True], False, id="a decision, then more came"),
        pytest.param([True, False], False, id="more came, then a decision"),
    ],
)
def test_a_commit_is_automatic_where_everything_in_it_is(said: list[bool], heard: bool) -> None:
    changes = [Changed("a", number, automatic) for number, automatic in enumerate(said, 1)]
    other = Changed("b", 7, automatic=True)
    assert latest([*changes, other]) == [Changed("a", 2, heard), other]
