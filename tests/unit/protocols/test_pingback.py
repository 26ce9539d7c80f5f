"""The one XML-RPC method there is."""

import gzip

import pytest

from moderation.domain.comment import Client
from moderation.domain.errors import InvalidFields, TooLarge
from moderation.protocols import pingback
from moderation.protocols.contract import BODY_LIMIT, Request
from moderation.text.xmlrpc import XmlRpcFault

PINGBACK = pingback.make()
SOURCE = "http://source.example/post"
TARGET = "http://blog.example/article"


def request(
    *values: str, method: str = "pingback.ping", encoding: str = "", content_type: str = "text/xml"
) -> Request:
    params = "".join(f"<param><value>{value}</value></param>" for value in values)
    body = f"<methodCall><methodName>{method}</methodName><params>{params}</params></methodCall>"
    raw = gzip.compress(body.encode()) if encoding == "gzip" else body.encode()
    return Request(raw, content_type, encoding, {}, Client())


@pytest.mark.parametrize(
    "content_type", ["", "application/x-www-form-urlencoded", "text/html", "multipart/form-data"]
)
def test_the_content_type_is_not_looked_at(content_type: str) -> None:
    ping = PINGBACK.parse(request(SOURCE, TARGET, content_type=content_type))
    assert (ping.source, ping.target) == (SOURCE, TARGET)


def test_a_compressed_call_is_read() -> None:
    assert PINGBACK.parse(request(SOURCE, TARGET, encoding="gzip")).source == SOURCE


def test_a_call_that_grows_past_the_limit_is_too_large() -> None:
    with pytest.raises(TooLarge):
        PINGBACK.parse(request(SOURCE, TARGET, " " * BODY_LIMIT, encoding="gzip"))


@pytest.mark.parametrize(
    "method", ["system.multicall", "system.listMethods", "pingback.extensions.getPingbacks", ""]
)
def test_nothing_else_is_offered(method: str) -> None:
    with pytest.raises(XmlRpcFault) as caught:
        PINGBACK.parse(request(SOURCE, TARGET, method=method))
    assert caught.value.number == -32601
    assert "system" not in str(caught.value)


@pytest.mark.parametrize(
    "values",
    [(), (SOURCE,), (SOURCE, TARGET, "x"), (SOURCE, "<i4>1</i4>"), (SOURCE, TARGET, "<nil/>")],
)
def test_other_parameters_than_two_strings_are_bad(values: tuple[str, ...]) -> None:
    with pytest.raises(XmlRpcFault) as caught:
        PINGBACK.parse(request(*values))
    assert caught.value.number == -32602


def test_a_bare_ampersand_is_understood() -> None:
    ping = PINGBACK.parse(request("http://source.example/?a=1&b=2", TARGET))
    assert ping.source == "http://source.example/?a=1&b=2"


@pytest.mark.parametrize(
    ("source", "target", "number"), [("x", TARGET, b"16"), (SOURCE, "x", b"33"), ("", "", b"16")]
)
def test_an_unusable_address_has_the_code_of_its_side(
    source: str, target: str, number: bytes
) -> None:
    with pytest.raises(InvalidFields) as caught:
        PINGBACK.parse(request(source, target))
    answer = PINGBACK.refused(caught.value)
    assert answer.status == 200
    assert b"<name>faultCode</name><value><int>%s</int>" % number in answer.body


def test_the_status_page_is_linked() -> None:
    ping = PINGBACK.parse(request(SOURCE, TARGET))
    link = ("Link", '<https://c.example/pings/T>; rel="status"')
    assert PINGBACK.accepted(ping, "https://c.example/pings/T").headers == (link,)
    repeated = PINGBACK.repeated(ping, "https://c.example/pings/T")
    assert repeated.headers == (link,)
    assert b"<int>48</int>" in repeated.body
