"""Whether a JSON value is what a schema of an OpenAPI document says: the part of 2020-12 we use."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
KNOWN = {
    *("title", "description", "default", "$ref", "anyOf", "type", "enum", "format", "properties"),
    *("required", "additionalProperties", "items", "minimum", "maximum", "minLength", "maxLength"),
    *("minItems", "maxItems", "pattern"),
}


def faults(
    value: Any, schema: Mapping[str, Any], root: Mapping[str, Any], at: str = "$"
) -> list[str]:
    """Name everything about `value` that the schema forbids."""
    assert set(schema) <= KNOWN, f"the walker does not know {set(schema) - KNOWN}"
    if "$ref" in schema:
        return faults(value, resolve(schema["$ref"], root), root, at)
    if "anyOf" in schema:
        tried = [faults(value, choice, root, at) for choice in schema["anyOf"]]
        return [] if any(not found for found in tried) else [f for found in tried for f in found]
    return list(_own(value, schema, root, at))


def resolve(reference: str, root: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = root
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    assert isinstance(found, dict)
    return found


def _own(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any], at: str) -> Iterator[str]:
    kind = schema.get("type")
    if kind is not None and not _is(value, kind):
        yield f"{at}: {value!r} is no {kind}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is not one of {schema['enum']}"
    if isinstance(value, str):
        yield from _text(value, schema, at)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{at}: {value} is out of bounds"
    if isinstance(value, list):
        yield from _many(value, schema, root, at)
    if isinstance(value, dict):
        yield from _members(value, schema, root, at)


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, TYPES[kind])


def _text(value: str, schema: Mapping[str, Any], at: str) -> Iterator[str]:
    if schema.get("format") == "date-time":
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None or not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value):
            yield f"{at}: {value!r} is no RFC 3339 time in UTC"
    if schema.get("format") == "uri" and not re.match(r"https?://", value):
        yield f"{at}: {value!r} is no address"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{at}: {value!r} does not fit the pattern"
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        yield f"{at}: {len(value)} characters"


def _many(
    value: Sequence[Any], schema: Mapping[str, Any], root: Mapping[str, Any], at: str
) -> Iterator[str]:
    for number, item in enumerate(value):
        yield from faults(item, schema.get("items", {}), root, f"{at}[{number}]")


def _members(
    value: Mapping[str, Any], schema: Mapping[str, Any], root: Mapping[str, Any], at: str
) -> Iterator[str]:
    known = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{at}: {name} is missing"
    for name, member in value.items():
        if name in known:
            yield from faults(member, known[name], root, f"{at}.{name}")
        elif known:
            yield f"{at}: {name} is not described"
