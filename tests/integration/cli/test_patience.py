"""How long a client is waited for: over real sockets, with less patience than in earnest."""

import asyncio
import os
import socket
from dataclasses import replace

import pytest
from starlette.types import Receive, Scope, Send

from moderation.cli.serving.protocol import PatientProtocol
from tests.integration.cli.impatient import (
    GET,
    SHORT,
    SOON,
    Writer,
    answer,
    connect,
    rest,
    serving,
    until,
)

BIG = b"x" * 20_000_000  # more than the sockets of both sides take


async def small(scope: Scope, receive: Receive, send: Send) -> None:
    await answer(send, b"here")


async def big(scope: Scope, receive: Receive, send: Send) -> None:
    await answer(send, BIG)


async def test_who_says_nothing_is_shown_out() -> None:
    async with serving(small, SHORT) as (_, port):
        reader, writer = await connect(port)
        assert await rest(reader) == b""
        writer.close()


async def test_a_header_that_never_ends_is_not_waited_for() -> None:
    async with serving(small, SHORT) as (_, port):
        reader, writer = await connect(port)
        drip = asyncio.create_task(dripping(writer, b"GET / HTTP/1.1\r\nHost: x\r\n", b"A: b\r\n"))
        assert await rest(reader) == b""
        drip.cancel()
        writer.close()


async def test_blank_lines_between_requests_do_not_keep_a_connection() -> None:
    async with serving(small, SHORT) as (_, port):
        reader, writer = await connect(port)
        drip = asyncio.create_task(dripping(writer, GET, b"\r\n"))
        await reader.readuntil(b"here")
        assert await rest(reader) == b""
        drip.cancel()
        writer.close()


async def dripping(writer: Writer, first: bytes, then: bytes) -> None:
    """Send a little, again and again, faster than any time-out."""
    writer.write(first)
    while True:
        writer.write(then)
        await writer.drain()
        await asyncio.sleep(0.02)


async def test_a_header_that_goes_on_and_on_is_refused() -> None:
    async with serving(small, replace(SHORT, header_seconds=SOON)) as (_, port):
        reader, writer = await connect(port)
        drip = asyncio.create_task(dripping(writer, b"GET / HTTP/1.1\r\nA: ", b"b" * 100))
        assert (await rest(reader)).startswith(b"HTTP/1.1 400")
        drip.cancel()
        writer.close()


async def test_a_header_of_too_many_fields_is_refused_before_its_end() -> None:
    async with serving(small, replace(SHORT, header_seconds=SOON, header_bytes=2**20)) as (_, port):
        reader, writer = await connect(port)
        writer.write(GET[:-2] + b"a:b\r\n" * 200)
        assert (await rest(reader)).startswith(b"HTTP/1.1 400")
        writer.close()


async def test_of_a_header_of_too_many_fields_no_more_waits_than_it_is_refused_for() -> None:
    told: list[int] = []

    async def counting(scope: Scope, receive: Receive, send: Send) -> None:
        told.append(len(scope["headers"]))
        await answer(send, b"here")

    async with serving(counting, replace(SHORT, header_fields=10)) as (_, port):
        reader, writer = await connect(port)
        writer.write(GET[:-2] + b"a:b\r\n" * 9 + b"\r\n" + GET[:-2] + b"a:b\r\n" * 200 + b"\r\n")
        assert (await rest(reader)).count(b"HTTP/1.1 200") == 2
        writer.close()
    assert told == [10, 11]


async def test_many_requests_in_one_piece_are_no_long_header() -> None:
    async with serving(small, replace(SHORT, header_seconds=SOON, ahead=1000)) as (server, port):
        reader, writer = await connect(port)
        writer.write(GET + GET[:10])
        await reader.readuntil(b"here")
        many = 2 * SHORT.header_bytes // len(GET)
        writer.write(GET[10:] + GET * many + GET[:10])
        await until(lambda: server.server_state.total_requests == 2 + many)
        writer.write(GET[10:])
        await until(lambda: server.server_state.total_requests == 3 + many)
        writer.close()
        assert b"HTTP/1.1 400" not in await rest(reader)


async def test_who_asks_ever_more_before_it_is_answered_is_parted_from() -> None:
    """Each request that waits takes far more memory than it had bytes."""
    let_go, came = asyncio.Event(), 0

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal came
        came += 1
        await let_go.wait()
        await answer(send, b"here")

    async with serving(slow, replace(SHORT, header_seconds=SOON, ahead=4)) as (server, port):
        reader, writer = await connect(port)
        writer.write(GET * 50)
        await until(lambda: came > 0)
        (connection,) = server.server_state.connections
        assert isinstance(connection, PatientProtocol)
        assert len(connection.pipeline) == 4
        let_go.set()
        said = await rest(reader)
        writer.close()
    assert came == 5  # one after the other, and nothing behind them
    assert said.count(b"HTTP/1.1 200") == 5
    assert said.count(b"connection: close") == 1


async def test_a_body_after_its_header_is_the_applications_matter() -> None:
    """The time for the header is over once the header is there."""
    body = b"a slow body"

    async def echo(scope: Scope, receive: Receive, send: Send) -> None:
        heard, more = b"", True
        while more:
            message = await receive()
            heard, more = heard + message["body"], message["more_body"]
        await answer(send, heard)

    async with serving(echo, SHORT) as (_, port):
        reader, writer = await connect(port)
        head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode())
        for byte in body:
            await asyncio.sleep(0.05)
            writer.write(bytes([byte]))
        assert (await reader.readuntil(body)).startswith(b"HTTP/1.1 200")
        writer.close()


async def test_who_does_not_take_the_answer_is_cut_off() -> None:
    async with serving(big, SHORT) as (server, port):
        reader, writer = await connect(port)
        writer.write(GET)
        await reader.readexactly(10)
        writer.transport.pause_reading()  # type: ignore[attr-defined] # asyncio's own has it
        await until(lambda: not server.server_state.connections)
        writer.close()


async def test_who_does_not_take_the_last_answer_of_a_connection_is_cut_off_too() -> None:
    """What is left is less than the transport calls much, and it is closing already."""

    async def some(scope: Scope, receive: Receive, send: Send) -> None:
        for connection in server.server_state.connections:
            plain = connection.transport.get_extra_info("socket")
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        await answer(send, b"x" * 60_000)

    async with serving(some, SHORT) as (server, port):
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", port))
            client.sendall(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            await until(lambda: server.server_state.total_requests == 1)
            assert server.server_state.connections
            await until(lambda: not server.server_state.connections)


async def test_who_takes_the_answer_slowly_gets_it_whole() -> None:
    patient = replace(SHORT, writing_bytes=1, writing_seconds=2.0)
    async with serving(big, patient) as (_, port):
        reader, writer = await connect(port)
        writer.write(GET)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200")
        taken = 0
        while taken < len(BIG):
            piece = await reader.read(1_000_000)
            assert piece
            taken += len(piece)
            await asyncio.sleep(0.02)
        assert taken == len(BIG)
        writer.close()


async def test_beyond_the_number_of_connections_everybody_is_told_to_come_back() -> None:
    patient = replace(SHORT, header_seconds=SOON, connections=2)
    async with serving(small, patient) as (server, port):
        others = [await connect(port) for _ in range(2)]
        reader, writer = await connect(port)
        await until(lambda: len(server.server_state.connections) == 3)
        writer.write(GET)
        said = await rest(reader)
        assert said.startswith(b"HTTP/1.1 503")
        assert b"\r\nretry-after: " in said.lower()
        for _, other in [*others, (reader, writer)]:
            other.close()


async def test_a_length_told_twice_is_never_answered_as_two_requests() -> None:
    async with serving(small, SHORT) as (_, port):
        reader, writer = await connect(port)
        twice = b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\n" + twice + GET)
        said = await rest(reader)
        assert said.count(b"HTTP/1.1 ") == 1
        writer.close()


async def test_an_idle_connection_is_left_when_the_service_stops() -> None:
    async with serving(small, replace(SHORT, header_seconds=SOON)) as (server, port):
        reader, writer = await connect(port)
        writer.write(GET)
        await reader.readuntil(b"here")
        server.should_exit = True
        assert await rest(reader) == b""
        writer.close()


async def test_a_request_under_way_when_the_service_stops_is_answered() -> None:
    async with serving(small, replace(SHORT, header_seconds=SOON)) as (server, port):
        reader, writer = await connect(port)
        writer.write(GET[:20])
        await until(lambda: bool(server.server_state.connections))
        server.should_exit = True
        await until(lambda: server.server_state.leaving)
        await asyncio.sleep(2 * SHORT.leaving_seconds)
        writer.write(GET[20:])
        said = await rest(reader)
        assert said.startswith(b"HTTP/1.1 200")
        assert b"connection: close" in said
        writer.close()


@pytest.mark.skipif(os.name != "posix", reason="limits of files are a Unix matter")
async def test_as_many_files_may_be_open_as_the_machine_allows() -> None:
    import resource

    async with serving(small, SHORT):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert soft >= min(65_536, hard if hard != resource.RLIM_INFINITY else 65_536)
