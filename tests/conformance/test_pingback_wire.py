"""Pingback 1.0 as bytes in and bytes out."""

import re
import xmlrpc.client

import pytest

from moderation.domain.comment import Client
from moderation.domain.errors import Closed, Fault, Forbidden, UnknownArticle
from moderation.protocols import pingback
from moderation.protocols.contract import Answer, Request

PINGBACK = pingback.make()
SOURCE = "http://source.example/default/page"
TARGET = "http://blog.example/article"
STATUS = "https://comments.example/pings/T"


def answer(source: str = SOURCE, target: str = TARGET) -> Answer:
    body = xmlrpc.client.dumps((source, target), "pingback.ping").encode()
    try:
        ping = PINGBACK.parse(Request(body, "text/xml", "", {}, Client()))
    except Fault as fault:
        return PINGBACK.refused(fault)
    return PINGBACK.accepted(ping, STATUS)


def code(reply: Answer) -> int:
    with pytest.raises(xmlrpc.client.Fault) as caught:
        xmlrpc.client.loads(reply.body)
    assert caught.value.faultString
    return int(caught.value.faultCode)


def test_success_is_one_string() -> None:
    """P-1: and nothing else."""
    values, method = xmlrpc.client.loads(answer().body)
    assert method is None
    assert len(values) == 1
    assert isinstance(values[0], str)


def test_success_has_no_fault_in_it() -> None:
    """P-2: nor anything of the sender's."""
    body = answer("http://fault.example/fault", f"{TARGET}#default").body
    assert b"fault" not in body
    assert b"example" not in body


def test_the_shape_of_a_fault() -> None:
    """P-3: faultCode first, as <int>; faultString not empty."""
    for reply in (answer("x"), PINGBACK.refused(Closed())):
        assert re.search(
            rb"<fault><value><struct><member><name>faultCode</name><value><int>-?\d+</int></value>"
            rb"</member><member><name>faultString</name><value><string>[^<]+</string>",
            reply.body,
        )


@pytest.mark.parametrize(
    ("fault", "number"), [(UnknownArticle(), 32), (Closed(), 33), (Forbidden(), 49)]
)
def test_targets_that_are_not_to_be_had(fault: Fault, number: int) -> None:
    """P-10, P-13: 32 where there is no such article, 33 closed, 49 blocked."""
    assert code(PINGBACK.refused(fault)) == number


def test_a_target_with_a_fragment() -> None:
    """P-11: accepted, as the author typed it."""
    body = xmlrpc.client.dumps((SOURCE, f"{TARGET}#c7"), "pingback.ping").encode()
    assert PINGBACK.parse(Request(body, "", "", {}, Client())).target == f"{TARGET}#c7"


def test_the_same_pair_again() -> None:
    """P-14: 48."""
    body = xmlrpc.client.dumps((SOURCE, TARGET), "pingback.ping").encode()
    ping = PINGBACK.parse(Request(body, "", "", {}, Client()))
    assert code(PINGBACK.repeated(ping, STATUS)) == 48


@pytest.mark.parametrize("source", [TARGET, f"{TARGET}#c7"])
def test_a_page_that_pings_itself(source: str) -> None:
    """P-15: a fault."""
    assert code(answer(source)) in (0, 17, 33)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "post",
        "/post",
        "//source.example/post",
        "ftp://source.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "gopher://source.example/",
        "http://",
        "http:///post",
        "http://user:password@source.example/",
        "http://source.example/\r\nHost: x",
        "http://source.example/\ta",
        "http://source.example/a b",
    ],
)
def test_sources_that_cannot_be_fetched(source: str) -> None:
    """P-16: fault 16, from the letters alone."""
    assert code(answer(source)) == 16
