"""Who vouches for a comment, so that it need not wait for being a first one."""

import pytest

from moderation.domain.opinion import Opinion, Verdict
from moderation.flow.rule import is_proven


@pytest.mark.parametrize(
    ("check", "verdict", "vouches"),
    [
        ("history", Verdict.HAM, True),
        ("learned", Verdict.HAM, True),
        ("learned", Verdict.UNSURE, False),
        ("akismet", Verdict.HAM, False),
    ],
)
def test_history_vouches_and_what_was_learnt_where_it_may(
    check: str, verdict: Verdict, vouches: bool
) -> None:
    assert is_proven([Opinion(check, verdict, "It says so.")]) is vouches
