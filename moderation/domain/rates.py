"""How often something happened within the last minute, counted in this process's memory."""

from collections import deque

from moderation.domain.clock import Clock

WINDOW_SECONDS = 60.0
SWEEP_EVERY = 1000  # entries; keys that fell silent are forgotten then


class MovingWindow:
    """Counts entries of the last minute by key, in this process's memory.

    Times are monotonic seconds of the clock handed in, so that a test can turn it and a
    step of the machine's clock neither frees nor locks anybody.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: dict[str, deque[float]] = {}
        self._added = 0

    def wait(self, key: str, limit: int) -> float:
        """Seconds until one more entry fits under `limit`; 0.0 when it fits now."""
        entries = self._current(key)
        if len(entries) < limit:
            return 0.0
        return entries[-limit] + WINDOW_SECONDS - self._clock.monotonic()

    def add(self, key: str) -> int:
        """Add an entry now; returns how many there are with it."""
        entries = self._entries.setdefault(key, self._current(key))
        entries.append(self._clock.monotonic())
        self._added += 1
        if self._added % SWEEP_EVERY == 0:
            self._sweep()
        return len(entries)

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._entries)

    def _current(self, key: str) -> deque[float]:
        entries = self._entries.get(key) or deque()
        oldest = self._clock.monotonic() - WINDOW_SECONDS
        while entries and entries[0] <= oldest:
            entries.popleft()
        return entries

    def _sweep(self) -> None:
        for key in list(self._entries):
            if not self._current(key):
                del self._entries[key]
