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
    It is measured by the monotonic clock: setting the other neither ends nor lengthens it.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: float | None = None  # by the monotonic clock
        self._failures = 0
        self.because = ""

    @property
    def until(self) -> datetime | None:
        """The moment asking goes on, or None when nothing is in the way."""
        left = self._left()
        return self._clock.now() + timedelta(seconds=left) if left else None

    def left(self) -> int:
        """Whole seconds still to wait; 0 for none."""
        return ceil(self._left())

    def _left(self) -> float:
        """Seconds; 0 for none, and then there is no reason any more."""
        left = 0.0 if self._until is None else max(0.0, self._until - self._clock.monotonic())
        if not left:
            self._until, self.because = None, ""
        return left

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
        until = self._clock.monotonic() + min(span, LONGEST).total_seconds()
        if self._until is None or until > self._until:
            self._until, self.because = until, because
