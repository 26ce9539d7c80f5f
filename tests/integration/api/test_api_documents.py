"""The API's own documents: complete, sound, and readable without a script."""

import re
from pathlib import Path
from typing import Any

from .conftest import Owner

STANDARD = {"get", "post", "patch", "put", "delete"}


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if "$ref" in value else set()
        return own.union(*(references(member) for member in value.values()))
    if isinstance(value, list):
        return set().union(*(references(item) for item in value))
    return set()


async def test_the_document_refers_to_nothing_that_is_missing(owner: Owner) -> None:
    document = owner.document
    assert document["openapi"] == "3.1.0"
    schemas = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert references(document) <= schemas
    assert document["servers"] == [{"url": "http://comments.example"}]
    names = []
    for path, methods in document["paths"].items():
        assert set(methods) <= STANDARD
        for described in methods.values():
            names.append(described["operationId"])
            given = {p["name"] for p in described["parameters"] if p["in"] == "path"}
            assert given == set(re.findall(r"\{(\w+)\}", path))
            assert any(status.startswith("2") for status in described["responses"])
            assert {"401", "403", "422"} <= set(described["responses"])
    assert len(names) == len(set(names))


async def test_every_operation_that_is_described_is_there(owner: Owner) -> None:
    for path, methods in owner.document["paths"].items():
        for method in methods:
            answer = await owner.client.request(method.upper(), path.replace("{id}", "nothing1"))
            assert answer.status_code == 401, "it asks for a token, so it is there"
        options = await owner.client.request("OPTIONS", path.replace("{id}", "nothing1"))
        allowed = set(options.headers["allow"].lower().split(", ")) - {"options", "head"}
        assert allowed == set(methods)


async def test_a_list_has_each_parameter_that_is_promised(owner: Owner) -> None:
    described = owner.document["paths"]["/api/v1/comments"]["get"]["parameters"]
    promised = "status kind type waiting_for article site q since until order limit cursor"
    assert {p["name"] for p in described} == set(promised.split())


async def test_people_can_read_it_and_nothing_foreign_is_loaded(owner: Owner) -> None:
    page = await owner.client.get("/api")
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    for path, methods in owner.document["paths"].items():
        shown = path.replace("{id}", "ID")
        for method, described in methods.items():
            assert f"<b>{method.upper()}</b> {shown}" in page.text
            assert f'id="{described["operationId"]}"' in page.text
    assert "`" not in re.sub(r"<pre.*?</pre>", "", page.text, flags=re.S)
    links = set(re.findall(r'href="#([^"]+)"', page.text))
    assert links <= set(re.findall(r'id="([^"]+)"', page.text))
    for address in re.findall(r'(?:href|src)="(http[^"#]+)"', page.text):
        assert (await owner.client.get(address)).status_code == 200, address


async def test_every_operation_stands_in_the_documentation(owner: Owner) -> None:
    told = (Path(__file__).parents[3] / "docs" / "http.md").read_text("utf-8")
    for path, methods in owner.document["paths"].items():
        for method in methods:
            assert f"`{method.upper()} {path.replace('{id}', 'ID')}`" in told
