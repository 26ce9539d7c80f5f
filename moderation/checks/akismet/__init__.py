"""What Akismet thinks of a comment, asked by a job after the comment is stored."""

from moderation.checks.akismet.answer import (
    NAME,
    AkismetAnswer,
    AkismetFailed,
    AkismetUsage,
    Alert,
    Said,
    opinion_of,
)
from moderation.checks.akismet.client import Akismet
from moderation.checks.contract import Case, Tools
from moderation.domain.opinion import Opinion

__all__ = [
    "NAME",
    "Akismet",
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
        self.akismet = Akismet(tools.settings.akismet, tools.clock)
        # A slot and an answer, each in its time, before anybody gives up on us.
        self.deadline_seconds = 2 * tools.settings.akismet.timeout_seconds + 1

    async def examine(self, case: Case) -> Opinion:
        return opinion_of(await self.akismet.check(case))

    async def aclose(self) -> None:
        await self.akismet.aclose()


def make(tools: Tools) -> AkismetCheck:
    return AkismetCheck(tools)
