"""The OpenAPI document as a page is made of it: chapters of operations, rows of members."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from moderation.web.api.openapi import Json, description
from moderation.web.api.operations import AnyOperation
from moderation.web.api.shapes import Conflict

REF = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter or member."""

    name: str
    type: str
    about: Markup
    required: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """One status, and the members of what comes with it."""

    status: str
    about: Markup
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation."""

    name: str
    method: str
    path: str  # as people write it: /api/v1/comments/ID
    summary: str
    about: Markup
    scope: str
    parameters: tuple[Row, ...]
    body: tuple[Row, ...]
    answers: tuple[Outcome, ...]
    refusals: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    noun: str
    entries: tuple[Entry, ...]


def chapters(operations: Sequence[AnyOperation], document: Json) -> list[Chapter]:
    """Group the operations by what they are about, in the order of the table."""
    schemas = document["components"]["schemas"]
    found: dict[str, list[Entry]] = {}
    for operation in operations:
        described = document["paths"][operation.path][operation.method.lower()]
        found.setdefault(operation.noun, []).append(_entry(operation, described, schemas))
    return [Chapter(noun, tuple(entries)) for noun, entries in found.items()]


def code(text: str) -> Markup:
    """Plain text in which backticks mark code."""
    parts = [escape(part) for part in text.split("`")]
    marked = (
        Markup("<code>{}</code>").format(part) if odd % 2 else part
        for odd, part in enumerate(parts)
    )
    return Markup("").join(marked)


def _entry(operation: AnyOperation, described: Json, schemas: Mapping[str, Json]) -> Entry:
    body: tuple[Row, ...] = ()
    if "requestBody" in described:
        content = described["requestBody"]["content"]["application/json"]
        body = _rows(_target(content["schema"], schemas), schemas)
    answers = tuple(
        Outcome(
            str(status),
            code(described["responses"][str(status)]["description"]),
            _rows(schemas[kind.__name__], schemas) if kind is not None else (),
        )
        for status, kind in operation.answers.items()
        if kind is not Conflict
    )
    return Entry(
        name=operation.name,
        method=operation.method,
        path=operation.path.replace("{id}", "ID"),
        summary=operation.summary,
        about=code(operation.note),
        scope=operation.scope.value,
        parameters=tuple(
            Row(
                parameter["name"],
                _type(parameter["schema"], schemas),
                code(parameter.get("description", "")),
                parameter.get("required", False),
            )
            for parameter in described["parameters"]
            if parameter["in"] != "path"
        ),
        body=body,
        answers=answers,
        refusals=tuple(
            Outcome(str(status), code(about), ())
            for status, about in sorted(operation.refusals.items())
        ),
    )


def _rows(schema: Json, schemas: Mapping[str, Json]) -> tuple[Row, ...]:
    required = schema.get("required", ())
    return tuple(
        Row(name, _type(member, schemas), code(_about(member, schemas)), name in required)
        for name, member in schema.get("properties", {}).items()
    )


def _about(member: Json, schemas: Mapping[str, Json]) -> str:
    """What a member is; of one that is an object or a list of them, what these are."""
    if told := description(member):
        return told
    for part in (member, member.get("items", {}), *member.get("anyOf", ())):
        if "$ref" in part:
            return str(_target(part, schemas).get("description", ""))
    return ""


def _target(schema: Json, schemas: Mapping[str, Json]) -> Json:
    return schemas[schema["$ref"].removeprefix(REF)] if "$ref" in schema else schema


def _type(schema: Json, schemas: Mapping[str, Json]) -> str:
    """A type in a few words: ``string or null``, ``list of objects: check, verdict``."""
    if "$ref" in schema:
        target = _target(schema, schemas)
        if "enum" in target:
            return _type(target, schemas)
        return f"object: {', '.join(target.get('properties', {}))}"
    if "enum" in schema:
        return " | ".join(str(word) for word in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_type(choice, schemas) for choice in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list: {_type(schema.get('items', {}), schemas)}"
    return _plain(schema)


def _plain(schema: Mapping[str, Any]) -> str:
    words = {"boolean": "true or false", "integer": "whole number"}
    name = str(schema.get("type", "anything"))
    form = {"date-time": "time", "uri": "address"}.get(schema.get("format", ""))
    text = form or words.get(name, name)
    if "minimum" in schema and "maximum" in schema:
        text += f", {schema['minimum']} to {schema['maximum']}"
    return text
