"""When Akismet is not to be asked, and why."""

from datetime import datetime, timedelta
from math import ceil

from moderation.domain.clock import Clock

KEY_REFUSED = timedelta(hours=6)
FAILURES = 5  # in a row
AFTER_FAILURES = timedelta(seconds=30)
LONGEST = timedelta(hours=24)  # a garbled Retry-After does not stop the service for ever


class Pause:
    """Remembers that Akismet asked us to wait, refused the key, or is out of order.

    Kept in this process's memory: a restart asks afresh, as a change of the key needs one.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: datetime | None = None
        self._failures = 0
        self.because = ""

    @property
    def until(self) -> datetime | None:
        """The moment asking goes on, or None when nothing is in the way."""
        if self._until is not None and self._until <= self._clock.now():
            self._until, self.because = None, ""
        return self._until

    def left(self) -> int:
        """Whole seconds still to wait; 0 for none."""
        until = self.until
        return ceil((until - self._clock.now()).total_seconds()) if until else 0

    def key_refused(self) -> None:
        self._wait(KEY_REFUSED, "Akismet refused the key.")

    def asked_to_wait(self, seconds: int) -> None:
        self._wait(timedelta(seconds=seconds), "Akismet asked us to wait.")

    def failed(self) -> None:
        """Count a failure; some in a row rest the line, and one more after that does again."""
        self._failures += 1
        if self._failures >= FAILURES:
            self._wait(AFTER_FAILURES, "Akismet did not answer several times in a row.")

    def answered(self) -> None:
        self._failures = 0

    def end(self) -> None:
        """Ask again at once: the owner has verified the key."""
        self._until, self._failures, self.because = None, 0, ""

    def _wait(self, span: timedelta, because: str) -> None:
        until = self._clock.now() + min(span, LONGEST)
        if self._until is None or until > self._until:
            self._until, self.because = until, because
