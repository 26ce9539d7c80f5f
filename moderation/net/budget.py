"""How often a host hears from us, so that nobody can aim this service at somebody else."""

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
    """When the last requests to one host or address began."""

    begun: deque[float] = field(default_factory=deque)
    running: int = 0

    def wait(self, now: float, limit: int, seconds: float) -> float:
        """Seconds until one more may begin; 0 for at once."""
        while self.begun and self.begun[0] <= now - seconds:
            self.begun.popleft()
        if len(self.begun) < limit:
            return 0.0
        return max(self.begun[len(self.begun) - limit] + seconds - now, 0.001)


class Budget:
    """Counts what runs and what ran; every method refuses with `TooBusy` and never waits.

    By name one request at a time and two a second; by network address thirty in ten
    seconds, for a thousand names may point to one machine (an IPv6 network of 64 bits
    counts as one). Redirects are requests like any other.
    """

    def __init__(self, clock: Clock, limits: BudgetLimits = BUDGET) -> None:
        self._clock = clock
        self._limits = limits
        self._running = 0
        self._hosts: dict[str, _Window] = {}
        self._addresses: dict[str, _Window] = {}

    @contextmanager
    def fetch(self) -> Iterator[None]:
        """Hold one of the places for fetches of the whole house."""
        if self._running >= self._limits.at_once:
            raise TooBusy(_IN_FLIGHT_SECONDS)
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1

    def take(self, host: str) -> None:
        """Begin a request to a host; whoever took it gives it back."""
        now = self._clock.monotonic()
        window = self._window(self._hosts, host, now)
        if window.running >= self._limits.per_host_at_once:
            raise TooBusy(_IN_FLIGHT_SECONDS)
        wait = window.wait(now, self._limits.per_host_second, 1.0)
        if wait:
            raise TooBusy(wait)
        window.begun.append(now)
        window.running += 1

    def give_back(self, host: str) -> None:
        """End a request to a host."""
        self._hosts[host].running -= 1

    def dial(self, address: str) -> None:
        """Count a request to a network address, before its connection is opened."""
        now = self._clock.monotonic()
        window = self._window(self._addresses, _network(address), now)
        wait = window.wait(now, self._limits.per_address, self._limits.address_seconds)
        if wait:
            raise TooBusy(wait)
        window.begun.append(now)

    def _window(self, windows: dict[str, _Window], key: str, now: float) -> _Window:
        if key not in windows and len(windows) >= _FORGET_AT:
            quiet = now - self._limits.address_seconds
            for other in [k for k, w in windows.items() if _is_quiet(w, quiet)]:
                del windows[other]
        return windows.setdefault(key, _Window())


def _is_quiet(window: _Window, since: float) -> bool:
    return not window.running and (not window.begun or window.begun[-1] <= since)


def _network(address: str) -> str:
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((int(parsed), 64), strict=False))
    return str(parsed)
