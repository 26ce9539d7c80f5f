"""Files, functions and names stay such that a newcomer can read them in one sitting."""

import ast
import re
from collections.abc import Iterator, Mapping

LINES_OF_FILE = 300  # a migration may be a longer list
LINES_OF_FUNCTION = 60
READ = ("moderation/", "tests/", "bench/", "start.py")

# They say nothing of what is inside.
EMPTY_NAMES = {
    "util",
    "utils",
    "helper",
    "helpers",
    "manager",
    "managers",
    "base",
    "common",
    "misc",
}
EMPTY_ENDS = re.compile(r"(?:Utils?|Helpers?|Managers?|Base|Impl)\Z")


def read(trees: Mapping[str, ast.Module]) -> Iterator[tuple[str, ast.Module]]:
    return ((path, tree) for path, tree in trees.items() if path.startswith(READ))


def test_no_file_is_longer_than_can_be_kept_in_mind(files: Mapping[str, str]) -> None:
    long = {
        path: count
        for path, text in files.items()
        if path.endswith(".py") and path.startswith(READ) and "/versions/" not in path
        if (count := len(text.splitlines())) > LINES_OF_FILE
    }
    assert long == {}


def test_no_function_is_longer_than_a_screen(trees: Mapping[str, ast.Module]) -> None:
    long = [
        f"{path}:{node.lineno} {node.name}: {length} lines"
        for path, tree in read(trees)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LINES_OF_FUNCTION
    ]
    assert long == []


def test_every_module_opens_with_a_sentence_of_what_it_knows(
    trees: Mapping[str, ast.Module],
) -> None:
    mute = [
        path
        for path, tree in read(trees)
        if not re.fullmatch(r"\S.*[.:?]", (ast.get_docstring(tree) or "").partition("\n")[0])
    ]
    assert mute == []


def test_no_name_is_empty(trees: Mapping[str, ast.Module]) -> None:
    empty = []
    for path, tree in read(trees):
        stem = path.rpartition("/")[2].removesuffix(".py").strip("_")
        if EMPTY_NAMES & {stem, *path.split("/")[:-1]}:
            empty.append(path)
        empty += [
            f"{path}:{node.lineno} {node.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef) and EMPTY_ENDS.search(node.name)
        ]
    assert empty == []


def test_nothing_is_left_for_later(files: Mapping[str, str]) -> None:
    later = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    assert [
        f"{path}:{number} {line.strip()[:80]}"
        for path, text in files.items()
        if path.startswith(READ) and path.endswith((".py", ".js", ".html", ".css"))
        for number, line in enumerate(text.splitlines(), 1)
        if later.search(line)
    ] == []


def test_types_and_rules_are_not_switched_off_without_a_reason(files: Mapping[str, str]) -> None:
    """A reason stands behind the code in brackets, or in a comment on the line above."""
    off = re.compile(r"#\s*(?:no" + r"qa|type:\s*ig" + r"nore)\S*(.*)")
    bare = []
    for path, text in files.items():
        if not path.endswith(".py") or not path.startswith(READ):
            continue
        lines = text.splitlines()
        for number, line in enumerate(lines):
            found = off.search(line)
            above = lines[number - 1].strip() if number else ""
            if found and not found[1].strip() and not above.startswith("#"):
                bare.append(f"{path}:{number + 1} {line.strip()[:80]}")
    assert bare == []


def test_no_module_asks_for_the_future(trees: Mapping[str, ast.Module]) -> None:
    assert [
        path
        for path, tree in read(trees)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
    ] == []
