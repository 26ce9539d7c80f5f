"""The moves: from which status what may be done."""

import pytest

from moderation.domain.comment import Status
from moderation.domain.decision import MOVES, TARGETS, Action, check_move
from moderation.domain.errors import IllegalMove

ALLOWED = {
    Status.HELD: "approve spam trash",
    Status.APPROVED: "hold spam trash",
    Status.SPAM: "ham approve hold trash restore delete",
    Status.TRASH: "approve hold spam restore delete",
}


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("status", list(Status))
def test_a_move_is_legal_where_the_table_says_so_and_nowhere_else(
    status: Status, action: Action
) -> None:
    if action.value in ALLOWED[status].split():
        check_move(status, action)
    else:
        with pytest.raises(IllegalMove, match=f"{status} cannot be given “{action}”"):
            check_move(status, action)


@pytest.mark.parametrize("status", list(Status))
def test_the_same_status_again_is_no_move(status: Status) -> None:
    assert not {action for action in MOVES[status] if TARGETS.get(action) is status}


def test_only_what_is_put_away_can_be_deleted() -> None:
    assert {s for s in Status if Action.DELETE in MOVES[s]} == {Status.SPAM, Status.TRASH}
