"""The store's URL: what it may say, and what is refused before anything is opened."""

from pathlib import Path

import pytest

from moderation.store.address import PostgresAddress, SqliteAddress, parse
from moderation.store.engine import StoreUnusable


def test_a_file_is_named_relative_or_absolute() -> None:
    assert parse("sqlite:////var/lib/x%20y.db") == SqliteAddress(Path("/var/lib/x y.db"))
    assert parse("sqlite:///data/x.db") == SqliteAddress(Path.cwd() / "data/x.db")


def test_a_server_is_named_by_host_or_by_socket() -> None:
    assert parse("postgresql://me:p%40ss@db.example:5433/blog?sslmode=require") == PostgresAddress(
        host="db.example", port=5433, database="blog", user="me", password="p@ss", ssl="require"
    )
    socket = parse("postgresql://me@/blog?host=/run/postgresql")
    assert socket == PostgresAddress("/run/postgresql", 5432, "blog", user="me")
    assert parse("postgresql+asyncpg://h/d") == parse("postgres://h/d")


@pytest.mark.parametrize(
    ("url", "because"),
    [
        pytest.param("sqlite://", "sqlite:///PATH", id="no file"),
        pytest.param("sqlite:///:memory:", "sqlite:///PATH", id="a store that forgets"),
        pytest.param("sqlite:///x.db?timeout=30", "nothing after", id="a query on a file"),
        pytest.param("sqlite://host/x.db", "sqlite:///PATH", id="a host before a file"),
        pytest.param("mysql://h/d", "begin with", id="another engine"),
        pytest.param("", "begin with", id="nothing"),
        pytest.param("postgresql://h/d?min_size=2", "“min_size”", id="a key we do not know"),
        pytest.param("postgresql://h/d?sslmode=yes", "sslmode should be", id="no such sslmode"),
        pytest.param("postgresql://h:99999/d", "port", id="a port too high"),
        pytest.param("postgresql://h/", "DATABASE", id="no database"),
        pytest.param("postgresql:///d", "HOST", id="no host"),
    ],
)
def test_what_would_be_ignored_or_fail_later_is_refused_now(url: str, because: str) -> None:
    with pytest.raises(StoreUnusable, match=because) as refused:
        parse(url)
    assert "\n" not in str(refused.value)


def test_the_password_is_shown_nowhere() -> None:
    address = parse("postgresql://me:secret@h/d")
    assert isinstance(address, PostgresAddress)
    assert "secret" not in repr(address)
    assert address.shown == "postgresql://me@h:5432/d"
