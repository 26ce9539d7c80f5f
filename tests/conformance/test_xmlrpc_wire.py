"""XML-RPC at the pingback door, as bytes in and bytes out."""

import time
import xmlrpc.client
import zlib
from xml.etree import ElementTree

import pytest

from moderation.domain.comment import Client
from moderation.domain.errors import Fault, Internal, TooLarge
from moderation.protocols import pingback
from moderation.protocols.contract import Answer, Request

PINGBACK = pingback.make()
SOURCE = "http://source.example/post"
TARGET = "http://blog.example/article"


def answer(body: bytes | str, *, content_type: str = "text/xml", encoding: str = "") -> Answer:
    """What the door answers a body with, nothing being wrong behind it."""
    raw = body.encode() if isinstance(body, str) else body
    try:
        ping = PINGBACK.parse(Request(raw, content_type, encoding, {}, Client()))
    except Fault as fault:
        return PINGBACK.refused(fault)
    return PINGBACK.accepted(ping, "https://comments.example/pings/T")


def code(reply: Answer) -> int | None:
    """The faultCode as a strict client reads it; None for success."""
    assert reply.status == 200
    try:
        values, _ = xmlrpc.client.loads(reply.body)
    except xmlrpc.client.Fault as fault:
        return int(fault.faultCode)
    assert len(values) == 1
    assert isinstance(values[0], str)
    return None


def call(source: str = SOURCE, target: str = TARGET, *, method: str = "pingback.ping") -> str:
    params = f"<param><value>{source}</value></param><param><value>{target}</value></param>"
    return f"<methodCall><methodName>{method}</methodName><params>{params}</params></methodCall>"


@pytest.mark.parametrize("body", [call(), call("x"), "", "<a/>", call(method="x"), "<!DOCTYPE a>"])
def test_every_answer_to_a_post_is_200(body: str) -> None:
    """X-1, X-2: 200, UTF-8 XML with a declaration, faults included."""
    reply = answer(body)
    assert reply.status == 200
    assert reply.content_type == "text/xml; charset=UTF-8"
    assert reply.body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n')
    assert ElementTree.fromstring(reply.body).tag == "methodResponse"  # noqa: S314 (our bytes)


def test_a_bug_of_ours_is_a_fault_in_a_200() -> None:
    """X-1: a status other than 200 loses the fault."""
    assert code(PINGBACK.refused(Internal())) == -32603


def test_only_post_is_allowed() -> None:
    """X-3: 405 with Allow, in plain text."""
    reply = pingback.method_not_allowed()
    assert (reply.status, reply.headers) == (405, (("Allow", "POST"),))
    assert reply.content_type.startswith("text/plain")
    assert b"accepts POST requests only." in reply.body


@pytest.mark.parametrize("body", ["", " ", "<a", "<a></b>", call()[:-3], "a=b&c=d", "\0"])
def test_what_is_not_well_formed(body: str) -> None:
    """X-4: fault -32700."""
    assert code(answer(body)) == -32700


@pytest.mark.parametrize("body", ["<methodResponse/>", "<html><body><p/></body></html>"])
def test_what_is_no_method_call(body: str) -> None:
    """X-5: fault -32600."""
    assert code(answer(body)) == -32600


@pytest.mark.parametrize(
    "method",
    [
        "system.multicall",
        "system.listMethods",
        "system.getCapabilities",
        "pingback.extensions.getPingbacks",
        "wp.getUsersBlogs",
        "metaWeblog.newPost",
        "pingback.pings",
        "Pingback.Ping",
        "",
        "&lt;script&gt;",
    ],
)
def test_one_method_is_offered(method: str) -> None:
    """X-6, X-15, X-17, P-20: any other is fault -32601, and its name does not come back."""
    reply = answer(call(method=method))
    assert code(reply) == -32601
    assert b"script" not in reply.body
    assert not method or method.encode() not in reply.body


def test_calls_within_a_call_are_not_made() -> None:
    """X-15: what system.multicall holds is not looked at."""
    inner = (
        "<array><data><value><struct><member><name>methodName</name><value>pingback.ping</value>"
        "</member></struct></value></data></array>"
    )
    assert code(answer(call(inner, method="system.multicall"))) == -32601


@pytest.mark.parametrize(
    "params",
    [
        "",
        f"<param><value>{SOURCE}</value></param>",
        f"<param><value>{SOURCE}</value></param>" * 3,
        "<param><value><int>1</int></value></param>" * 2,
        "<param><value><struct/></value></param>" * 2,
    ],
)
def test_wrong_parameters(params: str) -> None:
    """X-7: fault -32602."""
    head = "<methodCall><methodName>pingback.ping</methodName>"
    assert code(answer(f"{head}<params>{params}</params></methodCall>")) == -32602


@pytest.mark.parametrize(
    "content_type",
    [
        "text/xml",
        "application/xml",
        "text/xml; charset=iso-8859-1",
        "",
        "text/html",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ],
)
def test_any_content_type(content_type: str) -> None:
    """X-8: it is not looked at."""
    assert code(answer(call(), content_type=content_type)) is None


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(call(f"<string>{SOURCE}</string>"), id="X-9 typed"),
        pytest.param(call(f"<string><![CDATA[{SOURCE}]]></string>"), id="X-10 CDATA"),
        pytest.param(call(f"{SOURCE}?a=1&amp;b=2&#38;c=3"), id="X-10 references"),
        pytest.param(call(f"<string>\r\n  {SOURCE}\t</string>"), id="X-10 white space"),
        pytest.param("<?xml version='1.0'?>\r\n" + call(), id="X-10 single quotes, CRLF"),
        pytest.param('<?xml version="1.0" encoding="us-ascii"?>' + call(), id="X-10 us-ascii"),
        pytest.param("\n" + '<?xml version="1.0"?>' + call(), id="X-10 leading newline"),
        pytest.param("\ufeff" + call(), id="X-11 byte order mark"),
        pytest.param(call().encode("utf-16"), id="X-11 UTF-16"),
        pytest.param(
            b'<?xml version="1.0" encoding="ISO-8859-1"?>'
            + call(f"{SOURCE}/\xe9").encode("latin-1"),
            id="X-11 ISO-8859-1",
        ),
        pytest.param(call(f"{SOURCE}?a=1&b=2", f"{TARGET}?c&d"), id="X-12 bare ampersands"),
    ],
)
def test_the_spellings_of_real_senders(body: bytes | str) -> None:
    """X-9, X-10, X-11, X-12: all of them are understood."""
    assert code(answer(body)) is None


def test_no_document_type_is_processed() -> None:
    """X-13: a fault, in no time, nothing opened and nothing expanded."""
    began = time.perf_counter()
    bomb = '<!ENTITY a "ha"><!ENTITY b "' + "&a;" * 100 + '"><!ENTITY c "' + "&b;" * 1000 + '">'
    for inside in ("", ' SYSTEM "http://127.0.0.1:9/x.dtd"', f" [{bomb}]"):
        assert code(answer(f"<!DOCTYPE m{inside}>{call('&c;')}")) in (-32700, -32600)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("inner", ["<array>" * 20_000, "<array><data><value>" * 5_000])
def test_nesting_is_limited(inner: str) -> None:
    """X-14: deep nesting is a fault and overflows nothing."""
    assert code(answer(call(inner))) == -32600


def test_parameters_are_limited() -> None:
    """X-14: ten at the most, however small."""
    params = "<param><value>x</value></param>" * 11
    head = "<methodCall><methodName>pingback.ping</methodName>"
    assert code(answer(f"{head}<params>{params}</params></methodCall>")) == -32602


def test_a_body_over_the_limit() -> None:
    """X-14: too big is -32600 in a 200, told by the front that counted it."""
    assert code(PINGBACK.refused(TooLarge())) == -32600


@pytest.mark.parametrize(
    ("body", "number"),
    [
        pytest.param(b'<?xml version="1.0" encoding="utf-7"?><a/>', -32701, id="UTF-7"),
        pytest.param(b'<?xml version="1.0" encoding="zlib"?><a/>', -32701, id="no text encoding"),
        pytest.param(call(f"{SOURCE}/\xe9").encode("latin-1"), -32702, id="Latin-1, undeclared"),
        pytest.param(
            b'<?xml version="1.0" encoding="us-ascii"?>' + call(f"{SOURCE}/\xe9").encode(),
            -32702,
            id="bytes beyond ASCII",
        ),
    ],
)
def test_encodings_that_are_not_read(body: bytes, number: int) -> None:
    """X-11: a clean fault that says which trouble it is."""
    assert code(answer(body)) == number


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip"])
def test_encodings_that_are_not_undone(encoding: str) -> None:
    """X-18: a fault; never read as if plain."""
    assert code(answer(call(), encoding=encoding)) == -32600


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_compressed_bodies(encoding: str) -> None:
    """X-18: understood within the limit after inflating, a fault beyond it."""
    window = 31 if encoding == "gzip" else 15
    assert code(answer(zlib.compress(call().encode(), wbits=window), encoding=encoding)) is None
    bomb = zlib.compress(b"<" * 50_000_000, wbits=window)
    assert len(bomb) < 65_536
    assert code(answer(bomb, encoding=encoding)) == -32600
    assert code(answer(call(), encoding=encoding)) == -32700
