"""How often a host hears from us, so that nobody can aim this service at somebody else."""

import random
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address, ip_network

from moderation.domain.clock import Clock
from moderation.net.contract import TooBusy
from moderation.net.limits import BUDGET, BudgetLimits

_FORGET_AT = 1024  # known hosts; then those that are quiet are forgotten
_IN_FLIGHT_SECONDS = 1.0  # a guess at when a busy host is free again


@dataclass(slots=True)
class _Window:
    """When the last requests of one kind began, and until when the next places are promised."""

    limit: int
    seconds: float
    begun: deque[float] = field(default_factory=deque)
    running: int = 0
    promised: float = 0.0

    def wait(self, now: float) -> float:
        """Seconds until one more may begin; 0 for at once."""
        while self.begun and self.begun[0] <= now - self.seconds:
            self.begun.popleft()
        if len(self.begun) < self.limit:
            return 0.0
        return max(self.begun[len(self.begun) - self.limit] + self.seconds - now, 0.001)

    def refuse(self, now: float, wait: float, longest: float) -> TooBusy:
        """Say when to come again: each later than the one before, so that a crowd comes in turn."""
        due = max(now + wait, self.promised)
        if due > now + longest:  # no two of them at once
            due = now + longest * random.uniform(0.5, 1)  # noqa: S311 (jitter)
        else:
            self.promised = due + self.seconds / self.limit
        return TooBusy(due - now)

    def is_quiet(self, now: float) -> bool:
        last = self.begun[-1] if self.begun else now - self.seconds
        return not self.running and last <= now - self.seconds and self.promised <= now


class Budget:
    """Counts what runs and what ran; every method refuses with `TooBusy` and never waits.

    By name one request at a time and two a second; by network address thirty in ten
    seconds, for a thousand names may point to one machine (an IPv6 network of 64 bits
    counts as one). One page with ever other queries is one page that is asked for a few
    times in some minutes. Redirects are requests like any other.

    What one sender has asked for is counted by what *began*, never by what ended: how
    long a silent host kept us must not be told by when the sender's next source is fetched.
    """

    def __init__(self, clock: Clock, limits: BudgetLimits = BUDGET) -> None:
        self._clock = clock
        self._limits = limits
        self._all = _Window(limits.at_once, limits.at_once_seconds)
        self._hosts: dict[str, _Window] = {}
        self._pages: dict[str, _Window] = {}
        self._addresses: dict[str, _Window] = {}
        self._senders: dict[str, _Window] = {}

    @contextmanager
    def fetch(self) -> Iterator[None]:
        """Hold one of the places for fetches of the whole house."""
        if self._all.running >= self._limits.at_once:
            now = self._clock.monotonic()
            raise self._all.refuse(now, _IN_FLIGHT_SECONDS, self._limits.longest_seconds)
        self._all.running += 1
        try:
            yield
        finally:
            self._all.running -= 1

    def take(self, host: str, path: str = "", sender: str = "", *, hop: bool = False) -> None:
        """Begin a request to a host, for a page of it, on behalf of a sender or of nobody.

        Whoever took it gives it back. One that is refused has used up nothing. A further
        hop of a chain of redirects is told when there is room, whoever else waits.
        """
        now, limits = self._clock.monotonic(), self._limits
        own = self._window(self._hosts, host, (limits.per_host_second, 1.0), now)
        page = (limits.per_page, limits.page_seconds)
        windows = [own, self._window(self._pages, host + path, page, now)]
        if sender:
            each = (limits.per_sender, limits.sender_seconds)
            windows.append(self._window(self._senders, _network(sender), each, now))
        for window in windows:
            wait = window.wait(now)
            if window is own and own.running >= limits.per_host_at_once:
                wait = max(wait, _IN_FLIGHT_SECONDS)
            if wait:
                raise TooBusy(wait) if hop else window.refuse(now, wait, limits.longest_seconds)
        for window in windows:
            window.begun.append(now)
        own.running += 1

    def give_back(self, host: str) -> None:
        """End a request to a host."""
        self._hosts[host].running -= 1

    def dial(self, address: str) -> None:
        """Count a request to a network address, before its connection is opened."""
        now, limits = self._clock.monotonic(), self._limits
        each = (limits.per_address, limits.address_seconds)
        window = self._window(self._addresses, _network(address), each, now)
        wait = window.wait(now)
        if wait:
            raise window.refuse(now, wait, limits.longest_seconds)
        window.begun.append(now)

    def _window(
        self, windows: dict[str, _Window], key: str, each: tuple[int, float], now: float
    ) -> _Window:
        if key not in windows and len(windows) >= _FORGET_AT:
            for other in [k for k, w in windows.items() if w.is_quiet(now)]:
                del windows[other]
        return windows.setdefault(key, _Window(*each))


def _network(address: str) -> str:
    """Name who shares a budget; what is no address (blurred, "") is a name of its own."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(ip_network((int(parsed), 64), strict=False))
    return str(parsed)
