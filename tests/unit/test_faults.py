"""The table from codes to statuses: complete, and true to the protocols."""

import json

import pytest

from moderation import faults
from moderation.domain import errors
from moderation.domain.errors import Fault, FieldFault, InvalidFields
from moderation.text.xmlrpc import XmlRpcFault


def leaves() -> list[type[Fault]]:
    """Every kind of refusal that the tree draws."""
    return [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, Fault)]


def make(kind: type[Fault]) -> Fault:
    if kind is InvalidFields:
        return InvalidFields([FieldFault("comment", "missing", "Please write a comment.")])
    return kind()


@pytest.mark.parametrize("kind", leaves())
def test_every_leaf_of_the_tree_stands_in_the_table(kind: type[Fault]) -> None:
    fault = make(kind)
    assert fault.code in faults.TABLE
    assert faults.http_status(fault) in range(400, 600)
    assert faults.trackback_status(fault) in {200, *range(400, 600)}
    assert faults.webmention_status(fault) in {400, 413, 415, 429, 500, 503}
    assert faults.trackback_message(fault)
    assert faults.xmlrpc_fault(fault)[1]


def test_the_table_holds_nothing_else() -> None:
    codes = {make(kind).code for kind in leaves()} | {"too_long"}
    assert set(faults.TABLE) == codes


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (errors.Malformed(), 400),
        (errors.Unauthorized(), 401),
        (errors.Closed(), 403),
        (errors.Forbidden(), 403),
        (errors.UnknownArticle(), 404),
        (errors.UnknownParent(), 404),
        (errors.NotFound(), 404),
        (errors.Duplicate(), 409),
        (errors.VersionStale(), 409),
        (errors.TooLarge(), 413),
        (errors.WrongType(), 415),
        (errors.IdempotencyMismatch(), 422),
        (errors.RateLimited(), 429),
        (errors.Internal(), 500),
        (errors.Busy(), 503),
    ],
)
def test_statuses_for_people_and_json(fault: Fault, status: int) -> None:
    assert faults.http_status(fault) == status


@pytest.mark.parametrize("code", ["missing", "too_long", "malformed"])
def test_faults_of_fields_are_422_whatever_their_code(code: str) -> None:
    assert faults.http_status(InvalidFields([FieldFault("email", code, "No.")])) == 422


@pytest.mark.parametrize(
    ("fault", "number"),
    [
        (InvalidFields([FieldFault("source", "malformed", "No.")]), 16),
        (errors.UnknownArticle(), 32),
        (InvalidFields([FieldFault("target", "malformed", "No.")]), 33),
        (errors.Closed(), 33),
        (errors.Duplicate(), 48),
        (errors.Forbidden(), 49),
        (errors.RateLimited(), 49),
        (errors.TooLarge(), -32600),
        (XmlRpcFault(-32601, "No."), -32601),
        (errors.Internal(), -32603),
    ],
)
def test_fault_codes_of_pingback(fault: Fault, number: int) -> None:
    assert faults.xmlrpc_fault(fault)[0] == number


def test_only_waiting_that_helps_is_advised() -> None:
    assert faults.retry_after(errors.RateLimited(retry_after=7)) == 7
    assert faults.retry_after(errors.Busy(retry_after=0)) == 1
    assert faults.retry_after(errors.Closed()) is None
    assert faults.headers(errors.Busy(retry_after=9)) == (("Retry-After", "9"),)
    assert faults.headers(errors.Closed()) == ()


def test_a_problem_has_every_key() -> None:
    fault = InvalidFields([FieldFault("comment", "missing", "Please <write>.")])
    written = faults.write_problem(fault)
    assert b"<" not in written
    assert json.loads(written) == {
        "type": "about:blank",
        "title": json.loads(written)["title"],  # 3.13 words 422 in another way
        "status": 422,
        "detail": "Please <write>.",
        "code": "missing",
        "errors": [{"field": "comment", "code": "missing", "message": "Please <write>."}],
    }
    assert json.loads(faults.write_problem(errors.Closed()))["errors"] == []
