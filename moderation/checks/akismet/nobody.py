"""What stands for Akismet where there is no key: nobody is asked, and nothing is loaded for it."""

from collections.abc import Mapping

from moderation.checks.akismet.answer import (
    AkismetAnswer,
    AkismetFailed,
    AkismetUsage,
    Alert,
    Said,
)
from moderation.checks.contract import Case


class Nobody:
    """Answers as `Akismet` does, at once."""

    alert: Alert | None = None

    async def check(self, case: Case, *, recheck_reason: str = "") -> AkismetAnswer:
        return AkismetAnswer(Said.NOT_ASKED, "Akismet was not asked: no key.", {})

    async def submit(self, sent: Mapping[str, str], *, spam: bool, guid: str = "") -> None:
        """Raises `AkismetFailed`."""
        raise AkismetFailed("Akismet was not told: no key.")

    async def verify(self, blog: str) -> bool | None:
        return None

    async def usage(self, blog: str) -> AkismetUsage:
        """Raises `AkismetFailed`."""
        raise AkismetFailed("Akismet was not asked: no key.")

    async def aclose(self) -> None: ...
