"""`learn`: what was learnt, learning it anew, and thresholds tried on the past."""

from tests.integration.cli.service import Desk
from tests.integration.cli.test_beside import data, write


def test_what_was_learnt_is_told_tried_and_rebuilt(desk_on_both: Desk) -> None:
    desk = desk_on_both
    with desk.running("serve") as service:
        first, second = write(service, 1), write(service, 2)
        assert desk.run("queue", "spam", first).returncode == 0
        assert desk.run("queue", "approve", second).returncode == 0

        status = data(desk, "learn", "status")
        assert (status["spam"], status["approved"], status["speaks"]) == (1, 1, False)
        assert (status["spam_at"], status["approve"], status["lines"]) == (0.98, False, 2)
        (tested, *others) = data(desk, "learn", "test", "--spam-at", "0.6")["tested"]
        assert (tested["decisions"], tested["spam_at"], len(others)) == (2, 0.6, 5)
        rebuilt = data(desk, "learn", "rebuild")
        assert rebuilt == {"adopted": 0, "renewed": 0, "rehearsed": 0}
        assert data(desk, "learn", "status")["kept"] == 3
        assert "There is no site" in desk.run("learn", "test", "--site", "nowhere").stderr
