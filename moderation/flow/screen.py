"""Ask the checks: the local ones at once, each under its deadline; the remote ones later."""

import asyncio
from collections.abc import Coroutine, Generator, Sequence
from functools import partial
from typing import Any

from moderation.checks.contract import Case, Check
from moderation.domain.errors import Fault
from moderation.domain.opinion import Opinion, Verdict
from moderation.logs import get

logger = get("screen")


GATES = frozenset({"flood"})  # asked once, at the door: they count what comes in


class Screen:
    """The checks that are on. A check that fails or is late says `UNKNOWN`: it holds."""

    def __init__(self, checks: Sequence[Check]) -> None:
        self.gates = tuple(c for c in checks if c.name in GATES)
        self.local = tuple(c for c in checks if not c.remote and c.name not in GATES)
        self.remote = tuple(c for c in checks if c.remote)

    async def admit(self, case: Case) -> list[Opinion]:
        """Let a submission in, or raise the Fault that refuses it."""
        return [await _ask(check, case) for check in self.gates]

    async def at_once(self, case: Case) -> list[Opinion]:
        """Ask all local checks; for each remote one note that it has yet to answer.

        `duplicate` may refuse: then its Fault comes through.
        """
        opinions = [await _ask(check, case) for check in self.local]
        for check in self.remote:
            opinions.append(
                Opinion(check.name, Verdict.UNKNOWN, f"{check.name.title()} has not answered yet.")
            )
        return opinions

    async def ask(self, name: str, case: Case) -> list[Opinion]:
        """Ask one local check again; nothing where it is switched off."""
        return [await _ask(check, case) for check in self.local if check.name == name]


class _Rest:
    """What is left of a check that waits for something, from what it waits for on."""

    def __init__(self, examining: Coroutine[Any, Any, Opinion], waits_for: Any) -> None:
        self._examining = examining
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, Opinion]:
        step = self._waits_for
        while True:
            try:
                given = yield step
            except BaseException as error:  # cancelled, or too late: the check is to know
                go_on = partial(self._examining.throw, error)
            else:
                go_on = partial(self._examining.send, given)
            try:
                step = go_on()
            except StopIteration as done:
                opinion: Opinion = done.value
                return opinion


async def _examined(check: Check, case: Case) -> Opinion:
    """What a check says; the clock is set only where it waits for something."""
    examining = check.examine(case)
    try:
        waits_for = examining.send(None)
    except StopIteration as done:
        opinion: Opinion = done.value
        return opinion
    async with asyncio.timeout(check.deadline_seconds):
        return await _Rest(examining, waits_for)


async def _ask(check: Check, case: Case) -> Opinion:
    try:
        return await _examined(check, case)
    except Fault:
        raise
    except TimeoutError:
        because = f"The check “{check.name}” took too long."
    except Exception as error:  # a check's bug holds a comment, it does not lose one
        logger.error("check failed", check=check.name, error=type(error).__name__)
        because = f"The check “{check.name}” failed."
    return Opinion(check.name, Verdict.UNKNOWN, because)
