"""The documents hold what is there: every setting, every address, no link that leads nowhere."""

import ast
import re
from collections.abc import Iterator, Mapping

import pytest

from moderation.settings.keys import KEYS, SITE_KEYS

WEB = "moderation/web/"
ROUTES = f"{WEB}routes.py"
PLACEHOLDER = re.compile(r"\{\w+(?::\w+)?\}")


def sections(document: str) -> dict[str, str]:
    """The text below each heading, by the section named in it: ``## [server]``."""
    parts = re.split(r"^#+ .*?\[([\w.]+)\].*$", document, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_setting_is_described_in_its_section(files: Mapping[str, str]) -> None:
    told = sections(files["docs/settings.md"])
    missing = [
        f"[{'.'.join(key.section)}] {key.path[-1]}"
        for key in KEYS
        if key.section and not is_named(key.path[-1], told.get(".".join(key.section), ""))
    ]
    missing += [
        f"[sites.ID] {key.path[-1]}"
        for key in SITE_KEYS
        if not key.section and not is_named(key.path[-1], told.get("sites.ID", ""))
    ]
    assert missing == []
    assert is_named("locked", files["docs/settings.md"])


def test_no_setting_is_described_that_is_not_there(files: Mapping[str, str]) -> None:
    known = {(".".join(key.section), key.path[-1]) for key in KEYS}
    known |= {("sites.ID", key.path[-1]) for key in SITE_KEYS if not key.section}
    told = {
        (section, row[1])
        for section, text in sections(files["docs/settings.md"]).items()
        for row in re.finditer(r"^\| `(\w+)` \|", text, re.M)
    }
    assert told == {pair for pair in known if pair[0]}


def is_named(key: str, text: str) -> bool:
    return f"`{key}`" in text


def test_every_address_is_described(
    files: Mapping[str, str], trees: Mapping[str, ast.Module]
) -> None:
    web = [tree for name, tree in trees.items() if name.startswith(WEB)]
    found = sorted({path for tree in web for path in paths(tree)} - {"/"})
    if not found and ROUTES not in files:
        pytest.skip("there are no routes yet")
    assert found, f"no Route with a written path was found below {WEB}"
    document = files.get("docs/http.md", "")
    assert [path for path in found if not re.search(pattern(path), document)] == []


def paths(tree: ast.AST, prefix: str = "") -> Iterator[str]:
    """The paths of every ``Route("…")``, below those of the ``Mount("…")`` they are written in."""
    for child in ast.iter_child_nodes(tree):
        below = prefix
        if isinstance(child, ast.Call) and child.args:
            name = ast.unparse(child.func).rpartition(".")[2]
            path = written(child.args[0])
            if path is not None and name in ("Route", "WebSocketRoute"):
                yield prefix + path
            elif path is not None and name == "Mount":
                below = prefix + path
        yield from paths(child, below)


def written(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def pattern(path: str) -> str:
    """How a path may stand in a document: ``/c/{token}/edit`` as ``/c/TOKEN/edit``."""
    words = [re.escape(word) for word in PLACEHOLDER.split(path)]
    return r"(?:[A-Z][A-Z-]*|\{\w+\})".join(words) + r"(?![\w/-]|\.\w)"


@pytest.mark.parametrize(
    ("path", "text", "matches"),
    [
        ("/c/{token}/edit", "`POST /c/TOKEN/edit`", True),
        ("/c/{token}/edit", "`POST /c/TOKEN/editor`", False),
        ("/c/{token}", "`POST /c/TOKEN/edit`", False),
        ("/wp/{site}/{rest:path}", "/wp/SITE/OLD-PATH?x", True),
        ("/healthz", "`GET /healthz` says", True),
        ("/thread", "`/thread.html`", False),
    ],
)
def test_an_address_is_found_as_documents_write_it(path: str, text: str, matches: bool) -> None:
    assert bool(re.search(pattern(path), text)) is matches


def test_no_link_between_documents_leads_nowhere(files: Mapping[str, str]) -> None:
    broken = []
    for path, text in files.items():
        if not path.endswith(".md") or path.startswith("tests/data/"):
            continue
        folder = path.rpartition("/")[0]
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            name = target.partition("#")[0]
            if re.match(r"[a-z]+:", target) or not name:
                continue
            if not exists(files, folder, name):
                broken.append(f"{path}: {target}")
    assert broken == []


def exists(files: Mapping[str, str], folder: str, name: str) -> bool:
    parts = [] if name.startswith("/") else folder.split("/") if folder else []
    for part in name.strip("/").split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part != ".":
            parts = [*parts, part]
    whole = "/".join(parts)
    return whole in files or any(path.startswith(f"{whole}/") for path in files)
