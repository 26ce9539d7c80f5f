"""What Akismet thinks of a comment, asked by a job after the comment is stored."""

from typing import TYPE_CHECKING

from moderation.checks.akismet.answer import (
    NAME,
    AkismetAnswer,
    AkismetFailed,
    AkismetUsage,
    Alert,
    Said,
    opinion_of,
)
from moderation.checks.akismet.nobody import Nobody
from moderation.checks.contract import Case, Tools
from moderation.domain.clock import Clock
from moderation.domain.opinion import Opinion
from moderation.settings import AkismetSettings

if TYPE_CHECKING:  # the package and its HTTP client are loaded where there is a key
    from moderation.checks.akismet.client import Akismet

__all__ = [
    "NAME",
    "AkismetAnswer",
    "AkismetCheck",
    "AkismetFailed",
    "AkismetUsage",
    "Alert",
    "Said",
    "make",
    "opinion_of",
]


class AkismetCheck:
    """The check on the shelf. Who must keep the guid and what was sent asks `akismet` itself."""

    name = NAME

    def __init__(self, tools: Tools) -> None:
        # Without a key there is nobody to ask: the opinion says so at once.
        self.remote = bool(tools.settings.akismet.key)
        self.akismet = _service(tools.settings.akismet, tools.clock)
        # A slot and an answer, each in its time, before anybody gives up on us.
        self.deadline_seconds = 2 * tools.settings.akismet.timeout_seconds + 1

    async def examine(self, case: Case) -> Opinion:
        return opinion_of(await self.akismet.check(case))

    async def aclose(self) -> None:
        await self.akismet.aclose()


def _service(settings: AkismetSettings, clock: Clock) -> "Akismet | Nobody":
    if not settings.key:
        return Nobody()
    from moderation.checks.akismet.client import Akismet

    return Akismet(settings, clock)


def make(tools: Tools) -> AkismetCheck:
    return AkismetCheck(tools)
