"""Webmention (W3C, 12 January 2017): a form of `source` and `target`, answered by a status page."""

import json

from moderation import faults
from moderation.domain.comment import Kind
from moderation.domain.errors import Fault, Malformed, WrongType
from moderation.domain.submission import Ping
from moderation.protocols.contract import Answer, PingProtocol, Request
from moderation.text import forms
from moderation.text.pair import check_pair

PLAIN = "text/plain; charset=utf-8"
QUEUED = "Thank you, your webmention is queued."


class Webmention:
    """The protocol as bytes. Whatever the sender did wrong is 400 (§3.2.3).

    `accept` is the request's ``Accept``: who asks for JSON gets objects, others plain text.
    """

    kind = Kind.WEBMENTION

    def parse(self, request: Request) -> Ping:
        """Understand a form. Unknown parameters mean nothing; the query is not looked at.

        Raises WrongType for an encoded body, Malformed for anything that is no form in
        UTF-8 (multipart and JSON too), InvalidFields for `source` and `target`.
        """
        if request.content_encoding not in ("", "identity"):
            raise WrongType("A compressed request is not accepted.")
        if forms.media_type(request.content_type) not in ("", forms.FORM_TYPE):
            raise Malformed("A webmention is sent as application/x-www-form-urlencoded.")
        fields = forms.read_form(request.body)
        source, target = check_pair(fields.get("source", ""), fields.get("target", ""))
        return Ping(self.kind, source, target, request.client)

    def accepted(self, ping: Ping, status_url: str, accept: str = "") -> Answer:
        """201 with the status page in ``Location`` (§3.2)."""
        location = (("Location", status_url),)
        if forms.accepts_json(accept):
            body = json.dumps({"summary": QUEUED, "location": status_url}).encode()
            return Answer(201, "application/json", body, location)
        return Answer(201, PLAIN, f"{QUEUED}\n".encode(), location)

    def repeated(self, ping: Ping, status_url: str, accept: str = "") -> Answer:
        """The same again: sending it once more means "look again" (§3.2.4)."""
        return self.accepted(ping, status_url, accept)

    def refused(self, fault: Fault, accept: str = "") -> Answer:
        status, headers = faults.webmention_status(fault), faults.headers(fault)
        if forms.accepts_json(accept):
            body = faults.write_problem(fault, status)
            return Answer(status, "application/problem+json", body, headers)
        text = f"{faults.trackback_message(fault)}\n"
        return Answer(status, PLAIN, text.encode(), headers)


def method_not_allowed() -> Answer:
    """Answer anything but POST."""
    return Answer(405, PLAIN, b"A webmention is sent by POST.\n", (("Allow", "POST"),))


def make() -> PingProtocol:
    return Webmention()
