"""How a connection is opened: look the name up once, vet every address, dial one of those."""

# ruff: noqa: ASYNC109 (the HTTP client's own signatures)

import asyncio
import socket
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from ipaddress import ip_address
from ssl import SSLContext
from typing import Any, Protocol

import httpcore2

from moderation.net.budget import Budget
from moderation.net.contract import NotReadable
from moderation.net.guard import Refused, pair, refusal
from moderation.net.limits import FetchLimits


class Resolve(Protocol):
    """Looks a host's addresses up; never asked for what is an address already."""

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """Return all addresses, best first; raises OSError or UnicodeError."""
        ...


async def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the machine's resolver."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Stands where the HTTP client opens its connections, so that nothing gets past it.

    It is handed host and port as they will be dialled, after all parsing. The client
    keeps the host's *name* for the Host header, SNI and the certificate.
    """

    def __init__(
        self,
        budget: Budget,
        limits: FetchLimits,
        *,
        resolve: Resolve = resolve,
        allowed_private: AbstractSet[str] = frozenset(),
    ) -> None:
        self._budget = budget
        self._limits = limits
        self._resolve = resolve
        self._allowed = allowed_private
        self._dialler: httpcore2.AsyncNetworkBackend = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Open a vetted connection; raises `Refused`, `NotReadable`, `TooBusy`."""
        addresses = await self._vetted(host, port)
        each = self._limits.connect_seconds / len(addresses)
        for address in addresses:
            self._budget.dial(address)  # each: the first of a name may be there to fail
            try:
                stream = await self._dialler.connect_tcp(address, port, timeout=each)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
            if not _is_peer(stream, address):
                await stream.aclose()
                raise Refused("connected to another address than the one dialled")
            return CountedStream(stream, self._limits.header_bytes + 2 * self._limits.body_bytes)
        raise NotReadable("no connection")

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Refuse: a socket file is not the web."""
        raise Refused("a socket file is not the web")

    async def _vetted(self, host: str, port: int) -> Sequence[str]:
        """Return at most three addresses; one that is refused refuses the host whole."""
        private = pair(host, port) in self._allowed
        if port not in self._limits.ports and not private:
            raise Refused(f"port {port} is not one of a web site")
        addresses = await self._addresses(host, port)
        if not private:
            for address in addresses:
                why = refusal(address)
                if why is not None:
                    raise Refused(f"{address} is not public ({why})")
        return addresses[: self._limits.addresses]

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            return [str(ip_address(host))]
        except ValueError:
            pass
        try:
            async with asyncio.timeout(self._limits.connect_seconds):
                addresses = await self._resolve(host, port)
        except (OSError, UnicodeError):  # a time-out is an OSError too
            addresses = []
        if not addresses:
            raise NotReadable("the name has no address")
        return addresses


class CountedStream(httpcore2.AsyncNetworkStream):
    """A connection that ends after so many bytes, whatever they are: headers, chunks, noise."""

    def __init__(self, stream: httpcore2.AsyncNetworkStream, limit: int) -> None:
        self._stream = stream
        self._left = limit

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = await self._stream.read(max_bytes, timeout)
        self._left -= len(data)
        if self._left < 0:
            raise NotReadable("more bytes than any page may have")
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        inner = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        return CountedStream(inner, self._left)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _is_peer(stream: httpcore2.AsyncNetworkStream, address: str) -> bool:
    """Tell whether the other end is who was dialled."""
    peer = stream.get_extra_info("server_addr")
    return peer is not None and ip_address(str(peer[0])) == ip_address(address)
