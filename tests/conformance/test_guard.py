"""The guard's table and URL rules; the connections: tests/integration/net/test_dial."""

from collections.abc import Sequence

import pytest

from moderation.cli.examining import services
from moderation.cli.examining.finding import State
from moderation.cli.serving.service import Unguarded, work
from moderation.cli.serving.signals import Stop
from moderation.domain.clock import SystemClock
from moderation.house import House, open_house
from moderation.net.dial import GuardedBackend
from moderation.net.guard import Refused, pair, refusal, vet
from moderation.settings import Settings

INSIDE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200",  # noqa: S104 (nothing is bound)
    "100.127.255.255", "127.0.0.1", "127.0.0.2", "127.255.255.255", "168.63.129.16",
    "169.254.0.1", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255",
    "192.0.0.1", "192.0.0.170", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1",
    "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7",
    "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::a00:1", "100::1",
    "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:20::1",
    "2001:db8::1", "2001:db8:ffff::1", "2002:7f00:1::", "2002:a00:1::1", "3fff::1", "3fff:fff::1",
    "4000::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fdff::1", "fe80::1", "fe80::1%eth0",
    "2606:4700::1%1", "fec0::1", "ff02::1", "ff0e::1",
]  # fmt: skip
OUTSIDE = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
    "126.255.255.255", "128.0.0.0", "168.63.129.15", "168.63.129.17", "169.253.255.255",
    "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255", "192.169.0.0",
    "198.17.255.255", "198.20.0.0", "203.0.112.255", "223.255.255.255",
    "2001:200::1", "2001:4860:4860::8888", "2003::1", "2606:4700:4700::1111", "2a00:1450::1",
    "3ffe:ffff::1", "2001:db7:ffff::1", "2001:db9::1",
]  # fmt: skip
NO_ADDRESSES = ["", "localhost", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "127.0.0.1 "]
IN_DISGUISE = [
    "http://2130706433/", "http://017700000001/", "http://0x7f000001/", "http://0x7f.1/",
    "http://0x7f.0x0.0x0.0x1/", "http://0177.0.0.1/", "http://0177.0.0.01/", "http://127.1/",
    "http://127.0.1/", "http://127.0.0.1./", "http://127.0.0.01/", "http://0/", "http://00000/",
    "http://localhost./", "http://127。0。0。1/", "http://127．0．0．1/", "http://１２７.0.0.1/",  # noqa: RUF001
    "http://①②⑦.⓪.⓪.①/", "http://⑯⑨。②⑤④。⑯⑨｡②⑤④/", "http://[::1%25lo]/", "http://[::1%lo]/",
    "http://[fe80::1%25eth0]/", "http://256.256.256.256/", "http://1.2.3.4.5/", "http://127.0.0.1.:80/",
    "http://[127.0.0.1]/", "http://[::1/", "http://::1/", "http://0x/", "http://127.0.0.0x1/",
]  # fmt: skip
NOT_ASKED = [
    "", "blog.example", "//blog.example/", "/etc/passwd", "file:///etc/passwd", "ftp://blog.example/",
    "gopher://blog.example/", "javascript:alert(1)", "data:text/html,x", "dict://blog.example:11211/",
    "ws://blog.example/", "http:/blog.example/", "http:blog.example", "http://", "http:///x",
    "http://user@blog.example/", "http://user:secret@blog.example/", "http://@blog.example/",
    "http://blog.example@127.0.0.1/", "http://127.0.0.1\\@blog.example/", "http://blog.example\\x/",
    "http://blog.example:22/", "http://blog.example:25/", "http://blog.example:0/",
    "http://blog.example:65536/", "http://blog.example:8080/", "http://blog.example:-80/",
    "http://blog.example:80:80/", "http://blog .example/", "http://blog.example/a b",
    "http://blog.example/\r\nHost: x", "http://blog.example/\x00", "\thttp://blog.example/",
    "http://blog.example/\u202e", "http://-blog.example/", "http://blog..example/",
    "http://" + "a" * 64 + ".example/", "http://blog.example/" + "a" * 2048,
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_refused(address: str) -> None:
    """H-2: as resolved; mapped, tunnelled and translated ones are seen through."""
    assert refusal(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_a_public_address_is_not_refused(address: str) -> None:
    assert refusal(address) is None


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_address_is_refused(address: str) -> None:
    assert refusal(address) == "not an address"


@pytest.mark.parametrize("url", IN_DISGUISE)
def test_an_address_in_disguise_is_no_url(url: str) -> None:
    """H-2: decimal, octal, hexadecimal, short, full-width, with a dot at its end."""
    with pytest.raises(Refused):
        vet(url)


@pytest.mark.parametrize("url", NOT_ASKED)
def test_what_is_no_page_on_the_web_is_not_asked_for(url: str) -> None:
    """H-1: another scheme or port, a user, no host, what a URL cannot hold."""
    with pytest.raises(Refused):
        vet(url)


@pytest.mark.parametrize(
    "url", ["http://blog.example/", "https://blog.example/a?b", "http://[2606:4700::1]/"]
)
def test_an_ordinary_address_passes(url: str) -> None:
    """H-1: what is asked for is what our parser writes."""
    assert vet(url).text == url


def test_more_ports_are_an_option() -> None:
    assert vet("http://blog.example:8080/", ports={80, 443, 8080, 8443}).port == 8080


def test_the_settings_open_a_port_for_the_host_as_written() -> None:
    """H-1: the only opening there is."""
    allowed = frozenset({"127.0.0.1:8091", "[::1]:8091", "intranet:81"})
    assert vet("http://127.0.0.1:8091/x", allowed).port == 8091
    assert vet("http://[::1]:8091/x", allowed).port == 8091
    assert vet("http://INTRANET:81/x", allowed).port == 81
    for other in ("http://127.0.0.1:8092/", "http://localhost:8091/", "http://127.0.0.2:8091/"):
        with pytest.raises(Refused):
            vet(other, allowed)


@pytest.mark.parametrize(
    ("host", "written"),
    [("127.0.0.1", "127.0.0.1:80"), ("::1", "[::1]:80"), ("Intranet", "intranet:80")],
)
def test_host_and_port_are_written_as_in_the_settings(host: str, written: str) -> None:
    assert pair(host, 80) == written


async def test_where_the_guard_is_not_in_the_way_nothing_is_started(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H-2: as if another version of the HTTP client did not ask our backend any more."""

    async def unguarded(self: GuardedBackend, host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    monkeypatch.setattr(GuardedBackend, "_vetted", unguarded)

    async def greet(house: House) -> None:
        pytest.fail("it was started")

    with pytest.raises(Unguarded, match="Nothing was started"):
        await work(settings, Stop(), greet)
    house = await open_house(settings, clock=SystemClock())
    try:
        (finding,) = [f async for f in services.look(house, None) if f.what == "guard"]
    finally:
        await house.close()
    assert finding.state is State.FAILED
