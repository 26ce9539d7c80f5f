"""Reading calls of plain strings, and the exact bytes of answers."""

import gzip
import time
import tracemalloc
import xmlrpc.client
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.domain.errors import Fault, TooLarge
from moderation.text.xmlrpc import (
    BAD_CHARACTER,
    BAD_PARAMS,
    NOT_WELL_FORMED,
    NOT_XML_RPC,
    UNSUPPORTED_ENCODING,
    Call,
    XmlRpcFault,
    inflate,
    read_call,
    write_fault,
    write_string,
)

LIMIT = 64 * 1024


def call(*values: str, method: str = "m") -> str:
    params = "".join(f"<param><value>{value}</value></param>" for value in values)
    return f"<methodCall><methodName>{method}</methodName><params>{params}</params></methodCall>"


def number(body: bytes, *, mend_ampersands: bool = False) -> int:
    """The faultCode a body is refused with."""
    with pytest.raises(XmlRpcFault) as caught:
        read_call(body, mend_ampersands=mend_ampersands)
    return caught.value.number


@pytest.mark.parametrize(
    ("value", "read"),
    [
        pytest.param("<string>a b</string>", "a b", id="a typed string"),
        pytest.param("a b", "a b", id="a value without a type is a string"),
        pytest.param("", "", id="an empty value is an empty string"),
        pytest.param("<string/>", "", id="an empty string"),
        pytest.param("\n <string>a</string>\n", "a", id="white space around the type"),
        pytest.param("<string><![CDATA[a?b=1&c=2]]></string>", "a?b=1&c=2", id="CDATA"),
        pytest.param("a&amp;b&#38;c&#x26;d", "a&b&c&d", id="references"),
        pytest.param("<i4>1</i4>", None, id="a number is not a string"),
        pytest.param("<base64>YQ==</base64>", None, id="bytes are not a string"),
        pytest.param("<nil/>", None, id="nothing is not a string"),
        pytest.param("<string><b/></string>", None, id="markup is not a string"),
        pytest.param("<array><data/></array>", None, id="a list is not a string"),
    ],
)
def test_only_strings_come_out(value: str, read: str | None) -> None:
    assert read_call(call(value).encode()) == Call("m", (read,))


def test_a_call_without_params_has_none() -> None:
    assert read_call(b"<methodCall><methodName> m </methodName></methodCall>") == Call("m", ())


def test_what_the_standard_library_writes_is_read() -> None:
    body = xmlrpc.client.dumps(("http://a.example/ü?a=1&b=2", "t"), "pingback.ping").encode()
    assert read_call(body) == Call("pingback.ping", ("http://a.example/ü?a=1&b=2", "t"))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(("\ufeff" + call("ü")).encode(), id="UTF-8 with a byte order mark"),
        pytest.param(call("ü").encode("utf-16"), id="UTF-16 with a byte order mark"),
        pytest.param(call("ü").encode("utf-16-le"), id="UTF-16 little-endian"),
        pytest.param(call("ü").encode("utf-16-be"), id="UTF-16 big-endian"),
        pytest.param(
            b"<?xml version='1.0' encoding='ISO-8859-1'?>" + call("ü").encode("latin-1"),
            id="declared ISO-8859-1",
        ),
        pytest.param(
            b'\n<?xml version="1.0" encoding="us-ascii"?>\r\n' + call("&#252;").encode(),
            id="declared us-ascii, after an empty line",
        ),
        pytest.param(
            ('<?xml version="1.0" encoding="UTF-16"?>' + call("ü")).encode("utf-16"),
            id="UTF-16 that says so",
        ),
    ],
)
def test_encodings_of_senders_are_understood(body: bytes) -> None:
    assert read_call(body).params == ("ü",)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        pytest.param(b"", NOT_WELL_FORMED, id="empty"),
        pytest.param(b" \n", NOT_WELL_FORMED, id="only white space"),
        pytest.param(b"a=b", NOT_WELL_FORMED, id="a form"),
        pytest.param(call("a").encode()[:-5], NOT_WELL_FORMED, id="cut off"),
        pytest.param(call("a\0").encode(), NOT_WELL_FORMED, id="a NUL"),
        pytest.param(call("&nosuch;").encode(), NOT_WELL_FORMED, id="an entity of nobody"),
        pytest.param(b"<html><body/></html>", NOT_XML_RPC, id="a page"),
        pytest.param(b"<methodResponse/>", NOT_XML_RPC, id="an answer"),
        pytest.param(b"<methodCall/>", NOT_XML_RPC, id="no method"),
        pytest.param(
            b"<methodCall><methodName><b/>m</methodName></methodCall>", NOT_XML_RPC, id="markup"
        ),
        pytest.param(
            b"<methodCall><methodName>m</methodName><params><x/></params></methodCall>",
            NOT_XML_RPC,
            id="a parameter that is none",
        ),
        pytest.param(call(*"abcdefghijk").encode(), BAD_PARAMS, id="eleven parameters"),
        pytest.param(call("<array>" * 17).encode(), NOT_XML_RPC, id="too deep"),
        pytest.param(
            b"<?xml version='1.0' encoding='EBCDIC-CP-US'?><a/>", UNSUPPORTED_ENCODING, id="EBCDIC"
        ),
        pytest.param(
            b"<?xml version='1.0' encoding='utf-7'?><a/>", UNSUPPORTED_ENCODING, id="UTF-7"
        ),
        pytest.param(call("ü").encode("latin-1"), BAD_CHARACTER, id="bytes that are not UTF-8"),
    ],
)
def test_refusals_carry_the_reserved_codes(body: bytes, fault: int) -> None:
    assert number(body) == fault


def test_twenty_levels_are_read_and_one_more_is_not() -> None:
    inner = "<a>" * 16 + "</a>" * 16  # below methodCall, params, param and value
    assert read_call(call(inner).encode()).params == (None,)
    assert number(call(f"<a>{inner}</a>").encode()) == NOT_XML_RPC


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE m SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE m [<!ENTITY a "b">]>',
        "<!DOCTYPE m>",
    ],
)
def test_a_doctype_is_refused_at_its_first_token(doctype: str) -> None:
    assert number(f"<?xml version='1.0'?>{doctype}{call('a')}".encode()) == NOT_WELL_FORMED


def test_a_billion_laughs_cost_nothing() -> None:
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
    )
    began = time.perf_counter()
    assert number(f"<!DOCTYPE m [{entities}]>{call('&a9;')}".encode()) == NOT_WELL_FORMED
    assert time.perf_counter() - began < 1


def test_twenty_thousand_open_arrays_are_a_fault() -> None:
    assert number(call("<array>" * 20_000).encode()) == NOT_XML_RPC


def test_bare_ampersands_are_mended_only_when_asked() -> None:
    body = call("http://a.example/?a=1&b=2&copy=3&amp;d=4&#38;&sect;").encode()
    assert number(body) == NOT_WELL_FORMED
    read = read_call(body, mend_ampersands=True)
    assert read.params == ("http://a.example/?a=1&b=2&copy=3&d=4&&sect;",)


def test_mending_does_not_help_other_faults() -> None:
    assert number(b"<a>&</b>", mend_ampersands=True) == NOT_WELL_FORMED
    body = call("<![CDATA[a&b]]>&c").encode()
    assert number(body, mend_ampersands=True) == NOT_WELL_FORMED


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("", b"body"),
        ("identity", b"body"),
        ("gzip", gzip.compress(b"body", mtime=0)),
        ("x-gzip", gzip.compress(b"body", mtime=0)),
        ("deflate", zlib.compress(b"body")),
        ("deflate", zlib.compress(b"body", wbits=-15)),
    ],
)
def test_content_encodings_are_undone(encoding: str, packed: bytes) -> None:
    assert inflate(packed, encoding, LIMIT) == b"body"


def test_inflating_stops_at_the_limit() -> None:
    assert len(inflate(gzip.compress(b"a" * LIMIT, mtime=0), "gzip", LIMIT)) == LIMIT
    with pytest.raises(TooLarge):
        inflate(gzip.compress(b"a" * (LIMIT + 1)), "gzip", LIMIT)


def test_a_bomb_is_never_inflated_whole() -> None:
    bomb = gzip.compress(b"a" * 20_000_000, mtime=0)
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            inflate(bomb, "gzip", LIMIT)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        pytest.param("br", b"body", id="an encoding that is not known"),
        pytest.param("gzip, gzip", gzip.compress(gzip.compress(b"a", mtime=0)), id="twice"),
        pytest.param("gzip", b"body", id="not compressed at all"),
        pytest.param("gzip", gzip.compress(b"body", mtime=0)[:-3], id="cut off"),
        pytest.param("gzip", gzip.compress(b"body", mtime=0) + b"more", id="something behind it"),
        pytest.param("deflate", b"", id="empty"),
    ],
)
def test_damaged_compression_is_a_fault(encoding: str, packed: bytes) -> None:
    with pytest.raises(XmlRpcFault):
        inflate(packed, encoding, LIMIT)


def test_a_string_is_written_in_the_canonical_bytes() -> None:
    assert write_string("a < b") == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b"<methodResponse><params><param><value><string>a &lt; b</string></value></param></params>"
        b"</methodResponse>\n"
    )


def test_a_fault_is_written_in_the_canonical_bytes() -> None:
    assert write_fault(17, "The source does not link to the target.") == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b"<methodResponse><fault><value><struct>"
        b"<member><name>faultCode</name><value><int>17</int></value></member>"
        b"<member><name>faultString</name>"
        b"<value><string>The source does not link to the target.</string></value></member>"
        b"</struct></value></fault></methodResponse>\n"
    )


def test_the_standard_library_reads_a_fault() -> None:
    with pytest.raises(xmlrpc.client.Fault) as caught:
        xmlrpc.client.loads(write_fault(48, "Again & <again>"))
    assert (caught.value.faultCode, caught.value.faultString) == (48, "Again & <again>")


TAGS = "methodCall methodName params param value string"
MARKUP = """& &amp; <![CDATA[ ]]> <!DOCTYPE <?xml version='1.0' encoding='utf-16'?>"""
pieces = st.sampled_from(
    [
        *(f"<{end}{tag}>".encode() for tag in TAGS.split() for end in ("", "/")),
        *(piece.encode() for piece in MARKUP.split()),
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\0",
    ]
)


@settings(deadline=None)
@given(st.one_of(st.binary(), st.lists(pieces | st.binary(max_size=3)).map(b"".join)))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    try:
        read = read_call(body, mend_ampersands=True)
    except Fault:
        return
    assert isinstance(read, Call)


@settings(deadline=None)
@given(st.binary(), st.sampled_from(["gzip", "deflate", "br"]), st.booleans())
def test_no_bytes_break_inflating(body: bytes, encoding: str, valid: bool) -> None:
    packed = gzip.compress(body, mtime=0)[:-1] + body[:1] if valid else body
    try:
        plain = inflate(packed, encoding, 10)
    except Fault:
        return
    assert len(plain) <= 10
