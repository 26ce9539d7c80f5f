"""What came of the fetches of the last minute: who asks for the same once more is told that."""

from collections import OrderedDict
from dataclasses import dataclass

from moderation.domain.clock import Clock
from moderation.net.contract import NotReadable, Page
from moderation.net.limits import RECENT, RecentLimits


@dataclass(frozen=True, slots=True)
class _Kept:
    outcome: Page | NotReadable
    until: float  # by the monotonic clock

    @property
    def size(self) -> int:
        return len(self.outcome.body) if isinstance(self.outcome, Page) else 0


class Recent:
    """Pages and failures by the address that was asked for, few and not for long.

    One post that links to ten articles is ten pings and one fetch; and who pings for a
    page over and over makes its server hear of us once a minute.
    """

    def __init__(self, clock: Clock, limits: RecentLimits = RECENT) -> None:
        self._clock = clock
        self._limits = limits
        self._kept: OrderedDict[str, _Kept] = OrderedDict()  # the oldest first
        self._size = 0

    def page(self, url: str) -> Page | None:
        """Return a page that was fetched just now; raises the `NotReadable` that came of it.

        None for what was not asked for lately.
        """
        self._forget()
        kept = self._kept.get(url)
        if kept is None:
            return None
        if isinstance(kept.outcome, NotReadable):
            raise type(kept.outcome)(kept.outcome.reason, status=kept.outcome.status)
        return kept.outcome

    def keep(self, url: str, outcome: Page | NotReadable) -> None:
        """Remember what came of a fetch."""
        self._drop(url)
        kept = _Kept(outcome, self._clock.monotonic() + self._limits.seconds)
        self._kept[url] = kept
        self._size += kept.size
        self._forget()

    def _forget(self) -> None:
        now = self._clock.monotonic()
        while self._kept:
            url, oldest = next(iter(self._kept.items()))
            many = len(self._kept) > self._limits.pages or self._size > self._limits.bytes
            if oldest.until > now and not many:
                return
            self._drop(url)

    def _drop(self, url: str) -> None:
        kept = self._kept.pop(url, None)
        if kept is not None:
            self._size -= kept.size
