"""How many may be inside: fewer while answers take long, as many as before when they do not."""

import pytest

from moderation.domain.errors import Busy
from moderation.web.room import SLOW, Room


def serve(room: Room, came: float, now: float) -> None:
    room.enter()
    room.leave(came, now)


def test_as_many_as_there_are_places_come_in() -> None:
    room = Room(2, 4)
    for _ in range(4):
        assert not room.full
        room.enter()
    assert room.full
    with pytest.raises(Busy):
        room.enter()
    room.leave(0.0, 0.1)
    assert not room.full


def test_slow_answers_leave_fewer_places_but_never_fewer_than_the_least() -> None:
    room, now = Room(10, 100), 0.0
    counts = []
    for _ in range(20):
        serve(room, now, now + SLOW)
        now += SLOW
        counts.append(int(room.places))
    assert counts[0] == 80
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == 10


def test_all_who_were_inside_together_are_one_reason_for_fewer() -> None:
    room = Room(10, 100)
    for _ in range(100):
        room.enter()
    for _ in range(100):
        room.leave(1.0, 2.0)
    assert room.places == 60


def test_the_slower_the_answer_the_fewer_places_are_left_at_once() -> None:
    room = Room(10, 100)
    serve(room, 0.0, 3.0)
    assert room.places == 20


def test_quick_answers_give_the_places_back() -> None:
    room = Room(10, 100)
    for step in range(10):
        serve(room, float(step), step + SLOW)
    answers = 0
    while room.places < 100:
        serve(room, 100.0, 100.0)
        answers += 1
    assert answers < 1000  # a second's worth for a service that takes in a thousand


def test_no_answer_however_quick_makes_more_than_the_most() -> None:
    room = Room(10, 100)
    for _ in range(1000):
        serve(room, 0.0, 0.0)
    assert room.places == 100
