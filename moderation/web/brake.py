"""What costs us work and keeps nothing is counted by address."""

from math import ceil

from moderation.domain.clock import Clock
from moderation.domain.errors import RateLimited
from moderation.domain.rates import MovingWindow
from moderation.text.addresses import limit_key

PER_MINUTE = 30


class Brake:
    """Lets an address (a /64 of IPv6) do something 30 times a minute."""

    def __init__(self, clock: Clock, per_minute: int = PER_MINUTE) -> None:
        self._window = MovingWindow(clock)
        self._per_minute = per_minute

    def check(self, address: str) -> None:
        """Count once. Raises RateLimited; a refused try uses up nothing."""
        key = limit_key(address)
        wait = self._window.wait(key, self._per_minute)
        if wait > 0:
            raise RateLimited(retry_after=ceil(wait))
        self._window.add(key)
