"""Urlencoded and JSON bodies: decoded strictly, within limits, or malformed."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.domain.errors import Malformed
from moderation.text import forms


@pytest.mark.parametrize(
    ("accept", "json"),
    [
        pytest.param("", False, id="nothing said"),
        pytest.param("*/*", False, id="anything"),
        pytest.param("application/json", True, id="JSON"),
        pytest.param("application/problem+json, */*;q=0.1", True, id="built on JSON"),
        pytest.param("text/html,application/json;q=0.9", False, id="HTML rather"),
        pytest.param("text/html;q=0.5, application/json", True, id="JSON rather"),
        pytest.param("application/json;q=0", False, id="anything but JSON"),
    ],
)
def test_who_wants_json(accept: str, json: bool) -> None:
    assert forms.accepts_json(accept) is json


@pytest.mark.parametrize(
    ("content_type", "kind", "charset"),
    [
        ("", "", ""),
        ("Application/JSON; Charset=UTF-8", "application/json", "utf-8"),
        (f"{forms.FORM_TYPE};charset='EUC-JP'", forms.FORM_TYPE, "euc-jp"),
        ("multipart/form-data; boundary=x", "multipart/form-data", ""),
    ],
)
def test_content_types_are_read(content_type: str, kind: str, charset: str) -> None:
    assert forms.media_type(content_type) == kind
    assert forms.charset(content_type) == charset


def test_escapes_are_undone_to_bytes() -> None:
    assert forms.read_pairs(b"a=%E9+%2B&&b&%zz=100%") == [
        (b"a", b"\xe9 +"),
        (b"b", b""),
        (b"%zz", b"100%"),
    ]


def test_the_first_of_a_repeated_field_counts() -> None:
    assert forms.read_form(b"a=1&a=2&%FF=3") == {"a": "1"}


def test_fifty_fields_are_read_and_one_more_is_not() -> None:
    assert len(forms.read_pairs(b"&".join(b"a=1" for _ in range(50)))) == 50
    with pytest.raises(Malformed):
        forms.read_pairs(b"&".join(b"a=1" for _ in range(51)))


def test_a_form_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(Malformed, match="UTF-8"):
        forms.read_form(b"a=%FF")


def test_json_is_read() -> None:
    body = '{"a": "ü \\ud83d\\ude00 [[[", "b": [1, {"c": null}], "d": 1.5}'.encode()
    assert forms.read_json(body) == {"a": "ü 😀 [[[", "b": [1, {"c": None}], "d": 1.5}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'"a"', id="a string"),
        pytest.param(b'{"a": 1', id="cut off"),
        pytest.param(b'{"a": "\xff"}', id="not UTF-8"),
        pytest.param('{"a": 1}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b'\xef\xbb\xbf{"a": 1}', id="a byte order mark"),
        pytest.param(b'{"a": 1, "a": 1}', id="a repeated name"),
        pytest.param(b'{"a": {"b": 1, "b": 2}}', id="a repeated name below"),
        pytest.param(b'{"a": NaN}', id="NaN"),
        pytest.param(b'{"a": -Infinity}', id="infinity"),
        pytest.param(b'{"a": 1e999}', id="infinity in digits"),
        pytest.param(b'{"a": %s}' % (b"9" * 5000), id="thousands of digits"),
        pytest.param(b'{"a": "\\ud800"}', id="half a character"),
        pytest.param(b'{"\\udc00": 1}', id="half a character in a name"),
        pytest.param(b'{"a": %s}' % (b"[" * 20 + b"]" * 20), id="21 levels"),
        pytest.param(b"[" * 60_000, id="60,000 open lists"),
        pytest.param(b'{"a":' * 12_000, id="12,000 open objects"),
        pytest.param(b"{%s}" % b",".join(b'"%d":1' % n for n in range(51)), id="51 members"),
    ],
)
def test_json_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        forms.read_json(body)


def test_twenty_levels_of_json_are_read() -> None:
    assert forms.read_json(b'{"a": %s}' % (b"[" * 19 + b"]" * 19))


@pytest.mark.parametrize("unit", ['"', '\\"', '"\\', "[", "\\", '"a', "{["])
def test_counting_levels_is_linear(unit: str) -> None:
    text = (unit * 65_536)[:65_536]
    began = time.perf_counter()
    forms.depth(text)
    forms.depth('"' + text)
    assert time.perf_counter() - began < 1


@settings(deadline=None)
@given(st.one_of(st.binary(), st.text(alphabet='{}[]",:\\ud8019eN.-', max_size=60)))
def test_no_bytes_break_the_readers(body: bytes | str) -> None:
    raw = body if isinstance(body, bytes) else body.encode()
    for read in (forms.read_form, forms.read_json):
        try:
            assert isinstance(read(raw), dict)
        except Malformed:
            continue


@settings(deadline=None)
@given(st.text())
def test_no_header_breaks_the_readers(header: str) -> None:
    assert forms.media_type(header) == forms.media_type(header).lower()
    assert isinstance(forms.charset(header), str)
    assert isinstance(forms.accepts_json(header), bool)
