"""What a process of the service is given by the one that started it, or that it takes the place of.

It stands in one variable of the environment, taken out as soon as it is read. A service manager
hands its socket over by variables of its own (systemd: LISTEN_PID and LISTEN_FDS).
"""

import json
import os
from collections.abc import MutableMapping
from dataclasses import asdict, dataclass

VARIABLE = "MODERATION_HANDOVER"
FIRST = 3  # the descriptor of the first socket that systemd hands over


class Misfit(Exception):
    """A service manager hands over what cannot be used; `str()` is one line."""


@dataclass(frozen=True, slots=True)
class Handover:
    """Numbers are descriptors, but for those of processes."""

    socket: int  # listens
    lasts: bool  # it is the service manager's: whoever connects meanwhile waits for the next
    line: int = -1  # to the process that leads; -1 for who leads
    settings: bool = False  # they come by the line, not from the file
    elders: tuple[tuple[int, int], ...] = ()  # processes that answer until we do, and their lines

    def written(self) -> str:
        return json.dumps(asdict(self))


def take(environ: MutableMapping[str, str]) -> Handover | None:
    """Take it out of the environment, where there is any. Raises `Misfit`."""
    written = environ.pop(VARIABLE, None)
    managed = {name: environ.pop(name, "") for name in ("LISTEN_PID", "LISTEN_FDS")}
    environ.pop("LISTEN_FDNAMES", None)
    if written is not None:
        found = json.loads(written)
        elders = tuple((pid, line) for pid, line in found.pop("elders"))
        return Handover(**found, elders=elders)
    if managed["LISTEN_PID"] != str(os.getpid()):
        return None
    if managed["LISTEN_FDS"] != "1":
        raise Misfit(f"The service manager hands over {managed['LISTEN_FDS']} sockets, not one.")
    return Handover(FIRST, lasts=True)
