"""Pingback 1.0: ``pingback.ping(source, target)`` by XML-RPC, and nothing else of XML-RPC."""

from moderation import faults
from moderation.domain.comment import Kind
from moderation.domain.errors import Busy, Duplicate, Fault
from moderation.domain.submission import Ping
from moderation.protocols.contract import BODY_LIMIT, Answer, PingProtocol, Request
from moderation.text import xmlrpc
from moderation.text.pair import check_pair

METHOD = "pingback.ping"
CONTENT_TYPE = "text/xml; charset=UTF-8"


class Pingback:
    """The protocol as bytes. Every answer but a busy one is HTTP 200, faults included."""

    kind = Kind.PINGBACK

    def parse(self, request: Request) -> Ping:
        """Understand a call; its Content-Type is not looked at, as senders give any.

        Raises XmlRpcFault (-32700 … -32600), TooLarge once inflated, or InvalidFields
        (16 for the source, 33 for the target).
        """
        body = xmlrpc.inflate(request.body, request.content_encoding, BODY_LIMIT)
        call = xmlrpc.read_call(body, mend_ampersands=True)
        if call.method != METHOD:
            raise xmlrpc.XmlRpcFault(xmlrpc.NO_SUCH_METHOD, f"Only {METHOD} is offered here.")
        strings = [param for param in call.params if param is not None]
        if len(strings) != 2 or len(call.params) != 2:
            sentence = f"{METHOD} takes two strings: the source and the target."
            raise xmlrpc.XmlRpcFault(xmlrpc.BAD_PARAMS, sentence)
        source, target = check_pair(*strings)
        return Ping(self.kind, source, target, request.client)

    def accepted(self, ping: Ping, status_url: str, accept: str = "") -> Answer:
        """One string. It never holds the letters "fault": a known sender looks for them."""
        body = xmlrpc.write_string("Thank you, your ping is queued.")
        return Answer(200, CONTENT_TYPE, body, (status_link(status_url),))

    def repeated(self, ping: Ping, status_url: str, accept: str = "") -> Answer:
        """Fault 48 (0x0030), at which senders note the ping as done."""
        return Answer(200, CONTENT_TYPE, write_fault(Duplicate()), (status_link(status_url),))

    def refused(self, fault: Fault, accept: str = "") -> Answer:
        """A fault in a 200, as with any other status senders lose it; busy alone is 503."""
        status = faults.http_status(fault) if isinstance(fault, Busy) else 200
        return Answer(status, CONTENT_TYPE, write_fault(fault), faults.headers(fault))


def write_fault(fault: Fault) -> bytes:
    return xmlrpc.write_fault(*faults.xmlrpc_fault(fault))


def status_link(status_url: str) -> tuple[str, str]:
    return "Link", f'<{status_url}>; rel="status"'


def method_not_allowed() -> Answer:
    """Answer anything but POST."""
    body = b"XML-RPC server accepts POST requests only.\n"
    return Answer(405, "text/plain; charset=utf-8", body, (("Allow", "POST"),))


def make() -> PingProtocol:
    return Pingback()
