"""What nobody sensible sends: every refusal is a problem document, none is our fault."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderation.domain.decision import Action

from .conftest import ARTICLE, Owner

JSON = {"Content-Type": "application/json"}
BODIES = [
    pytest.param(b"[" * 30_000, id="nested"),
    pytest.param(b'{"version":' * 21 + b"1" + b"}" * 21, id="nested objects"),
    pytest.param(b'{"version": ' + b"9" * 5000 + b"}", id="a huge number"),
    pytest.param(b'{"version": 1e999}', id="infinity"),
    pytest.param(b'{"version": NaN}', id="not a number"),
    pytest.param(b'{"reason": "\\ud800"}', id="half a surrogate pair"),
    pytest.param(b'{"\\ud800": 1}', id="half a surrogate pair as a name"),
    pytest.param(b'{"reason": "a", "reason": "b"}', id="a name twice"),
    pytest.param(b'{"reason": "\xff"}', id="not UTF-8"),
    pytest.param(b'\xef\xbb\xbf{"reason": "x"}', id="a byte order mark"),
    pytest.param(b"{", id="cut off"),
    pytest.param(b"[]", id="a list"),
    pytest.param(b"null", id="null"),
    pytest.param(b"1", id="a number"),
    pytest.param(b"reason=x", id="a form"),
    pytest.param(b"{" + b",".join(b'"a%d":1' % n for n in range(60)) + b"}", id="60 members"),
]


@pytest.mark.parametrize("body", BODIES)
async def test_a_body_that_cannot_be_read_is_malformed(owner: Owner, body: bytes) -> None:
    ident = await owner.comment()
    for method, path in (
        ("POST", f"/comments/{ident}/approve"),
        ("PATCH", f"/comments/{ident}"),
        ("POST", "/tokens"),
        ("POST", "/articles"),
        ("POST", "/decisions"),
    ):
        answer = await owner.admin.ask(method, path, content=body, headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    assert (await owner.admin.get(f"/comments/{ident}"))["status"] == "held"


async def test_a_number_past_all_versions_is_stale(owner: Owner) -> None:
    ident = await owner.comment()
    body = b'{"version": %d}' % 2**200
    answer = await owner.admin.ask("POST", f"/comments/{ident}/approve", content=body, headers=JSON)
    assert answer.status_code in (409, 422)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
        ({"Content-Type": "text/plain"}, 415),
        ({}, 415),
        (JSON | {"Content-Encoding": "gzip"}, 415),
    ],
)
async def test_only_plain_json_is_taken(owner: Owner, headers: dict[str, str], status: int) -> None:
    ident = await owner.comment()
    answer = await owner.admin.ask(
        "POST", f"/comments/{ident}/approve", content=b"{}", headers=headers
    )
    assert (answer.status_code, answer.json()["code"]) == (status, "wrong_type")


async def test_too_large_a_body_is_a_problem_document_too(owner: Owner) -> None:
    body = b'{"text": "' + b"a" * 70_000 + b'"}'
    answer = await owner.client.post(
        "/api/v1/articles",
        content=body,
        headers=JSON | {"Authorization": f"Bearer {owner.admin.token}"},
    )
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("accept", ["*/*", "text/html", "application/json"])
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v2/comments", 404),
        ("GET", "/api/", 404),
        ("GET", "/api/v1/comments/a/b/c", 404),
        ("PUT", "/api/v1/comments", 405),
        ("PURGE", "/api/v1/comments", 405),
        ("GET", "/api/v1/comments/a/approve", 405),
    ],
)
async def test_what_is_not_there_is_a_problem_document(
    owner: Owner, method: str, path: str, status: int, accept: str
) -> None:
    answer = await owner.client.request(method, path, headers={"Accept": accept})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert ("allow" in answer.headers) is (status == 405)


async def test_no_page_elsewhere_may_use_the_api(owner: Owner) -> None:
    headers = {
        "Origin": "https://blog.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    for path in ("/api/v1/comments", "/api/openapi.json", "/api/v1/nothing"):
        answer = await owner.client.request("OPTIONS", path, headers=headers)
        assert not [h for h in answer.headers if h.startswith("access-control-")]
    read = await owner.admin.ask("GET", "/comments", headers=headers)
    assert read.status_code == 200


async def test_markup_and_controls_do_no_harm(owner: Owner) -> None:
    ident = await owner.comment()
    text = "<script>alert(1)</script>\u2028\x00\x1b[31m \u202e"
    edited = await owner.admin.patch(f"/comments/{ident}", {"text": text, "version": 1})
    assert edited.status_code == 200
    assert b"<" not in edited.content
    assert "\u2028".encode() not in edited.content
    document = edited.json()
    assert "<script" not in document["html"]
    assert "\x00" not in document["text"]
    answer = await owner.admin.post(f"/comments/{ident}/spam", {"reason": "\x00\n" + text[:400]})
    assert answer.status_code == 200
    wrong = await owner.admin.post(f"/comments/{ident}/trash", {"<script>": 1, "version": 3})
    assert wrong.status_code == 422
    assert b"<script" not in wrong.content


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
    | st.sampled_from([ARTICLE, "held", "approve", "2026-11-20T08:00:00Z", "status=held"])
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner)
)
NAMES = st.sampled_from(
    [
        *("version", "reason", "text", "author", "url", "title", "published_at", "open"),
        *("pings_open", "aliases", "merge", "name", "scopes", "sites", "action", "query"),
        *("snapshot", "x"),
    ]
)
BODY = st.dictionaries(NAMES, VALUES, max_size=6)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=BODY, query=st.dictionaries(NAMES | st.sampled_from(["status", "q"]), st.text()))
async def test_no_json_and_no_query_is_our_fault(
    owner: Owner, body: dict[str, Any], query: dict[str, str]
) -> None:
    ident = await owner.comment(f"Comment {uuid4()}")
    await owner.put(ident, Action.APPROVE)
    for method, path in (
        ("PATCH", f"/comments/{ident}"),
        ("POST", f"/comments/{ident}/spam"),
        ("POST", f"/comments/{ident}/reply"),
        ("POST", "/decisions"),
        ("POST", "/articles"),
        ("POST", "/tokens"),
    ):
        answer = await owner.admin.ask(method, path, json=body)
        assert answer.status_code < 500, answer.text
    params = {name: value.encode("utf-8", "replace") for name, value in query.items()}
    for path in ("/comments", "/articles"):
        answer = await owner.admin.ask("GET", path, params=params)
        assert answer.status_code < 500, answer.text
