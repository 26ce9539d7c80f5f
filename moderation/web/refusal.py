"""Refusing where no door did: in plain text, at once or as the answer to one request."""

from starlette.types import Send

from moderation.domain.errors import Fault
from moderation.faults import headers as fault_headers
from moderation.faults import http_status
from moderation.web.headers import Headers, protected
from moderation.web.hot import Form


async def refuse(fault: Fault, send: Send) -> None:
    """Answer in plain text, where no door did, and part: the rest of the request is not read."""
    body = _sentence(fault)
    headers = [*_header(fault), (b"connection", b"close")]
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": http_status(fault), "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _header(fault: Fault) -> Headers:
    more = [(name.lower().encode(), value.encode()) for name, value in fault_headers(fault)]
    return [(b"content-type", b"text/plain; charset=utf-8"), *more]


def _sentence(fault: Fault) -> bytes:
    return f"{fault}\n".encode()


def ready_refusal(fault: Fault, *, https: bool) -> Form:
    """A refusal that is made once and leaves the connection as it is."""
    return Form(protected(_header(fault), https=https), _sentence(fault), http_status(fault))
