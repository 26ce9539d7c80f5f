"""Nothing gets past the guard: resolvers that lie, redirects inside, a canary never touched.

All of it happens on loopback; the canary's port counts as one of a web site, so that
only the table of addresses stands before it.
"""

from collections.abc import Sequence
from typing import NoReturn

import httpcore2
import pytest

from moderation.net.client import GuardedFetcher
from moderation.net.contract import NotReadable, TooBusy
from moderation.net.dial import CountedStream, GuardedBackend, resolve
from moderation.net.guard import Refused
from moderation.net.limits import BudgetLimits, FetchLimits
from tests.sources import SourceServer

PUBLIC = "1.1.1.1"  # never dialled: where it could be, a recorder stands for the dialler


class Resolver:
    """A resolver that answers from a script, another answer each time."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append((host, port))
        return self.answers.pop(0)


class Recorder(httpcore2.AsyncNetworkBackend):
    """Takes down what would be dialled, and connects to nothing."""

    def __init__(self) -> None:
        self.dialled: list[str] = []

    async def connect_tcp(self, host: str, *args: object, **kwargs: object) -> NoReturn:
        self.dialled.append(host)
        raise httpcore2.ConnectError


def made(canary: SourceServer, resolver: Resolver, *allowed: str) -> GuardedFetcher:
    ports = frozenset({80, 443, canary.port})
    return GuardedFetcher(
        "https://c.example",
        allowed_private=frozenset(allowed),
        limits=FetchLimits(ports=ports),
        resolve=resolver,
    )


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["127.0.0.1", PUBLIC],
        [PUBLIC, "127.0.0.1"],
        [PUBLIC, PUBLIC, PUBLIC, "127.0.0.1"],
        [PUBLIC, "::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["fe80::1%lo"],
        ["nonsense"],
        [""],
    ],
)
async def test_one_address_inside_refuses_the_host_whole(
    canary: SourceServer, addresses: list[str]
) -> None:
    resolver, recorder = Resolver(addresses), Recorder()
    fetcher = made(canary, resolver)
    fetcher._backend._dialler = recorder
    with pytest.raises(Refused):
        await fetcher.fetch(f"http://x.example:{canary.port}/", purpose="test")
    assert resolver.asked == [("x.example", canary.port)]
    assert not recorder.dialled


async def test_public_addresses_are_dialled_three_at_the_most(canary: SourceServer) -> None:
    recorder = Recorder()
    fetcher = made(canary, Resolver([PUBLIC, "1.0.0.1", "8.8.8.8", "8.8.4.4"]))
    fetcher._backend._dialler = recorder
    with pytest.raises(NotReadable):
        await fetcher.fetch("http://x.example/", purpose="test")
    assert recorder.dialled == [PUBLIC, "1.0.0.1", "8.8.8.8"]


async def test_every_address_that_is_dialled_has_its_budget(server: SourceServer) -> None:
    """Else a name whose first address fails at once would aim us at its second, without limit."""
    names = [f"x{number}.example" for number in range(3)]
    resolver = Resolver(*([PUBLIC, "127.0.0.1"] for _ in names))
    fetcher = GuardedFetcher(
        "https://c.example",
        allowed_private={f"{name}:{server.port}" for name in names},
        limits=FetchLimits(ports=frozenset({server.port})),
        budget=BudgetLimits(per_address=2),
        resolve=resolver,
    )
    recorder = Recorder()
    fetcher._backend._dialler = recorder
    for name in names[:2]:
        with pytest.raises(NotReadable):
            await fetcher.fetch(f"http://{name}:{server.port}/", purpose="test")
    fetcher._budget._addresses.pop(PUBLIC)  # each name has another first one
    with pytest.raises(TooBusy):
        await fetcher.fetch(f"http://{names[2]}:{server.port}/", purpose="test")
    assert recorder.dialled == [PUBLIC, "127.0.0.1", PUBLIC, "127.0.0.1", PUBLIC]


async def test_a_connection_ends_after_so_many_bytes_of_any_kind() -> None:
    stream = CountedStream(httpcore2.AsyncMockStream([b"x" * 10] * 4), 30)
    for _ in range(3):
        assert await stream.read(10) == b"x" * 10
    with pytest.raises(NotReadable):
        await stream.read(10)


async def test_a_name_is_looked_up_once_and_that_address_dialled(server: SourceServer) -> None:
    server.page("/", "x")
    host = f"x.example:{server.port}"
    resolver = Resolver(["127.0.0.1"], ["127.0.0.2"])
    fetcher = GuardedFetcher("https://c.example", allowed_private={host}, resolve=resolver)
    assert (await fetcher.fetch(f"http://{host}/", purpose="test")).body == b"x"
    assert resolver.asked == [("x.example", server.port)]
    assert server.requests[0].headers["host"] == host


async def test_an_answer_that_changes_between_redirects_is_vetted_anew(
    server: SourceServer, canary: SourceServer
) -> None:
    """The same name: first an allowed server, then by another port what is inside."""
    first = f"x.example:{server.port}"
    server.redirect("/", f"http://x.example:{canary.port}/")
    resolver = Resolver(["127.0.0.1"], ["127.0.0.1"])
    with pytest.raises(Refused):
        await made(canary, resolver, first).fetch(f"http://{first}/", purpose="test")
    assert len(server.requests) == 1
    assert len(resolver.asked) == 2


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[::]",
     "[2002:7f00:1::]", "[fe80::1]", "[fd00:ec2::254]", "0.0.0.0", "127.0.0.2",  # noqa: S104 (nothing is bound)
     "169.254.169.254",
     "10.0.0.1", "192.168.0.1", "100.64.0.1", "0", "127.1", "2130706433", "0x7f000001", "0x7f.1",
     "0177.0.0.1", "127.0.0.1.", "①②⑦.⓪.⓪.①", "127。0。0。1", "１２７.0.0.1", "[::1%25lo]",  # noqa: RUF001
     "localhost."],
)  # fmt: skip
async def test_no_spelling_of_an_inside_address_is_dialled(
    fetcher: GuardedFetcher, canary: SourceServer, server: SourceServer, host: str
) -> None:
    inside = f"http://{host}:{canary.port}/"
    with pytest.raises(Refused):
        await fetcher.fetch(inside, purpose="test")
    with pytest.raises(Refused):
        await fetcher.fetch(server.redirect("/", inside), purpose="test")


@pytest.mark.parametrize(
    "spelling",
    ["127.1", "2130706433", "0x7f.1", "0177.0.0.1", "0", "localhost", "::1", "127.0.0.1."],
)
async def test_even_past_the_url_rules_the_dialler_refuses(
    fetcher: GuardedFetcher, canary: SourceServer, spelling: str
) -> None:
    """The machine's own resolver reads most of these as loopback."""
    with pytest.raises(NotReadable):
        await fetcher._backend.connect_tcp(spelling, canary.port)


async def test_the_dialler_refuses_ports_and_socket_files(fetcher: GuardedFetcher) -> None:
    with pytest.raises(Refused):
        await fetcher._backend.connect_tcp("1.1.1.1", 22)
    with pytest.raises(Refused):
        await fetcher._backend.connect_unix_socket("/var/run/docker.sock")


async def test_a_name_that_has_no_address_is_not_readable(canary: SourceServer) -> None:
    class Failing(Resolver):
        async def __call__(self, host: str, port: int) -> Sequence[str]:
            raise OSError("no such name")

    for resolver in (Failing(), Resolver([])):
        with pytest.raises(NotReadable):
            await made(canary, resolver).fetch("http://x.example/", purpose="test")


async def test_three_addresses_are_tried(server: SourceServer) -> None:
    server.page("/", "x")
    host = f"x.example:{server.port}"
    for addresses, body in (
        (["127.0.0.2", "127.0.0.3", "127.0.0.1"], b"x"),
        (["127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.1"], None),
    ):
        resolver = Resolver(addresses)
        fetcher = GuardedFetcher("https://c.example", allowed_private={host}, resolve=resolver)
        if body is None:
            with pytest.raises(NotReadable):
                await fetcher.fetch(f"http://{host}/", purpose="test")
        else:
            assert (await fetcher.fetch(f"http://{host}/", purpose="test")).body == body


async def test_the_machines_resolver_lists_addresses() -> None:
    assert list(await resolve("127.0.0.1", 80)) == ["127.0.0.1"]


async def test_the_self_test_passes_where_the_guard_is_in_place(fetcher: GuardedFetcher) -> None:
    await fetcher.self_test()
    await GuardedFetcher("https://c.example", allowed_private={"127.0.0.1:80"}).self_test()


async def test_the_self_test_fails_loudly_where_it_is_not(
    fetcher: GuardedFetcher, server: SourceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if another version of the HTTP client did not ask our backend any more."""

    async def unguarded(self: GuardedBackend, host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    monkeypatch.setattr(GuardedBackend, "_vetted", unguarded)
    with pytest.raises(RuntimeError, match="guard of outgoing connections"):
        await fetcher.self_test()
