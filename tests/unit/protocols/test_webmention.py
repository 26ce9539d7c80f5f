"""The form of a webmention, and who gets JSON."""

import json
from urllib.parse import urlencode

import pytest

from moderation.domain.comment import Client
from moderation.domain.errors import Fault, FieldFault, InvalidFields, Malformed, WrongType
from moderation.protocols.contract import Request
from moderation.protocols.webmention import Webmention

WEBMENTION = Webmention()
FORM = "application/x-www-form-urlencoded"
SOURCE = "http://source.example/post"
TARGET = "http://blog.example/article#c1"
STATUS = "https://comments.example/pings/T"


def request(fields: dict[str, str], *, content_type: str = FORM, encoding: str = "") -> Request:
    query = {"source": [SOURCE], "target": [TARGET]}
    return Request(urlencode(fields).encode(), content_type, encoding, query, Client())


@pytest.mark.parametrize("content_type", [FORM, f"{FORM}; charset=utf-8", ""])
def test_a_form_is_understood(content_type: str) -> None:
    fields = {"source": SOURCE, "target": TARGET, "vouch": "x", "code": "y"}
    ping = WEBMENTION.parse(request(fields, content_type=content_type))
    assert (ping.source, ping.target) == (SOURCE, TARGET)


def test_parameters_come_from_the_body_only() -> None:
    with pytest.raises(InvalidFields) as caught:
        WEBMENTION.parse(request({}))
    assert [error.field for error in caught.value.errors] == ["source", "target"]


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/json", "a/b"])
def test_other_types_are_400(kind: str) -> None:
    with pytest.raises(Malformed) as caught:
        WEBMENTION.parse(request({}, content_type=kind))
    assert WEBMENTION.refused(caught.value).status == 400


def test_a_compressed_body_is_415() -> None:
    with pytest.raises(WrongType) as caught:
        WEBMENTION.parse(request({"source": SOURCE, "target": TARGET}, encoding="gzip"))
    assert WEBMENTION.refused(caught.value).status == 415


def test_who_asks_for_json_gets_objects() -> None:
    ping = WEBMENTION.parse(request({"source": SOURCE, "target": TARGET}))
    accepted = WEBMENTION.accepted(ping, STATUS, "application/json")
    assert accepted.content_type == "application/json"
    assert json.loads(accepted.body)["location"] == STATUS
    fault: Fault = InvalidFields([FieldFault("source", "missing", "You need to provide a source.")])
    refused = WEBMENTION.refused(fault, "application/json")
    assert (refused.status, refused.content_type) == (400, "application/problem+json")
    problem = json.loads(refused.body)
    assert (problem["status"], problem["title"]) == (400, "Bad Request")
    assert problem["errors"][0]["field"] == "source"


def test_all_others_get_plain_text() -> None:
    refused = WEBMENTION.refused(Malformed("Say it again."), "text/html, */*")
    assert (refused.content_type, refused.body) == ("text/plain; charset=utf-8", b"Say it again.\n")
