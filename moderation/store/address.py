"""Where the database is: the URL of the settings, taken apart and checked."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from moderation.store.engine import StoreUnusable

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_KNOWN = ("host", "sslmode")


@dataclass(frozen=True, slots=True)
class SqliteAddress:
    path: Path  # absolute


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """`host` is a name, or the folder of a Unix socket."""

    host: str
    port: int
    database: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ssl: str | None = None  # one of SSL_MODES

    @property
    def shown(self) -> str:
        """Write it as a URL without the password."""
        user = f"{self.user}@" if self.user else ""
        if self.host.startswith("/"):
            return f"postgresql://{user}/{self.database}?host={self.host}"
        return f"postgresql://{user}{self.host}:{self.port}/{self.database}"


def parse(url: str) -> SqliteAddress | PostgresAddress:
    """Take a store's URL apart; raises `StoreUnusable` with what is wrong about it.

    Drivers leave out what they do not know, `sslmode` too: a key of the query that
    would do nothing is an error here.
    """
    parts = urlsplit(url)
    engine = parts.scheme.partition("+")[0]
    if engine == "sqlite":
        path = unquote(parts.path[1:])
        if parts.netloc or parts.query or path in ("", ":memory:"):
            raise StoreUnusable(
                "The store's URL should read sqlite:///PATH or sqlite:////ABSOLUTE/PATH,"
                " a file and nothing after it."
            )
        return SqliteAddress(Path(path).absolute())
    if engine in ("postgresql", "postgres"):
        return _postgres(url)
    raise StoreUnusable("The store's URL should begin with sqlite:/// or postgresql://.")


def _postgres(url: str) -> PostgresAddress:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in options:
        if name not in _KNOWN:
            raise StoreUnusable(
                f"The store's URL has “{name}” in its query; known are {' and '.join(_KNOWN)}."
            )
    ssl = options.get("sslmode")
    if ssl is not None and ssl not in SSL_MODES:
        raise StoreUnusable(f"sslmode should be one of {', '.join(SSL_MODES)}, not “{ssl}”.")
    try:
        port = parts.port or 5432
    except ValueError as error:
        raise StoreUnusable("The port of the store's URL is no number up to 65535.") from error
    database = unquote(parts.path[1:])
    host = options.get("host") or parts.hostname
    if not database or not host:
        raise StoreUnusable("The store's URL should read postgresql://USER@HOST/DATABASE.")
    return PostgresAddress(
        host=host,
        port=port,
        database=database,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        ssl=ssl,
    )
