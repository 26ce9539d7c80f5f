"""The fields of a reply that people type: cleaned, measured, and said what is wrong with them."""

import re
from collections.abc import Mapping

from moderation.domain.errors import FieldFault
from moderation.text.addresses import is_email
from moderation.text.clean import clean_text
from moderation.text.urls import parse_http_url

COMMENT_LIMIT = 10_000  # characters, as are all of these
AUTHOR_LIMIT = 100
EMAIL_LIMIT = 254
URL_LIMIT = 2048

LABELS = {"author": "The name", "email": "The e-mail address", "url": "The website"}
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+-]*:")  # no dots, so "example.org:8080" has none


def read_name(fields: Mapping[str, str], errors: list[FieldFault]) -> str:
    return read_line(fields, "author", AUTHOR_LIMIT, errors)


def read_line(fields: Mapping[str, str], name: str, limit: int, errors: list[FieldFault]) -> str:
    """Read one line of text, cleaned; too long is refused, never cut."""
    try:
        line = clean_text(fields.get(name, ""), lines=False)
    except ValueError as error:
        errors.append(FieldFault(name, "malformed", str(error)))
        return ""
    if len(line) > limit:
        errors.append(
            FieldFault(name, "too_long", f"{LABELS[name]} is longer than {limit:,} characters.")
        )
    return line


def read_email(fields: Mapping[str, str], errors: list[FieldFault]) -> str:
    email = read_line(fields, "email", EMAIL_LIMIT, errors)
    if email and len(email) <= EMAIL_LIMIT and not is_email(email):
        errors.append(FieldFault("email", "malformed", "This is not an e-mail address."))
    return email


def read_url(fields: Mapping[str, str], errors: list[FieldFault]) -> str:
    """Read the author's page. Without a scheme it is taken for https.

    A bare ``http://``, which old forms began with, is no address given.
    """
    given = read_line(fields, "url", URL_LIMIT, errors)
    if given.lower() in ("", "http://", "https://") or len(given) > URL_LIMIT:
        return ""
    url = given if SCHEME.match(given) else f"https://{given.removeprefix('//')}"
    try:
        written = parse_http_url(url).text
    except ValueError:
        sentence = "The website is not an http or https address."
        errors.append(FieldFault("url", "malformed", sentence))
        return ""
    return url if url.isascii() else written


def read_comment(fields: Mapping[str, str], errors: list[FieldFault]) -> str:
    """Read the text; line ends are levelled before it is measured."""
    try:
        text = clean_text(fields.get("comment", ""), lines=True)
    except ValueError as error:
        errors.append(FieldFault("comment", "malformed", str(error)))
        return ""
    if not text:
        errors.append(FieldFault("comment", "missing", "Please write a comment."))
    elif len(text) > COMMENT_LIMIT:
        sentence = f"The comment is longer than {COMMENT_LIMIT:,} characters."
        errors.append(FieldFault("comment", "too_long", sentence))
    return text
