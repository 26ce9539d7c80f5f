"""A request's body on its way: counted, timed, and taken in whole before it takes a place."""

import asyncio

from starlette.types import Message, Receive

from moderation.domain.errors import Fault, Malformed, TooLarge
from moderation.protocols.contract import BODY_LIMIT

BODY_SECONDS = 15.0


def counted(receive: Receive) -> Receive:
    """Let through 64 KiB of body within 15 seconds; raise TooLarge or Malformed past that."""
    seen = 0
    deadline: float | None = None
    done = False

    async def receiving() -> Message:
        nonlocal seen, deadline, done
        if done:
            return await receive()  # waiting for the client to hang up has no limit
        now = asyncio.get_running_loop().time()
        deadline = deadline or now + BODY_SECONDS
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError:
            raise Malformed("The request took too long to arrive.") from None
        if message["type"] == "http.disconnect":
            raise Malformed("The request was broken off.")
        seen += len(message.get("body", b""))
        done = not message.get("more_body", False)
        if seen > BODY_LIMIT:
            raise TooLarge(f"A request has {BODY_LIMIT // 1024} KiB at the most.")
        return message

    return receiving


async def whole(counted: Receive, receive: Receive) -> Receive:
    """Read a body to its end, and give it out in one piece, or the Fault it ended in."""
    body, fault, given = b"", None, False
    try:
        more = True
        while more:
            message = await counted()
            body += message.get("body", b"")
            more = message.get("more_body", False)
    except Fault as error:
        fault = error

    async def receiving() -> Message:
        nonlocal given
        if fault is not None:
            raise fault
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receiving
