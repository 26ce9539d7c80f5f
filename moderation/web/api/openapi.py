"""The OpenAPI document: made of the table of operations and the types they read and answer."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from moderation.web.api.operations import AnyOperation
from moderation.web.api.reading import Nothing
from moderation.web.api.shapes import Conflict, Problem

VERSION = "1"
ALWAYS: Mapping[int, str] = {
    400: "The request cannot be understood.",
    401: "No token, or one that is not known.",
    403: "The token's scope is not enough.",
    415: "Another content type than application/json, or a compressed body.",
    422: "Parameters or members that are missing, unknown, too long or of another type: `errors` "
    "names each.",
    429: "Too many wrong tokens; `Retry-After` says when to come back.",
    503: "Busy; nothing was kept. `Retry-After` says when to come back.",
}
INTRODUCTION = (
    "Every request carries `Authorization: Bearer TOKEN`. A token has scopes: `read` looks, "
    "`moderate` decides, edits and answers, `admin` makes tokens; each includes the ones before. "
    "A token may be limited to some sites, and then sees and touches nothing else. Times are "
    "RFC 3339 in UTC. Every key of an answer is always present, null or [] when there is nothing; "
    "new keys and new words of enumerations may come."
)
Json = dict[str, Any]


def document(operations: Sequence[AnyOperation], public_url: str) -> Json:
    """OpenAPI 3.1.0 §4.8: the whole description."""
    schemas, components = _schemas(operations)
    paths: dict[str, Json] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(
            operation, schemas, components
        )
    return {
        "openapi": "3.1.0",
        "info": {"title": "Moderation", "version": VERSION, "description": INTRODUCTION},
        "servers": [{"url": public_url}],
        "security": [{"token": []}],
        "tags": [{"name": noun} for noun in dict.fromkeys(o.noun for o in operations)],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


Schemas = Mapping[type[msgspec.Struct], Json]


def _schemas(operations: Iterable[AnyOperation]) -> tuple[Schemas, dict[str, Json]]:
    """The schema of each type, and what they refer to by name."""
    kinds: list[type[msgspec.Struct]] = [Problem, Conflict]
    for operation in operations:
        kinds += [kind for kind in operation.answers.values() if kind is not None]
        kinds += [kind for kind in (operation.query, operation.body) if kind is not Nothing]
    kinds = list(dict.fromkeys(kinds))
    made, components = msgspec.json.schema_components(
        kinds, ref_template="#/components/schemas/{name}"
    )
    return dict(zip(kinds, made, strict=True)), dict(components)


def _operation(operation: AnyOperation, schemas: Schemas, components: dict[str, Json]) -> Json:
    described: Json = {
        "operationId": operation.name,
        "tags": [operation.noun],
        "summary": operation.summary,
        "description": f"Scope: `{operation.scope}`. {operation.note}".strip(),
        "parameters": _parameters(operation, components),
        "responses": _responses(operation, schemas),
    }
    if operation.takes_body:
        required = any(field.required for field in msgspec.structs.fields(operation.body))
        content = {"application/json": {"schema": schemas[operation.body]}}
        described["requestBody"] = {"required": required, "content": content}
    return described


def _parameters(operation: AnyOperation, components: Mapping[str, Json]) -> list[Json]:
    found: list[Json] = []
    if "{id}" in operation.path:
        ident = {"type": "string", "pattern": "^[0-9a-z]{1,20}$"}
        found.append({"name": "id", "in": "path", "required": True, "schema": ident})
    if operation.query is not Nothing:
        members = components[operation.query.__name__]["properties"]
        for name, member in members.items():
            schema = _given(member)
            entry = {"name": name, "in": "query", "required": False, "schema": schema}
            found.append(entry | ({"description": told} if (told := description(member)) else {}))
    if operation.versioned:
        about = 'The version seen, in quotes: `"3"`.'
        text = {"type": "string"}
        found.append({"name": "If-Match", "in": "header", "description": about, "schema": text})
    return found


def _given(member: Json) -> Json:
    """The schema of a parameter that is given: null says in our types that it is not."""
    choices = [choice for choice in member.get("anyOf", ()) if choice.get("type") != "null"]
    return choices[0] if len(choices) == 1 else member


def description(member: Json) -> str:
    """What a member is; of one that may be null, what it is otherwise."""
    choices = (member, *member.get("anyOf", ()))
    return next((str(choice["description"]) for choice in choices if "description" in choice), "")


def _responses(operation: AnyOperation, schemas: Schemas) -> Json:
    responses: Json = {}
    for status, kind in operation.answers.items():
        if status < 400:
            responses[str(status)] = {"description": _first_line(kind)}
            if kind is not None:
                content = {"application/json": {"schema": schemas[kind]}}
                responses[str(status)]["content"] = content
    for status, about in sorted({**ALWAYS, **operation.refusals}.items()):
        kind = operation.answers.get(status) or Problem
        either = schemas[kind] if kind is Problem else _either(schemas[kind], schemas[Problem])
        content = {"application/problem+json": {"schema": either}}
        responses[str(status)] = {"description": about, "content": content}
    return responses


def _either(one: Json, other: Json) -> Json:
    return {"anyOf": [one, other]}


def _first_line(kind: type[msgspec.Struct] | None) -> str:
    return (kind.__doc__ or "").partition("\n")[0] if kind is not None else "Done."
