"""Being told to stop: the first time it is done with care, the second time at once."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM)
LONGEST = 29.0  # seconds from the first signal to the end, whatever happens


def leave_now() -> None:
    """End the process as it stands: what is on disk is whole, and jobs return with their lease."""
    print("Stopped at once; the next start takes up what was not finished.", file=sys.stderr)
    sys.stderr.flush()
    os._exit(1)


class Stop:
    """Whether the process has been asked to stop."""

    def __init__(self, hurry: Callable[[], None] = leave_now) -> None:
        self.asked = asyncio.Event()
        self.gives_way = False  # asked to finish, but to begin anew afterwards
        self._hurry = hurry

    def give_way(self) -> None:
        """Ask to finish and begin anew; whoever asks to stop meanwhile asks for the first time."""
        if not self.asked.is_set():
            self.ask()
            self.gives_way = True

    def ask(self) -> None:
        """Ask; to ask again is to insist."""
        if self.gives_way:
            self.gives_way = False
        elif self.asked.is_set():
            self._hurry()
        else:
            self.asked.set()
            asyncio.get_running_loop().call_later(LONGEST, self._hurry)

    def ask_kindly(self) -> None:
        """Ask, without insisting."""
        if not self.asked.is_set():
            self.ask()


@contextmanager
def heeding(stop: Stop) -> Iterator[None]:
    """Take SIGINT and SIGTERM as being asked."""
    loop = asyncio.get_running_loop()
    try:
        for number in SIGNALS:
            loop.add_signal_handler(number, stop.ask)
    except NotImplementedError:  # Windows
        for number in SIGNALS:
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.ask))
        yield
        return
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)  # held back while we began anew
    try:
        yield
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
