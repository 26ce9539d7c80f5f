"""What parts stand on and share, made when first asked for: stores, PostgreSQL, Isso."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

from bench.intake_fill import fill
from bench.isso import Isso, folder_of
from bench.load import Unmeasurable
from bench.plan import Plan
from bench.processes import on
from bench.seed import seed
from start import has_postgres
from tests.postgres import Cluster, start

SMALL = 1_000  # comments, beside the threads that are read
LARGE = 1_000_000
LARGE_QUICK = 20_000
ARTICLES = 50


@dataclass
class Ground:
    """Made by `standing`; what was made on it is gone afterwards."""

    plan: Plan
    stack: ExitStack
    install: bool = False  # Isso, where it is not there
    _filled: dict[tuple[str, int], str] = field(default_factory=dict)
    _cluster: Cluster | None = None
    _numbers: Iterator[int] = field(default_factory=count)

    @property
    def large(self) -> int:
        return LARGE_QUICK if self.plan.quick else LARGE

    def store(self, comments: int = SMALL, engine: str = "sqlite") -> str:
        """The URL of a store with so many comments, to be read only: it is shared."""
        key = engine, comments
        if key not in self._filled:
            url = self.empty(engine)
            asyncio.run(seed(url, comments))
            asyncio.run(fill(url, self.plan.folder, ARTICLES, "first-time"))  # something to learn
            self._filled[key] = url
        return self._filled[key]

    def own(self, comments: int = SMALL, engine: str = "sqlite") -> str:
        """The URL of a store with so many comments that may be written to: a copy."""
        like, url = self.store(comments, engine), self.empty(engine, make=False)
        if engine == "sqlite":
            shutil.copyfile(_path(like), _path(url))
            return url
        return self.cluster().make(urlsplit(like).path[1:])

    def file(self, comments: int = SMALL) -> Path:
        """The file of an SQLite store that `store` gave."""
        return _path(self.store(comments))

    def empty(self, engine: str = "sqlite", *, make: bool = True) -> str:
        """The URL of a store with nothing in it."""
        if engine == "sqlite":
            return f"sqlite:///{self.plan.folder}/store-{next(self._numbers)}.db"
        return self.cluster().make() if make else ""

    def cluster(self) -> Cluster:
        """A PostgreSQL on disk, on the load's core. Raises Unmeasurable where there is none."""
        if not has_postgres(os.environ):
            raise Unmeasurable("no PostgreSQL is installed")
        if self._cluster is None:
            with on(self.plan.cores.load):
                self._cluster = self.stack.enter_context(start(durable=True))
        return self._cluster

    def isso(self) -> Isso:
        """Raises Unmeasurable where it is not installed and may not be."""
        return Isso.found(folder_of(), install=self.install)


@contextmanager
def standing(plan: Plan, *, install: bool = False) -> Iterator[Ground]:
    """Give the ground that parts share."""
    with ExitStack() as stack:
        yield Ground(plan, stack, install)


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))
