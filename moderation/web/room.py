"""How many requests of a class may be inside at once: as many as are answered in good time."""

from collections.abc import Callable

from moderation.domain.errors import Busy

SLOW = 0.75  # seconds inside after which no more are let in than now: who is next waits longer
AIM = 0.6  # seconds that an answer is to take with the places that are left then
MORE = 8.0  # places for as many good answers as there are places


class Room:
    """Places for one class of requests: never fewer than `least`, never more than `most`.

    Who is inside waits for those who came before. So what an answer takes grows with the
    places, and says when they are too many for what the store can take in just now. A
    slow answer of somebody who came in before the last cut is no reason for another one:
    by what it took (places are rate by time) the cut is as deep as it needs to be.
    """

    def __init__(self, least: int, most: int) -> None:
        self.inside = 0
        self.places = float(most)
        self._least = least
        self._most = most
        self._cut = 0.0  # when the places were last made fewer

    @property
    def full(self) -> bool:
        return self.inside >= int(self.places)

    def enter(self) -> None:
        """Take a place; raises Busy where there is none."""
        if self.full:
            raise Busy
        self.inside += 1

    def leave(self, came: float, now: float) -> None:
        """Give a place back that was taken at `came`, in seconds of a monotonic clock."""
        self.inside -= 1
        if now - came < SLOW:
            self.places = min(self._most, self.places + MORE / self.places)
        elif came >= self._cut:
            self.places = max(self._least, self.places * AIM / (now - came))
            self._cut = now


class Place:
    """One that is taken when it is made, and given back once; raises Busy where there is none."""

    def __init__(self, room: Room, clock: Callable[[], float]) -> None:
        room.enter()
        self._room = room
        self._clock = clock  # seconds, monotonic
        self._came = clock()
        self._left = False

    def leave(self) -> None:
        if not self._left:
            self._left = True
            self._room.leave(self._came, self._clock())
