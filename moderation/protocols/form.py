"""A reader's reply, as a form or as JSON: what its fields mean and how refusals are worded."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from moderation import faults
from moderation.domain.comment import Author
from moderation.domain.errors import (
    Fault,
    FieldFault,
    InvalidFields,
    Malformed,
    UnknownParent,
    WrongType,
)
from moderation.domain.submission import Reply, Subscribe
from moderation.protocols.contract import Answer, Request
from moderation.text import forms
from moderation.text.clean import without_controls
from moderation.text.fields import read_comment, read_email, read_name, read_url
from moderation.text.pair import check_address

TRAP_LIMIT = 200  # what is kept of it; that it is filled is all that counts
SECRET_LIMIT = 512  # characters
KEY_LIMIT = 200

PARENT = re.compile(r"[0-9A-Za-z_-]{1,64}")
VISIBLE = re.compile(r"[\x21-\x7e]+")
TICKED = frozenset({"1", "yes", "on", "true"})
REDISPLAYED = (
    *("article", "comment_parent", "author", "email", "url", "comment"),
    *("subscribe", "remember"),
)
FIELDS = (*REDISPLAYED, "hp_url", "form_token", "author_key")
JSON_NAMES = {"parent": "comment_parent", "text": "comment"}
AUTHOR_NAMES = {"name": "author", "email": "email", "url": "url"}


@dataclass(frozen=True, slots=True)
class ReplyRequest:
    """A reply, and whether its sender wants JSON rather than a page."""

    reply: Reply
    json: bool


def parse(request: Request) -> ReplyRequest:
    """Understand ``POST /comments``.

    Raises WrongType, Malformed (also where no article is named), UnknownParent for a
    parent that is no id, and InvalidFields with all faults of the fields at once.
    Whether a name and an address are required is the site's to say, not asked here.
    """
    fields = read_fields(request)
    article = fields.get("article", "").strip()
    if check_address("article", article) is not None:
        raise Malformed("The request names no article to reply to.")
    errors: list[FieldFault] = []
    reply = Reply(
        article=article,
        parent=read_parent(fields.get("comment_parent", "")),
        author=Author(
            name=read_name(fields, errors),
            email=read_email(fields, errors),
            url=read_url(fields, errors),
        ),
        text=read_comment(fields, errors),
        client=request.client,
        remember=fields.get("remember", "").strip().lower() in TICKED,
        subscribe=read_subscribe(fields, errors),
        trap=without_controls(fields.get("hp_url", ""))[:TRAP_LIMIT],
        form_token=read_secret(fields.get("form_token", "")),
        author_key=read_secret(fields.get("author_key", "")),
    )
    if errors:
        raise InvalidFields(errors)
    return ReplyRequest(reply, wants_json(request))


def parse_preview(request: Request) -> str:
    """Understand ``POST /preview``: the text of `comment`, with the limits of a reply."""
    errors: list[FieldFault] = []
    text = read_comment(read_fields(request), errors)
    if errors:
        raise InvalidFields(errors)
    return text


def typed(request: Request) -> Mapping[str, str]:
    """What was typed, as far as it can be read, to fill the form again; never raises."""
    try:
        fields = read_fields(request)
    except Fault:
        if forms.media_type(request.content_type) not in ("", forms.FORM_TYPE):
            return {}
        names = [pair.partition(b"=") for pair in request.body.split(b"&")]
        values = forms.first_values((name, forms.unescape(value)) for name, _, value in names)
        fields = {name: value.decode("utf-8", "replace") for name, value in values.items()}
    return {name: without_controls(fields[name]) for name in REDISPLAYED if name in fields}


def wants_json(request: Request) -> bool:
    """Tell whether the answer is to be JSON: it was sent, or asked for before HTML."""
    return forms.is_json(request.content_type) or forms.accepts_json(request.accept)


def idempotency_key(raw: str | None) -> str | None:
    """Check an ``Idempotency-Key``: 1 to 200 visible ASCII characters, else Malformed."""
    if raw is None:
        return None
    if not is_visible(raw, KEY_LIMIT):
        raise Malformed("An Idempotency-Key is 1 to 200 visible ASCII characters.")
    return raw


def problem(fault: Fault, status: int | None = None) -> Answer:
    """Word a refusal as ``application/problem+json`` (RFC 9457)."""
    status = faults.http_status(fault) if status is None else status
    body = faults.write_problem(fault, status)
    return Answer(status, "application/problem+json", body, faults.headers(fault))


def read_fields(request: Request) -> dict[str, str]:
    """Read the body into the form's field names, whichever way it is written."""
    if request.content_encoding not in ("", "identity"):
        raise WrongType("A compressed request is not accepted.")
    if forms.is_json(request.content_type):
        return flatten(forms.read_json(request.body))
    if forms.media_type(request.content_type) in ("", forms.FORM_TYPE):
        return forms.read_form(request.body)
    raise WrongType("A reply is sent as application/x-www-form-urlencoded or as JSON.")


def flatten(members: Mapping[str, object]) -> dict[str, str]:
    """Give the members of a JSON reply the names of the form's fields.

    `author` is an object or, as WordPress has it, a name. Members nobody asked for mean
    nothing. Raises InvalidFields for every one of another type than its field's.
    """
    flat = {name: members[name] for name in FIELDS if name in members}
    flat |= {field: members[name] for name, field in JSON_NAMES.items() if name in members}
    author = members.get("author")
    if isinstance(author, dict):
        del flat["author"]
        flat |= {field: author[name] for name, field in AUTHOR_NAMES.items() if name in author}
    texts = {name: as_text(name, value) for name, value in flat.items()}
    errors = [
        FieldFault(name, "malformed", f"The field {name} takes text.")
        for name, text in texts.items()
        if text is None
    ]
    if errors:
        raise InvalidFields(errors)
    return {name: text for name, text in texts.items() if text is not None}


def as_text(name: str, value: object) -> str | None:
    """Write a JSON value as the form would; None where its type is not the field's."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return ("1" if value else "") if name == "remember" else None
    if isinstance(value, int) and name == "comment_parent":
        return str(value)
    return value if isinstance(value, str) else None


def read_parent(raw: str) -> str | None:
    """Read the id of the comment answered; "" and WordPress's 0 are none."""
    parent = raw.strip()
    if parent in ("", "0"):
        return None
    if not PARENT.fullmatch(parent):
        raise UnknownParent
    return parent


def read_subscribe(fields: Mapping[str, str], errors: list[FieldFault]) -> Subscribe:
    try:
        return Subscribe(fields.get("subscribe", "").strip().lower() or Subscribe.NONE)
    except ValueError:
        sentence = "Replies by mail are none, replies or all."
        errors.append(FieldFault("subscribe", "malformed", sentence))
        return Subscribe.NONE


def read_secret(raw: str) -> str:
    """Read a token of ours; one that cannot be ours becomes "?", which is nobody's either."""
    secret = raw.strip()
    return secret if not secret or is_visible(secret, SECRET_LIMIT) else "?"


def is_visible(raw: str, limit: int) -> bool:
    """Tell whether it is 1 to `limit` visible ASCII characters."""
    return len(raw) <= limit and VISIBLE.fullmatch(raw) is not None
