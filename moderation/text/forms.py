"""Form bodies and JSON bodies as bytes from a stranger: read strictly, or refused as malformed."""

import json
import math
import re
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from moderation.domain.errors import Malformed

FORM_TYPE = "application/x-www-form-urlencoded"
FIELDS_LIMIT = 50
DEPTH_LIMIT = 20  # nested arrays and objects of a JSON body

# A string, whole or cut off by the end, or a bracket. Every quote begins a match and no
# character is read twice, so the scan is linear whatever the text.
JSON_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{\]}]', re.DOTALL)
CHARSET = re.compile(r"""charset\s{0,9}=\s{0,9}["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)


def media_type(content_type: str) -> str:
    """Return ``type/subtype`` in lower case, without parameters; "" when there is none."""
    return content_type.partition(";")[0].strip().lower()


def charset(content_type: str) -> str:
    """Return the charset parameter in lower case, or ""."""
    found = CHARSET.search(content_type.partition(";")[2])
    return found[1].lower() if found else ""


def is_json(content_type: str) -> bool:
    """Tell whether a content type is JSON's own or one built on it (``…+json``)."""
    kind = media_type(content_type)
    return kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )


def accepts_json(accept: str) -> bool:
    """Tell whether an ``Accept`` names JSON and does not like HTML at least as well."""
    liking = {"json": 0.0, "html": 0.0}
    for choice in accept.split(",")[:FIELDS_LIMIT]:
        kind = media_type(choice)
        name = "json" if is_json(choice) else "html" if kind == "text/html" else ""
        if name:
            liking[name] = max(liking[name], quality(choice))
    return liking["json"] > liking["html"]


def quality(choice: str) -> float:
    """Return the ``q`` of one choice of an ``Accept``, 0.0 to 1.0; 1.0 when absent or odd."""
    found = re.search(r";\s{0,9}q\s{0,9}=\s{0,9}([01](?:\.[0-9]{0,3})?)", choice, re.IGNORECASE)
    return min(1.0, float(found[1])) if found else 1.0


def read_pairs(body: bytes) -> list[tuple[bytes, bytes]]:
    """Undo ``application/x-www-form-urlencoded`` to bytes, in order; what they mean is open.

    A ``%`` that begins no escape stands for itself, as in the URL standard. Raises
    Malformed for more than 50 fields.
    """
    if body.count(b"&") >= FIELDS_LIMIT:
        raise Malformed("The form has too many fields.")
    pairs = []
    for field in body.split(b"&"):
        name, _, value = field.partition(b"=")
        if field:
            pairs.append((unescape(name), unescape(value)))
    return pairs


def unescape(raw: bytes) -> bytes:
    return unquote_to_bytes(raw.replace(b"+", b" "))


def first_values(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, bytes]:
    """Key the values by name; of a repeated field the first counts.

    Names are ASCII; a field of another name is not one of ours and left out.
    """
    values: dict[str, bytes] = {}
    for name, value in pairs:
        if name.isascii():
            values.setdefault(name.decode("ascii"), value)
    return values


def read_form(body: bytes) -> dict[str, str]:
    """Read a form whose every field is UTF-8; of a repeated field the first counts."""
    values = first_values(read_pairs(body))
    try:
        return {name: value.decode("utf-8") for name, value in values.items()}
    except UnicodeDecodeError:
        raise Malformed("The form is not written in UTF-8.") from None


def read_json(body: bytes) -> dict[str, object]:
    """Read a JSON object strictly: see `read_json_value`; at most 50 members."""
    value = read_json_value(body)
    if not isinstance(value, dict) or len(value) > FIELDS_LIMIT:
        raise Malformed("The request is no JSON object of a reply.")
    return value


def read_json_list(body: bytes) -> list[str]:
    """Read a JSON list of strings strictly. Raises Malformed."""
    value = read_json_value(body)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Malformed("The request is no JSON list of strings.")
    return value


def read_json_value(body: bytes) -> object:
    """Read any JSON strictly.

    Refused, as Malformed: other encodings than UTF-8, more than 20 levels (counted before
    anything is parsed), repeated names, NaN and infinities, numbers of thousands of
    digits, halves of surrogate pairs.
    """
    try:
        text = body.decode("utf-8")
        if depth(text) > DEPTH_LIMIT:
            raise Malformed("The JSON is nested too deep.")
        value: object = json.loads(
            text,
            object_pairs_hook=distinct,
            parse_constant=refuse_constant,
            parse_float=finite,
        )
        check_text(value)
    except (ValueError, RecursionError):  # UnicodeError and JSONDecodeError are ValueErrors
        raise Malformed("The request is not valid JSON.") from None
    return value


def depth(text: str) -> int:
    """Count how deep brackets outside strings are nested, without parsing."""
    level = deepest = 0
    for found in JSON_TOKEN.finditer(text):
        if found[0] in ("[", "{"):
            level += 1
            deepest = max(deepest, level)
        elif found[0] in ("]", "}"):
            level -= 1
    return deepest


def distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in an object")
    return found


def refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def check_text(value: object) -> None:
    """Raise UnicodeEncodeError for a string that holds half of a surrogate pair."""
    if isinstance(value, str):
        value.encode("utf-8")
    elif isinstance(value, dict):
        for name, member in value.items():
            check_text(name)
            check_text(member)
    elif isinstance(value, list):
        for member in value:
            check_text(member)
