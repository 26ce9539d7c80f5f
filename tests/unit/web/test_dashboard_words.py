"""How the dashboard words scores, moments and moves."""

from datetime import UTC, datetime, timedelta

import pytest

from moderation.domain.comment import Status
from moderation.domain.decision import MOVES
from moderation.web.dashboard import words

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize("status", Status)
def test_every_legal_move_has_one_button_and_no_other_has(status: Status) -> None:
    offered = [b.action for b in (*words.buttons(status), *words.more_buttons(status))]
    assert sorted(offered) == sorted(MOVES[status])


@pytest.mark.parametrize(
    ("score", "word"),
    [
        (1.0, "surely spam"),
        (0.8, "surely spam"),
        (0.4, "likely spam"),
        (0.1, "unsure"),
        (0.0, "unsure"),
        (-0.24, "unsure"),
        (-0.5, "likely fine"),
        (-1.0, "surely fine"),
    ],
)
def test_a_score_is_a_word(score: float, word: str) -> None:
    assert words.leaning(score) == word


@pytest.mark.parametrize(
    ("past", "said"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=23), "23 h ago"),
        (timedelta(days=1), "yesterday"),
        (timedelta(days=6), "6 days ago"),
        (timedelta(days=7), "15 Nov 2026"),
    ],
)
def test_a_moment_is_near_or_a_date(past: timedelta, said: str) -> None:
    assert words.ago(NOW - past, NOW, "Europe/Berlin") == said


def test_a_moment_in_full_is_told_where_the_site_is() -> None:
    assert words.full(NOW, "Europe/Berlin") == "Sunday, 22 November 2026, 08:30 (Europe/Berlin)"
    assert words.full(NOW, "Nowhere/At_all").endswith("07:30 (Nowhere/At_all)")


@pytest.mark.parametrize(
    ("wait", "said"),
    [(-5, "now"), (30, "in 30 s"), (90, "in 1 min"), (7200, "in 2 h")],
)
def test_what_is_to_come_is_said_roughly(wait: int, said: str) -> None:
    assert words.ahead(NOW + timedelta(seconds=wait), NOW) == said
