"""Webmention as bytes in and bytes out."""

from urllib.parse import urlencode

import pytest

from moderation.domain.comment import Client
from moderation.domain.errors import Busy, Closed, Fault, Internal, RateLimited, UnknownArticle
from moderation.protocols import webmention
from moderation.protocols.contract import Answer, Request

WEBMENTION = webmention.make()
FORM = "application/x-www-form-urlencoded"
SOURCE = "http://source.example/post"
TARGET = "http://blog.example/article"
STATUS = "https://comments.example/pings/T"


def answer(fields: list[tuple[str, str]], content_type: str = FORM) -> Answer:
    query = {"source": [SOURCE], "target": [TARGET]}
    body = urlencode(fields).encode()
    try:
        ping = WEBMENTION.parse(Request(body, content_type, "", query, Client()))
    except Fault as fault:
        return WEBMENTION.refused(fault)
    return WEBMENTION.accepted(ping, STATUS)


def ask(source: str = SOURCE, target: str = TARGET, content_type: str = FORM) -> Answer:
    return answer([("source", source), ("target", target)], content_type)


@pytest.mark.parametrize("content_type", [FORM, f"{FORM}; charset=UTF-8", FORM.upper()])
def test_a_form_is_accepted(content_type: str) -> None:
    """W-1, W-2: 201 with the address of the status page."""
    reply = ask(content_type=content_type)
    assert reply.status == 201
    assert dict(reply.headers) == {"Location": STATUS}


@pytest.mark.parametrize(
    "fields",
    [
        [],
        [("source", SOURCE)],
        [("target", TARGET)],
        [("source", ""), ("target", TARGET)],
        [("source", SOURCE), ("target", "")],
        [("source", "ftp://source.example/"), ("target", TARGET)],
        [("source", SOURCE), ("target", "mailto:a@blog.example")],
    ],
)
def test_every_error_of_the_sender_is_400(fields: list[tuple[str, str]]) -> None:
    """W-4: and never has a Location."""
    reply = answer(fields)
    assert (reply.status, reply.headers) == (400, ())


@pytest.mark.parametrize("fault", [UnknownArticle(), Closed()])
def test_targets_that_take_no_mention_are_400(fault: Fault) -> None:
    """W-4: not ours, or closed."""
    assert WEBMENTION.refused(fault).status == 400


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data; boundary=x", "application/json", "text/plain"]
)
def test_other_types_are_400(content_type: str) -> None:
    """W-4: not 415."""
    assert ask(content_type=content_type).status == 400


@pytest.mark.parametrize(
    ("source", "target"), [("garbage", TARGET), (SOURCE, "garbage"), ("garbage", "garbage")]
)
def test_garbage(source: str, target: str) -> None:
    """W-5: 400 each."""
    assert ask(source, target).status == 400


@pytest.mark.parametrize("source", [TARGET, f"{TARGET}#c1"])
@pytest.mark.parametrize("target", [TARGET, f"{TARGET}#c2"])
def test_a_page_that_mentions_itself(source: str, target: str) -> None:
    """W-6: 400, fragments aside."""
    assert ask(source, target).status == 400


def test_the_target_is_kept_as_given() -> None:
    """W-7: with its fragment."""
    body = urlencode({"source": SOURCE, "target": f"{TARGET}#c1"}).encode()
    assert WEBMENTION.parse(Request(body, FORM, "", {}, Client())).target == f"{TARGET}#c1"


def test_an_error_is_text_for_people() -> None:
    """W-8: and holds nothing of what was sent."""
    reply = ask("<script>alert(1)</script>")
    assert reply.content_type == "text/plain; charset=utf-8"
    assert b"source" in reply.body
    assert b"script" not in reply.body


@pytest.mark.parametrize(
    ("fault", "status"), [(Internal(), 500), (Busy(), 503), (RateLimited(), 429)]
)
def test_trouble_of_the_receiver(fault: Fault, status: int) -> None:
    """W-9: 500, or come back later."""
    reply = WEBMENTION.refused(fault)
    assert reply.status == status
    assert ("Retry-After" in dict(reply.headers)) is (status != 500)


def test_only_post_is_allowed() -> None:
    """W-10: 405 with Allow."""
    reply = webmention.method_not_allowed()
    assert (reply.status, reply.headers) == (405, (("Allow", "POST"),))


def test_the_same_pair_again_is_welcome() -> None:
    """W-15: look again, 2xx with the status page."""
    body = urlencode({"source": SOURCE, "target": TARGET}).encode()
    ping = WEBMENTION.parse(Request(body, FORM, "", {}, Client()))
    reply = WEBMENTION.repeated(ping, STATUS)
    assert (reply.status, dict(reply.headers)) == (201, {"Location": STATUS})


def test_parameters_of_the_query_do_not_count() -> None:
    """W-23: only those of the body."""
    assert answer([("source", SOURCE)]).status == 400


def test_the_first_of_a_repeated_parameter_counts() -> None:
    """W-23: the first."""
    assert answer([("source", "x"), ("source", SOURCE), ("target", TARGET)]).status == 400
    assert answer([("source", SOURCE), ("source", "x"), ("target", TARGET)]).status == 201


def test_a_parameter_beyond_all_measure() -> None:
    """W-28: 400 at once."""
    assert ask(SOURCE + "a" * 60_000).status == 400


def test_parameters_of_extensions_mean_nothing() -> None:
    """W-29, W-30: ignored, never an error."""
    fields = [("source", SOURCE), ("target", TARGET), ("vouch", "http://v.example/"), ("code", "c")]
    assert answer(fields).status == 201
