"""No spelling of an address and no lie of a resolver makes us dial what is not public."""

import asyncio
import ssl
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpcore2
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.net.client import GuardedFetcher
from moderation.net.contract import NotReadable, TooBusy
from moderation.net.limits import BudgetLimits

TLS = ssl.create_default_context()
OPENED = ("intranet.example", 8091)
PUBLIC = ["1.1.1.1", "8.8.8.8", "223.255.255.255", "2606:4700::1111", "2a00:1450::1"]
INSIDE = [
    "0.0.0.0", "127.0.0.1", "127.255.0.9", "10.1.2.3", "100.64.0.1", "169.254.169.254",  # noqa: S104 (nothing is bound)
    "172.16.0.1", "192.168.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::", "::1",
    "::ffff:127.0.0.1", "::ffff:1.1.1.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fe80::1%eth0",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2", "fd00:ec2::254", "ff02::1", "nonsense", "",
]  # fmt: skip
SPELLINGS = [
    "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]", "0.0.0.0", "0",  # noqa: S104 (nothing is bound)
    "localhost", "localhost.", "127.0.0.1.", "１２７.0.0.1", "127。0。0。1", "①②⑦.⓪.⓪.①", "[::1]",  # noqa: RUF001
    "[::1%25lo]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "a.example", "A.EXAMPLE.", "b.example",
    "user@a.example", "a.example@127.0.0.1", "127.0.0.1\\@a.example", "a.example#@127.0.0.1",
    "1.1.1.1", "[2606:4700::1111]", "a.example%2f@127.0.0.1", "xn--bcher-kva.example",
    "bücher.example", OPENED[0],
]  # fmt: skip

hosts = st.one_of(
    st.sampled_from(SPELLINGS),
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(lambda address: f"[{address}]"),
    st.integers(0, 2**32).map(str),
)
ports = st.sampled_from(["", ":80", ":443", ":8091", ":22", ":0", ":080"])
urls = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["http", "https", "HTTP", "ftp", "file"]),
    hosts,
    ports,
    st.sampled_from(["/", "", "/x?y=http://127.0.0.1/", "//127.0.0.1/"]),
)
places = st.one_of(urls, st.sampled_from(["//127.1/", "/next", "http:/127.0.0.1", "\t/x", ""]))
addresses = st.one_of(st.sampled_from(PUBLIC), st.sampled_from(INSIDE), st.ip_addresses().map(str))
answers = st.lists(st.lists(addresses, max_size=4), min_size=8, max_size=8)
public_answers = st.lists(st.lists(st.sampled_from(PUBLIC), min_size=1), min_size=8, max_size=8)


class Stream(httpcore2.AsyncMockStream):
    """The other end of a connection to an address, which says one thing."""

    def __init__(self, address: str, answer: bytes) -> None:
        super().__init__([answer])
        self._address = address

    def get_extra_info(self, info: str) -> Any:
        return (self._address, 80) if info == "server_addr" else None

    async def start_tls(self, *args: object, **kwargs: object) -> "Stream":
        return self


@dataclass
class World(httpcore2.AsyncNetworkBackend):
    """A resolver with other answers each time, and servers that redirect wherever they like."""

    answers: list[list[str]]
    redirects: list[str]
    asked: tuple[str, int] | None = None
    told: Sequence[str] | None = None  # the last answer; None since it was dialled
    dialled: list[tuple[str, tuple[str, int] | None, Sequence[str] | None]] = field(
        default_factory=list
    )

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        self.asked = (host, port)
        self.told = self.answers.pop(0) if self.answers else []
        return self.told

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (the HTTP client's own signature)
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        self.dialled.append((host, self.asked, self.told))
        self.asked, self.told = None, None
        if not self.redirects:
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1\r\n\r\nx"
            return Stream(host, head)
        place = self.redirects.pop(0).encode("utf-8", "replace")
        return Stream(host, b"HTTP/1.1 302 Found\r\nLocation: " + place + b"\r\n\r\n")


def is_public(written: str) -> bool:
    """What the standard library and the standards say, apart from the guard's own table."""
    try:
        address = ip_address(written)
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and not address.is_reserved
    return address.is_global and not address.is_multicast and not any(_inside(address))


def _inside(address: IPv6Address) -> list[object]:
    """Addresses of the old protocol that one of the new may lead to."""
    nat64 = address in IPv6Network("64:ff9b::/96") or address in IPv6Network("64:ff9b:1::/48")
    return [address.ipv4_mapped, address.sixtofour, address.teredo, nat64, address.scope_id]


def ask(url: str, answers: list[list[str]], redirects: list[str]) -> World:
    """Fetch one page in a world; what was dialled on the way."""
    world = World(list(answers), list(redirects))
    fetcher = GuardedFetcher(
        "https://comments.example",
        allowed_private={f"{OPENED[0]}:{OPENED[1]}"},
        resolve=world.resolve,
        tls=TLS,
        budget=BudgetLimits(per_host_second=1000, per_address=1000, per_page=1000),
    )
    fetcher._backend._dialler = world

    async def fetch() -> None:
        with suppress(NotReadable, TooBusy):
            await fetcher.fetch(url, purpose="a property")

    asyncio.run(fetch())
    return world


@settings(max_examples=200, deadline=None)
@given(urls, st.one_of(answers, public_answers), st.lists(places, max_size=6))
def test_no_dial_ever_goes_to_an_address_that_is_not_public(
    url: str, answers: list[list[str]], redirects: list[str]
) -> None:
    """H-2, H-3: whatever is written, answered, mixed or changed between two hops."""
    for address, asked, told in ask(url, answers, redirects).dialled:
        if asked == OPENED:
            continue
        assert is_public(address)
        assert told is None or (address in told and all(map(is_public, told)))


def test_the_property_is_not_empty() -> None:
    """H-2: what is public is dialled, in the order of the answer, at every hop anew."""
    world = ask("http://a.example/", [["1.1.1.1", "8.8.8.8"], ["8.8.8.8"]], ["https://b.example/"])
    assert [(address, asked) for address, asked, _ in world.dialled] == [
        ("1.1.1.1", ("a.example", 80)),
        ("8.8.8.8", ("b.example", 443)),
    ]
    assert ask("http://intranet.example:8091/", [["10.0.0.1"]], []).dialled
    assert not ask("http://intranet.example/", [["10.0.0.1"]], []).dialled
