"""No import climbs, none goes sideways between shelves: the plan of the house, held."""

import ast
import sys
from collections.abc import Iterator, Mapping

import pytest

# From the top to the ground. A new room needs its floor here.
FLOORS = (
    {"__main__", "cli"},
    {"app"},
    {"web"},
    {"house"},  # the use cases, joined: no door is known to it
    {"flow"},
    {"protocols", "checks", "formats", "notify", "exchange"},
    {"store", "net", "settings", "plugs", "faults", "assets", "templating", "logs", "signing"},
    {"domain", "text"},
)
SHELVES = FLOORS[5]
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

# What a plug may import of the house, beside its own shelf's contract and its own files. `settings`
# are types only (a plug is made with the part that is its own), `faults` one table.
PLUG_MAY = {"domain", "text", "settings", "faults"}

# Where a connection to somewhere else may be opened.
CLIENTS = {
    *("aiohttp", "aiosmtplib", "akismet", "ftplib", "http.client", "httpcore", "httpcore2"),
    *("httpx", "httpx2", "requests", "smtplib", "socket", "ssl", "urllib.request", "urllib3"),
}
OPENERS = {
    *("open_connection", "create_connection", "open_unix_connection", "connect_tcp"),
    *("connect_ex", "sock_connect"),
}
MAY_CONNECT = ("moderation/net/", "moderation/checks/akismet", "moderation/notify/mail")
MAY_LISTEN = "moderation/cli/serving/"  # and have lines between processes of ours

# Third-party packages that belong to some rooms.
AT_HOME_IN = {
    "starlette": {"web", "app", "cli"},
    "uvicorn": {"app", "cli"},
    "click": {"cli"},
    "databases": {"store"},
    "sqlalchemy": {"store"},
    "aiosqlite": {"store"},
    "asyncpg": {"store"},
    "sqlite3": {"store"},
    "alembic": {"store"},
}


def rooms(trees: Mapping[str, ast.Module]) -> dict[str, ast.Module]:
    """The modules under moderation/ by their dotted name; a package is its ``__init__``."""
    return {
        path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): tree
        for path, tree in trees.items()
        if path.startswith("moderation/")
    }


def imports(tree: ast.Module, module: str, is_package: bool) -> Iterator[tuple[str, int]]:
    """Every name imported, as far as it may be a module: ``moderation.text.urls``, and its line.

    Of ``from a import b`` both ``a.b`` and ``a`` are meant; ``a.b`` is told, as the longer.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield name.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            start = node.module or ""
            if node.level:
                parts = module.split(".") if is_package else module.split(".")[:-1]
                parts = parts[: len(parts) - node.level + 1]
                start = ".".join([*parts, *([node.module] if node.module else [])])
            for name in node.names:
                yield f"{start}.{name.name}", node.lineno


@pytest.fixture(scope="session")
def all_imports(trees: Mapping[str, ast.Module]) -> list[tuple[str, str, int]]:
    """(importing module, imported name, line), for every import in the house."""
    packages = {
        path.removesuffix("/__init__.py").replace("/", ".")
        for path in trees
        if path.endswith("/__init__.py")
    }
    return [
        (module, name, line)
        for module, tree in rooms(trees).items()
        for name, line in imports(tree, module, module in packages)
    ]


def room_of(name: str) -> str | None:
    """The room a module or a name in it belongs to; None outside the house, "" for its door."""
    first, _, rest = name.partition(".")
    return rest.partition(".")[0] if first == "moderation" else None


def test_every_room_has_a_floor(trees: Mapping[str, ast.Module]) -> None:
    known = set(FLOOR_OF) | {""}
    assert {room_of(module) for module in rooms(trees)} - known == set()


def test_no_import_climbs(all_imports: list[tuple[str, str, int]]) -> None:
    climbing = []
    for module, name, line in all_imports:
        here, there = room_of(module), room_of(name)
        if here in FLOOR_OF and there in FLOOR_OF and FLOOR_OF[here] > FLOOR_OF[there]:
            climbing.append(f"{module}:{line} imports {name}")
    assert climbing == []


def test_no_import_goes_sideways_between_shelves(all_imports: list[tuple[str, str, int]]) -> None:
    sideways = [
        f"{module}:{line} imports {name}"
        for module, name, line in all_imports
        if room_of(module) in SHELVES
        and room_of(name) in SHELVES
        and room_of(module) != room_of(name)
    ]
    assert sideways == []


def test_a_plug_imports_no_sibling(all_imports: list[tuple[str, str, int]]) -> None:
    """It knows its contract, and what begins with "_" on its shelf, which is no plug."""
    wrong = []
    for module, name, line in all_imports:
        shelf = room_of(module)
        if shelf not in SHELVES or room_of(name) is None:
            continue
        own = module.split(".")[2] if module.count(".") > 1 else ""
        if room_of(name) == shelf:
            asked = name.split(".")[2] if name.count(".") > 1 else ""
            allowed = asked in (own, "contract", "") or asked.startswith("_")
        else:
            allowed = room_of(name) in PLUG_MAY
        if not allowed:
            wrong.append(f"{module}:{line} imports {name}")
    assert wrong == []


def test_the_vocabulary_needs_the_standard_library_alone(
    all_imports: list[tuple[str, str, int]],
) -> None:
    strange = [
        f"{module}:{line} imports {name}"
        for module, name, line in all_imports
        if room_of(module) == "domain"
        and room_of(name) != "domain"
        and name.partition(".")[0] not in sys.stdlib_module_names
    ]
    assert strange == []


def test_packages_stay_in_their_rooms(all_imports: list[tuple[str, str, int]]) -> None:
    strayed = [
        f"{module}:{line} imports {name}"
        for module, name, line in all_imports
        if room_of(module) not in AT_HOME_IN.get(name.partition(".")[0], {room_of(module)})
    ]
    assert strayed == []


def test_only_three_places_open_connections(trees: Mapping[str, ast.Module]) -> None:
    found = []
    for path, tree in trees.items():
        if not path.startswith("moderation/") or path.startswith(MAY_CONNECT):
            continue
        clients = CLIENTS - {"socket"} if path.startswith(MAY_LISTEN) else CLIENTS
        for name, line in imports(tree, "", is_package=False):
            if any(name == client or name.startswith(f"{client}.") for client in clients):
                found.append(f"{path}:{line} imports {name}")
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in OPENERS:
                found.append(f"{path}:{node.lineno} uses {node.attr}")
    assert found == []


def test_no_middleware_that_wraps_every_response(trees: Mapping[str, ast.Module]) -> None:
    banned = {"BaseHTTPMiddleware", "GZipMiddleware"}
    found = [
        f"{path}:{line} {name}"
        for path, tree in trees.items()
        if path.startswith("moderation/")
        for name, line in names(tree)
        if name in banned
    ]
    assert found == []


def test_of_databases_neither_transaction_nor_iterate_is_used(
    trees: Mapping[str, ast.Module],
) -> None:
    """Both lose connections when cancelled, and `iterate` holds its lock while it is read."""
    found = [
        f"{path}:{node.lineno} .{node.func.attr}()"
        for path, tree in trees.items()
        if path.startswith("moderation/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("transaction", "iterate")
        and not (isinstance(node.func.value, ast.Name) and node.func.value.id == "visitors")
    ]
    assert found == []


def test_no_address_is_taken_from_the_request(trees: Mapping[str, ast.Module]) -> None:
    """Links and decisions follow `public_url`; what a Host header says made `request.url`."""
    found = [
        f"{path}:{node.lineno} {ast.unparse(node)}"
        for path, tree in trees.items()
        if path.startswith(("moderation/web/", "moderation/app"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("url", "base_url", "url_for")
        and ast.unparse(node.value).rpartition(".")[2] in ("request", "connection", "websocket")
    ]
    assert found == []


def names(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every name that is used, imported or asked of something."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id, node.lineno
        elif isinstance(node, ast.Attribute):
            yield node.attr, node.lineno
        elif isinstance(node, ast.ImportFrom | ast.Import):
            for alias in node.names:
                yield alias.name.rpartition(".")[2], node.lineno
