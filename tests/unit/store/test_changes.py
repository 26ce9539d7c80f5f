"""What is said of an article in one commit, in one word."""

import asyncio

import pytest

from moderation.store import changes
from moderation.store.changes import Listeners, latest
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
    told = [Changed("a", number, automatic) for number, automatic in enumerate(said, 1)]
    other = Changed("b", 7, automatic=True)
    assert latest([*told, other]) == [Changed("a", 2, heard), other]


OURS, THEIRS = Changed("a", 2, automatic=True), Changed("b", 5)


@pytest.fixture
def heard() -> list[Changed]:
    return []


@pytest.fixture
def listeners(heard: list[Changed]) -> Listeners:
    made = Listeners()
    made.add(heard.extend)
    return made


async def test_the_stream_may_bring_a_commit_of_ours_before_we_know_its_number(
    listeners: Listeners, heard: list[Changed]
) -> None:
    with listeners.committing():
        listeners.others([(1, Changed("a", 2)), (2, THEIRS)])
        assert heard == []
        listeners.own([OURS], [1])
        assert heard == [OURS], "as it was committed, not as the stream has it"
    assert heard == [OURS, THEIRS]


async def test_a_commit_that_came_to_nothing_hides_nothing_of_others(
    listeners: Listeners, heard: list[Changed]
) -> None:
    def fail() -> None:
        with listeners.committing():
            listeners.others([(1, THEIRS)])
            raise OSError("lost")

    with pytest.raises(OSError, match="lost"):
        fail()
    assert heard == [THEIRS]


async def test_a_commit_that_takes_long_keeps_nobody_waiting(
    listeners: Listeners, heard: list[Changed], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "HOLD_SECONDS", 0)
    told = asyncio.Event()
    listeners.add(lambda _: told.set())
    with listeners.committing():
        listeners.others([(1, THEIRS)])
        await told.wait()
        assert heard == [THEIRS]
        listeners.own([OURS], [2])
    assert heard == [THEIRS, OURS]


async def test_what_we_told_is_not_told_again_by_the_stream(
    listeners: Listeners, heard: list[Changed]
) -> None:
    with listeners.committing():
        listeners.own([OURS], [1])
    listeners.others([(1, Changed("a", 2)), (2, THEIRS)])
    assert heard == [OURS, THEIRS]
