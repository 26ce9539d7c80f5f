"""Asking the checks: all of them, each in its time, whatever becomes of one."""

import asyncio

import pytest

from moderation.checks.contract import Case
from moderation.domain.errors import Duplicate, RateLimited
from moderation.domain.opinion import Opinion, Verdict
from moderation.flow.screen import Screen
from tests.unit.checks.cases import reply


class Says:
    """A check that does as it is told."""

    def __init__(
        self,
        name: str,
        *,
        raises: Exception | None = None,
        hangs: bool = False,
        remote: bool = False,
    ) -> None:
        self.name = name
        self.remote = remote
        self.deadline_seconds = 0.01 if hangs else 5.0
        self.asked = 0
        self._raises = raises
        self._hangs = hangs

    async def examine(self, case: Case) -> Opinion:
        self.asked += 1
        if self._raises is not None:
            raise self._raises
        if self._hangs:
            await asyncio.Event().wait()
        return Opinion(self.name, Verdict.UNSURE, "Fine.")


async def test_every_local_check_is_asked_and_each_remote_one_noted() -> None:
    local, remote = Says("links"), Says("akismet", remote=True)
    said = await Screen([local, remote]).at_once(reply())

    assert {o.check: o.verdict for o in said} == {
        "links": Verdict.UNSURE,
        "akismet": Verdict.UNKNOWN,
    }
    assert (local.asked, remote.asked) == (1, 0)


@pytest.mark.parametrize(
    ("broken", "word"),
    [
        pytest.param(Says("links", hangs=True), "too long", id="past its deadline"),
        pytest.param(Says("links", raises=RuntimeError("a@b.example")), "failed", id="a bug"),
    ],
)
async def test_a_check_that_cannot_say_says_unknown_and_the_others_go_on(
    broken: Says, word: str
) -> None:
    said = await Screen([broken, Says("phrases")]).at_once(reply())

    assert [o.verdict for o in said] == [Verdict.UNKNOWN, Verdict.UNSURE]
    assert word in said[0].because
    assert "a@b.example" not in said[0].because


async def test_a_refusal_comes_through() -> None:
    with pytest.raises(Duplicate):
        await Screen([Says("duplicate", raises=Duplicate())]).at_once(reply())


async def test_flood_is_asked_at_the_door_and_never_again() -> None:
    flood = Says("flood", raises=RateLimited())
    screen = Screen([flood, Says("links")])
    with pytest.raises(RateLimited):
        await screen.admit(reply())
    assert [o.check for o in await screen.at_once(reply())] == ["links"]
    assert flood.asked == 1


async def test_one_check_can_be_asked_again_by_name() -> None:
    screen = Screen([Says("history"), Says("links")])
    assert [o.check for o in await screen.ask("history", reply())] == ["history"]
    assert await screen.ask("switched off", reply()) == []


async def test_a_check_that_waits_is_told_when_it_is_too_late_or_nobody_wants_to_know() -> None:
    lock = asyncio.Lock()

    class Holds(Says):
        async def examine(self, case: Case) -> Opinion:
            async with lock:
                return await super().examine(case)

    (late,) = await Screen([Holds("links", hangs=True)]).at_once(reply())
    assert late.verdict is Verdict.UNKNOWN
    assert not lock.locked()

    patient = Holds("links", hangs=True)
    patient.deadline_seconds = 60.0
    asking = asyncio.create_task(Screen([patient]).at_once(reply()))
    await asyncio.sleep(0)
    assert lock.locked()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert not lock.locked()
