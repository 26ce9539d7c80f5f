"""The socket that listens: taken first, so that a taken port is told before anything is opened."""

import ctypes
import errno
import logging
import socket
import struct
import sys
from contextlib import suppress
from typing import Any

import uvicorn

BACKLOG = 2048  # connections that may wait to be accepted
_WHY = {
    errno.EADDRINUSE: "is taken by another program. Is the service running already?",
    errno.EACCES: "may not be used by this user.",
    errno.EADDRNOTAVAIL: "is not at an address of this machine.",
}

# Linux, in its own numbers: a filter of packets for a socket, in classic BPF.
SOL_SOCKET, SO_ATTACH_FILTER = 1, 26
NO_SYN = (
    (0x30, 0, 0, 13),  # load the flags of the TCP header,
    (0x54, 0, 0, 0x12),  # of them SYN and ACK;
    (0x15, 0, 1, 0x02),  # where SYN stands alone:
    (0x06, 0, 0, 0),  # keep nothing of the packet,
    (0x06, 0, 0, 0xFFFFFFFF),  # else all.
)


class NotListening(Exception):
    """The address cannot be listened on; `str()` is one line for who runs the service."""


class Listening:
    """A socket that listens. Who connects before the service is ready waits in its backlog.

    Raises `NotListening` for an address that is taken or not ours.
    """

    lasts = False  # whether it stays open when we go: then who connects waits for the next

    def __init__(self, host: str, port: int) -> None:
        config = uvicorn.Config("", host=host, port=port, log_config=None)
        logger = logging.getLogger("uvicorn.error")
        level = logger.level
        logger.setLevel(logging.CRITICAL)  # its words would be a second line beside ours
        try:
            self.socket = config.bind_socket()
        except SystemExit as leaving:  # this is how it tells of a failure
            raise _failure(host, port, leaving.__context__) from None
        finally:
            logger.setLevel(level)
        self.socket.set_inheritable(False)  # whoever reads strangers' pages is not to answer at it
        try:
            self.socket.listen(BACKLOG)  # two may bind at once, only one may listen
        except OSError as error:
            self.socket.close()
            raise _failure(host, port, error) from None
        self.host = host
        self.port: int = self.socket.getsockname()[1]

    @classmethod
    def adopt(cls, descriptor: int, *, lasts: bool) -> "Listening":
        """Take a socket that somebody else has made. Raises `NotListening` for no such one."""
        adopted = cls.__new__(cls)
        try:
            adopted.socket = socket.socket(fileno=descriptor)
        except OSError as error:
            raise NotListening(f"What was handed over is no socket: {error}.") from None
        adopted.socket.set_inheritable(False)
        if adopted.socket.family not in (socket.AF_INET, socket.AF_INET6):
            raise NotListening("The socket that was handed over has no address and port.")
        adopted.host, adopted.port = adopted.socket.getsockname()[:2]
        adopted.lasts = lasts
        return adopted

    def again(self) -> "Listening":
        """The same socket by another descriptor, for who closes the one and needs the other."""
        return Listening.adopt(self.socket.dup().detach(), lasts=self.lasts)

    def close(self) -> None:
        self.socket.close()


def turn_away(door: Any) -> None:
    """Have the kernel drop what would begin a connection, where it can (Linux).

    Whoever tries does so again a second later, and finds the port closed or served by the
    next process. Handshakes that have begun end well, which closing would break off.
    """
    if sys.platform != "linux":
        return
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in NO_SYN))
    filter_ = struct.pack("HP", len(NO_SYN), ctypes.addressof(program))
    with suppress(OSError):
        door.setsockopt(SOL_SOCKET, SO_ATTACH_FILTER, filter_)


def _failure(host: str, port: int, error: BaseException | None) -> NotListening:
    number = error.errno if isinstance(error, OSError) else None
    why = _WHY.get(number or 0, f"cannot be listened on: {error}.")
    shown = f"[{host}]" if ":" in host else host
    return NotListening(f"Port {port} of {shown} {why}")
