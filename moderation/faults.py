"""The only table from an error's code to HTTP statuses, XML-RPC faults and words for blogs."""

import json
from dataclasses import dataclass
from http import HTTPStatus

from moderation.domain.errors import Busy, Fault, InvalidFields, RateLimited
from moderation.text.xmlrpc import XmlRpcFault


@dataclass(frozen=True, slots=True)
class Row:
    """What one code becomes at each kind of door."""

    http: int  # for people, JSON clients and the API
    xmlrpc: int  # faultCode; Pingback 1.0 §3 or the reserved codes below -32000
    trackback: int  # HTTP status: 200 where only the application objects
    webmention: int  # HTTP status: W3C Webmention §3.2.3, a sender's error is 400
    said: str = ""  # to other blogs; "" = the fault's own sentence


TABLE: dict[str, Row] = {
    "malformed": Row(400, -32700, 400, 400),
    "too_large": Row(413, -32600, 413, 413, "The request is too large."),
    "wrong_type": Row(415, -32600, 415, 415),
    "missing": Row(422, -32602, 200, 400),
    "too_long": Row(422, -32602, 200, 400),
    "unknown_article": Row(404, 32, 404, 400),
    "unknown_parent": Row(404, 0, 404, 400),
    "closed": Row(403, 33, 200, 400, "Sorry, pings are closed for this item."),
    "duplicate": Row(409, 48, 200, 400, "There is already a ping from that URL for this post."),
    "rate_limited": Row(
        429, 49, 429, 429, "You are sending pings too quickly. Please try again later."
    ),
    "busy": Row(503, -32400, 503, 503, "The service is busy. Please try again in a moment."),
    "version_stale": Row(409, 0, 409, 400),
    "version_required": Row(409, 0, 409, 400),
    "illegal_move": Row(409, 0, 409, 400),
    "idempotency_mismatch": Row(422, 0, 422, 400),
    "unauthorized": Row(401, 49, 401, 400),
    "forbidden": Row(403, 49, 403, 400, "Pings from there are not accepted."),
    "not_found": Row(404, 32, 404, 400),
    "internal": Row(500, -32603, 500, 500, "Something went wrong on our side."),
}

PINGBACK_FIELDS = {"source": 16, "target": 33}  # Pingback 1.0 §3: 0x0010, 0x0021


def row(fault: Fault) -> Row:
    """Find the row of a fault. One of fields has one row, whatever the first field's code."""
    return TABLE["missing" if isinstance(fault, InvalidFields) else fault.code]


def http_status(fault: Fault) -> int:
    """The HTTP status for people, JSON clients and the API."""
    return row(fault).http


def trackback_status(fault: Fault) -> int:
    """The HTTP status of a trackback's refusal; senders read the XML of a 200 only."""
    return row(fault).trackback


def webmention_status(fault: Fault) -> int:
    """The HTTP status of a webmention's refusal."""
    return row(fault).webmention


def trackback_message(fault: Fault) -> str:
    """One sentence for another blog's owner, not yet escaped, never empty.

    It reflects nothing of the request; pingback and webmention say the same.
    """
    return row(fault).said or str(fault)


def xmlrpc_fault(fault: Fault) -> tuple[int, str]:
    """``faultCode`` and ``faultString``; of several fields the first decides."""
    if isinstance(fault, XmlRpcFault):
        return fault.number, str(fault)
    number = row(fault).xmlrpc
    if isinstance(fault, InvalidFields):
        number = PINGBACK_FIELDS.get(fault.errors[0].field, number)
    return number, trackback_message(fault)


def retry_after(fault: Fault) -> int | None:
    """Whole seconds for ``Retry-After``, at least 1; None where waiting does not help."""
    if isinstance(fault, RateLimited | Busy):
        return max(1, fault.retry_after)
    return None


def headers(fault: Fault) -> tuple[tuple[str, str], ...]:
    """The header lines a refusal carries at every door."""
    seconds = retry_after(fault)
    return () if seconds is None else (("Retry-After", str(seconds)),)


def problem_document(fault: Fault, status: int | None = None) -> dict[str, object]:
    """A problem as RFC 9457 has it, with our ``code`` and ``errors``; every key is present."""
    errors = fault.errors if isinstance(fault, InvalidFields) else ()
    number = http_status(fault) if status is None else status
    return {
        "type": "about:blank",
        "title": HTTPStatus(number).phrase,
        "status": number,
        "detail": str(fault),
        "code": fault.code,
        "errors": [{"field": e.field, "code": e.code, "message": e.message} for e in errors],
    }


def write_problem(fault: Fault, status: int | None = None) -> bytes:
    """Write a problem as JSON that stays harmless even where it is taken for HTML."""
    text = json.dumps(problem_document(fault, status))  # ASCII only
    return text.replace("<", "\\u003c").replace(">", "\\u003e").encode()
