"""A reader's reply as form and as JSON."""

import json
from collections.abc import Mapping
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.domain.comment import Author, Client, Format
from moderation.domain.errors import (
    Busy,
    Fault,
    InvalidFields,
    Malformed,
    UnknownParent,
    WrongType,
)
from moderation.domain.submission import Reply, Subscribe
from moderation.protocols import form
from moderation.protocols.contract import Request

FORM = "application/x-www-form-urlencoded"
ARTICLE = "http://blog.example/article"
CLIENT = Client("192.0.2.1", "Browser/1.0", ARTICLE)


def as_form(fields: Mapping[str, str], *, accept: str = "text/html", encoding: str = "") -> Request:
    body = urlencode({"article": ARTICLE, "comment": "Hello"} | dict(fields)).encode()
    return Request(body, f"{FORM}; charset=UTF-8", encoding, {}, CLIENT, accept)


def as_json(members: Mapping[str, object]) -> Request:
    body = json.dumps({"article": ARTICLE, "text": "Hello"} | dict(members)).encode()
    return Request(body, "application/json", "", {}, CLIENT)


def faults_of(request: Request) -> list[tuple[str, str]]:
    with pytest.raises(InvalidFields) as caught:
        form.parse(request)
    return [(error.field, error.code) for error in caught.value.errors]


FULL = Reply(
    article=ARTICLE,
    parent="m0abc",
    author=Author("Ana", "ana@example.org", "https://ana.example/"),
    text="Line 1\nLine 2",
    client=CLIENT,
    format=Format.MARKDOWN,
    remember=True,
    subscribe=Subscribe.ALL,
    trap="gotcha",
    form_token="token.1",
    author_key="key_2",
)
FLAT = {
    "comment_parent": "m0abc",
    "author": " Ana ",
    "email": "ana@example.org",
    "url": "https://ana.example/",
    "comment": "Line 1\r\nLine 2\r\n",
    "remember": "1",
    "subscribe": "all",
    "hp_url": "gotcha",
    "form_token": "token.1",
    "author_key": "key_2",
}


def test_a_form_with_every_field_is_a_reply() -> None:
    assert form.parse(as_form(FLAT)) == form.ReplyRequest(FULL, json=False)


def test_json_with_every_member_is_the_same_reply() -> None:
    members = {
        "parent": "m0abc",
        "author": {"name": "Ana", "email": "ana@example.org", "url": "https://ana.example/"},
        "text": "Line 1\nLine 2",
        "remember": True,
        "subscribe": "all",
        "hp_url": "gotcha",
        "form_token": "token.1",
        "author_key": "key_2",
        "more": [{"of": "what nobody asked for"}],
    }
    assert form.parse(as_json(members)) == form.ReplyRequest(FULL, json=True)


def test_json_takes_the_flat_names_of_wordpress_too() -> None:
    flat = FLAT | {"article": ARTICLE}
    request = Request(json.dumps(flat).encode(), "application/json", "", {}, CLIENT)
    assert form.parse(request).reply == FULL


def test_a_form_with_the_least_is_a_reply() -> None:
    reply = form.parse(as_form({})).reply
    assert reply == Reply(ARTICLE, None, Author(), "Hello", CLIENT)


def test_a_form_may_ask_for_json() -> None:
    assert form.parse(as_form({}, accept="application/json")).json


@pytest.mark.parametrize("parent", ["", "0", " 0 "])
def test_no_parent(parent: str) -> None:
    assert form.parse(as_form({"comment_parent": parent})).reply.parent is None


@pytest.mark.parametrize("parent", [None, 0, ""])
def test_no_parent_in_json(parent: object) -> None:
    assert form.parse(as_json({"parent": parent})).reply.parent is None


@pytest.mark.parametrize("parent", ["a b", "\0", "../x", "a" * 65, "ü"])
def test_a_parent_that_is_no_id_is_unknown(parent: str) -> None:
    with pytest.raises(UnknownParent):
        form.parse(as_form({"comment_parent": parent}))


@pytest.mark.parametrize("article", ["", " ", "blog.example", "ftp://blog.example/", "a" * 3000])
def test_a_reply_to_no_article_is_malformed(article: str) -> None:
    with pytest.raises(Malformed):
        form.parse(as_form({"article": article}))


def test_all_faults_are_told_at_once() -> None:
    fields = {
        "author": "a" * 101,
        "email": "nobody",
        "url": "javascript:alert(1)",
        "comment": " ",
        "subscribe": "sometimes",
    }
    assert faults_of(as_form(fields)) == [
        ("author", "too_long"),
        ("email", "malformed"),
        ("url", "malformed"),
        ("comment", "missing"),
        ("subscribe", "malformed"),
    ]


@pytest.mark.parametrize(
    ("members", "fields"),
    [
        ({"text": 1}, ["comment"]),
        ({"author": {"name": ["x"], "email": {}}}, ["author", "email"]),
        ({"author": ["x"]}, ["author"]),
        ({"url": True, "remember": 1.5}, ["url", "remember"]),
        ({"parent": 1.5}, ["comment_parent"]),
        ({"article": 5}, ["article"]),
    ],
)
def test_json_takes_strings_where_strings_are_meant(
    members: Mapping[str, object], fields: list[str]
) -> None:
    assert faults_of(as_json(members)) == [(field, "malformed") for field in fields]


def test_a_token_that_cannot_be_ours_is_not_carried_on() -> None:
    reply = form.parse(as_form({"form_token": "a" * 513, "author_key": "ü\0"})).reply
    assert (reply.form_token, reply.author_key) == ("?", "?")


@pytest.mark.parametrize(("remember", "ticked"), [("yes", True), ("on", True), ("no", False)])
def test_remember_is_a_tick(remember: str, ticked: bool) -> None:
    assert form.parse(as_form({"remember": remember})).reply.remember is ticked


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "text/plain", "text/xml"])
def test_other_types_are_wrong(kind: str) -> None:
    with pytest.raises(WrongType):
        form.parse(Request(b"comment=a", kind, "", {}, CLIENT))


def test_a_compressed_body_is_the_wrong_type() -> None:
    with pytest.raises(WrongType):
        form.parse(as_form({}, encoding="gzip"))


def test_a_preview_reads_the_comment_alone() -> None:
    assert form.parse_preview(Request(b"comment=a%0D%0Ab", FORM, "", {}, CLIENT)) == "a\nb"
    body = b'{"comment": "*a*"}'
    assert form.parse_preview(Request(body, "application/json", "", {}, CLIENT)) == "*a*"
    with pytest.raises(InvalidFields):
        form.parse_preview(Request(b"", FORM, "", {}, CLIENT))


def test_what_was_typed_stays_for_the_next_try() -> None:
    fields = {"author": "a" * 101, "comment": "Long\0 thoughts\n", "author_key": "secret"}
    kept = form.typed(as_form(fields))
    assert kept == {"article": ARTICLE, "author": "a" * 101, "comment": "Long thoughts\n"}


def test_what_was_typed_is_kept_even_of_a_form_that_is_not_understood() -> None:
    body = b"&".join([b"comment=caf%E9", *[b"x=1"] * 60])
    request = Request(body, FORM, "", {}, CLIENT)
    with pytest.raises(Malformed):
        form.parse(request)
    assert form.typed(request) == {"comment": "caf\N{REPLACEMENT CHARACTER}"}
    assert form.typed(Request(b"{", "application/json", "", {}, CLIENT)) == {}


def test_an_idempotency_key_is_visible_ascii() -> None:
    assert form.idempotency_key(None) is None
    assert form.idempotency_key("a" * 200) == "a" * 200
    for key in ("", "a" * 201, "a b", "ü", "a\n"):
        with pytest.raises(Malformed):
            form.idempotency_key(key)


def test_a_problem_is_worded_for_json_clients() -> None:
    answer = form.problem(Busy(retry_after=5))
    assert (answer.status, answer.content_type) == (503, "application/problem+json")
    assert answer.headers == (("Retry-After", "5"),)
    assert json.loads(answer.body)["code"] == "busy"


members = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
names = st.sampled_from([*form.FIELDS, "text", "parent"])
bodies = st.one_of(
    st.binary(),
    st.dictionaries(names, st.binary() | st.just(ARTICLE)).map(lambda f: urlencode(f).encode()),
    st.dictionaries(names, members | st.just(ARTICLE)).map(lambda m: json.dumps(m).encode()),
)


@settings(deadline=None)
@given(bodies, st.sampled_from(["", FORM, "application/json", "a/b"]) | st.text(), st.text())
def test_no_bytes_break_the_form(body: bytes, content_type: str, accept: str) -> None:
    request = Request(body, content_type, "", {}, CLIENT, accept)
    for value in form.typed(request).values():
        value.encode()
    for read in (form.parse, form.parse_preview):
        try:
            status = 0 if read(request) else 200
        except Fault as fault:
            status = form.problem(fault).status
        assert status in (0, 400, 404, 415, 422)
