"""What programs send, read strictly into types of ours: every fault is named, none is guessed."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from moderation.domain.errors import FieldFault, InvalidFields, Malformed, NotFound, WrongType
from moderation.text import forms
from moderation.text.clean import clean_text

S = TypeVar("S", bound=msgspec.Struct)

IDENT = re.compile(r"[0-9a-z]{1,20}")
VERSION = re.compile(r'"([0-9]{1,15})"')
WHOLE = re.compile(r"[0-9]{1,9}")  # msgspec would take 1e1 and 10.0 too
NAMED = 60  # characters of a name nobody knows that are repeated in the answer
SAID = 200  # and of what is wrong with a value
MEMBERS = 50


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """No members."""


def read_query(raw: bytes | str, kind: type[S]) -> S:
    """Read a query string.

    A parameter without a value is one that was not given. Raises Malformed where it
    cannot be decoded, InvalidFields for names nobody knows, names given twice and values
    of another type.
    """
    try:
        text = raw.decode("ascii") if isinstance(raw, bytes) else raw
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MEMBERS)
    except ValueError:  # UnicodeDecodeError is one
        raise Malformed("The query cannot be read.") from None
    found: dict[str, object] = {}
    errors = []
    for name, value in pairs:
        if name in found:
            message = "This can be given once only."
            errors.append(FieldFault(name[:NAMED], "malformed", message))
        found[name] = value
    given = {name: value for name, value in found.items() if value != ""}
    known = {field.encode_name for field in msgspec.structs.fields(kind)}
    unknown = {name: value for name, value in found.items() if name not in known}
    return _checked(kind, given | unknown, strict=False, errors=errors)


async def read_body(request: Request, kind: type[S]) -> S:
    """Read a JSON object; an empty body is an empty object.

    Raises WrongType, TooLarge, Malformed, and InvalidFields naming every member that is
    missing, unknown or of another type.
    """
    if request.headers.get("content-encoding", "").strip().lower() not in ("", "identity"):
        raise WrongType("A compressed request is not accepted.")
    body = await request.body()
    if not body:
        return _checked(kind, {}, strict=True, errors=[])
    if not forms.is_json(request.headers.get("content-type", "")):
        raise WrongType("The API takes application/json.")
    value = forms.read_json_value(body)
    if not isinstance(value, dict) or len(value) > MEMBERS:
        raise Malformed("The request is no JSON object that is understood here.")
    return _checked(kind, value, strict=True, errors=[])


def _checked(
    kind: type[S], members: Mapping[str, object], *, strict: bool, errors: list[FieldFault]
) -> S:
    made = _read(kind, members, strict, "", errors)
    if errors:
        raise InvalidFields(errors)
    return cast("S", made)


def _read(
    kind: type[msgspec.Struct],
    members: Mapping[str, object],
    strict: bool,
    prefix: str,
    errors: list[FieldFault],
) -> msgspec.Struct | None:
    """Convert member by member, so that all faults are found and not the first alone."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    before = len(errors)
    values: dict[str, Any] = {}
    for name in members:
        if name not in fields:
            where = prefix + name[:NAMED]
            errors.append(FieldFault(where, "malformed", "This is not known here."))
    for name, field in fields.items():
        if name not in members:
            if field.required:
                errors.append(FieldFault(prefix + name, "missing", "This is needed."))
            continue
        value, inner = members[name], _struct_of(field.type)
        if inner is not None and isinstance(value, dict):
            values[field.name] = _read(inner, value, strict, f"{prefix}{name}.", errors)
            continue
        if not strict and value == "null" and str not in _parts(field.type):
            errors.append(_fault(prefix + name, field.type, "This is no value here"))
            continue
        if not strict and int in _parts(field.type) and not WHOLE.fullmatch(str(value)):
            errors.append(FieldFault(prefix + name, "malformed", "This is a whole number."))
            continue
        try:
            values[field.name] = msgspec.convert(value, field.type, strict=strict)
        except msgspec.ValidationError as error:
            errors.append(_fault(prefix + name, field.type, str(error)))
    return kind(**values) if len(errors) == before else None


def _fault(name: str, kind: Any, said: str) -> FieldFault:
    words = _words_of(kind)
    if words:
        return FieldFault(name, "malformed", f"This is one of: {', '.join(words)}.")
    code = "too_long" if "length <=" in said else "malformed"
    return FieldFault(name, code, f"{said[:SAID]}.")


def _parts(kind: Any) -> tuple[Any, ...]:
    """The types a type is made of: ``str`` and ``None`` of ``Annotated[str, …] | None``."""
    if get_origin(kind) is Annotated:
        return _parts(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return tuple(part for choice in get_args(kind) for part in _parts(choice))
    return (kind,)


def _struct_of(kind: Any) -> type[msgspec.Struct] | None:
    for part in _parts(kind):
        if isinstance(part, type) and issubclass(part, msgspec.Struct):
            return part
    return None


def _words_of(kind: Any) -> list[str]:
    words: list[str] = []
    for part in _parts(kind):
        if get_origin(part) is Literal:
            words += [str(word) for word in get_args(part)]
        elif isinstance(part, type) and issubclass(part, Enum):
            words += [str(word.value) for word in part]
    return words


def ident(request: Request) -> str:
    """The id in the address, "" where there is none. Raises NotFound for what can be none."""
    raw = str(request.path_params.get("id", ""))
    if "id" in request.path_params and not IDENT.fullmatch(raw):
        raise NotFound
    return raw


def if_match(request: Request) -> int | None:
    """The version that ``If-Match`` names (RFC 9110 §13.1.1). Raises Malformed."""
    given = request.headers.get("if-match")
    if given is None:
        return None
    found = VERSION.fullmatch(given.strip())
    if found is None:
        raise Malformed('If-Match names one version, as in "3".')
    return int(found[1])


def agreed(header: int | None, body: int | None) -> int | None:
    """The version seen, named in the header or in the body. Raises Malformed for two."""
    if header is not None and body is not None and header != body:
        raise Malformed("If-Match and version name different versions.")
    return body if header is None else header


def moment(name: str, given: datetime | None) -> datetime | None:
    """A moment in UTC. Raises InvalidFields where it is outside the years 1970 to 9999."""
    if given is None:
        return None
    try:
        utc = given.astimezone(UTC)
    except OverflowError:
        utc = None
    if utc is None or utc.year < 1970:
        message = "This is a moment from the year 1970 on."
        raise InvalidFields([FieldFault(name, "malformed", message)])
    return utc


def told(reason: str | None) -> str:
    """A reason as it is kept; "" for none."""
    return clean_text(reason or "", lines=True)
