"""The rows of a store that has been used for three years, as its tables take them."""

import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Any

from bench.seed_beside import Row, opinions, ping, story
from bench.seed_texts import Texts
from moderation.domain.clock import to_micros
from moderation.domain.ids import DIGITS, base36
from moderation.text.addresses import coarse
from moderation.text.markup import RENDER_VERSION
from moderation.text.shingles import BINS

BLOG, NOTES = "https://blog.example/", "https://notes.example/"
# Threads of a known size at a known address; all their comments are approved and have parents.
THREADS = {f"{BLOG}thread-{size}": size for size in (1, 50, 1000)}
SETTINGS = f"""
[sites.blog]
url = "{BLOG}"
articles = "any"
[sites.notes]
url = "{NOTES}"
articles = "any"
"""
YEARS = timedelta(days=3 * 365)
# What is not approved, in thousandths, and within how many days it came: no sweep deletes it.
REST = {
    ("held", "moderator"): (30, 60),
    ("held", "source"): (6, 5),
    ("held", "address"): (4, 20),
    ("spam", None): (90, 13),
    ("trash", None): (40, 25),
}
KINDS = ("comment", "webmention", "pingback", "trackback")
SHARES = (92, 5, 2, 1)
SKETCHED = 20_000  # of the newest comments, what nearly identical ones are found by
WHOLE_ADDRESS = timedelta(days=29)
ORDER = (
    *("author", "article", "alias", "comment", "opinion", "log"),
    *("ping", "receipt", "sketch", "wave_key"),
)


@dataclass(slots=True)
class _Article:
    id: str
    site: str
    url: str
    at: datetime
    approved: list[str] = field(default_factory=list)


class Seed:
    """Makes the rows of `count` comments beside those of THREADS; the same for the same `now`."""

    def __init__(self, count: int, now: datetime) -> None:
        self._count = count
        self._now = now
        self._chance = random.Random(f"seed {count}")  # noqa: S311 no secret
        self._texts = Texts(self._chance)
        self._number = 0
        self._authors = [self._id(now - YEARS) for _ in range(max(1, count // 20))]

    def rows(self) -> Iterator[Row]:
        """Every row, what is referred to before what refers to it."""
        for author in self._authors:
            yield "author", {"id": author, "created_at": to_micros(self._now - YEARS)}
        rest = {what: self._count * share // 1000 for what, (share, _) in REST.items()}
        left = self._count - sum(rest.values())
        articles = []
        for size, url in chain(((s, u) for u, s in THREADS.items()), self._tail(left)):
            article = self._article(url)
            articles.append(article)
            yield from self._thread(article, size)
        for (status, waiting), number in rest.items():
            for _ in range(number):
                article = articles[-1 - int(abs(self._chance.gauss(0, 0.3)) * len(articles)) % 99]
                age = timedelta(days=REST[status, waiting][1]) * self._chance.random()
                yield from self._comment(article, status, waiting, self._now - age)

    def _tail(self, left: int) -> Iterator[tuple[int, str]]:
        """Threads of one or two comments for the most part, and of up to 400."""
        while left > 0:
            size = min(left, 400, int((1 - self._chance.random()) ** -0.8))
            left -= size
            yield size, ""

    def _id(self, at: datetime) -> str:
        rest = "".join(self._chance.choices(DIGITS, k=8))
        return f"m{base36(to_micros(at), 11)}{rest}"

    def _article(self, url: str) -> _Article:
        at = self._now - YEARS * self._chance.random()
        ident = self._id(at)
        site = "blog" if url or self._chance.random() < 0.9 else "notes"
        home = BLOG if site == "blog" else NOTES
        return _Article(ident, site, url or f"{home}{ident}", at)

    def _thread(self, article: _Article, size: int) -> Iterator[Row]:
        made: list[Row] = []
        counted = 0
        for _ in range(size):
            age = min(self._chance.expovariate(1 / 20), 400)
            at = article.at + timedelta(days=age)
            if at >= self._now:  # any time since: many at one moment are nobody's store
                at = article.at + (self._now - article.at) * self._chance.random()
            rows = list(self._comment(article, "approved", None, at))
            counted += rows[0][1]["type"] not in ("like", "repost")
            made += rows
        moment = to_micros(article.at)
        yield (
            "article",
            {
                "id": article.id,
                "site": article.site,
                "url": article.url,
                "title": self._texts.title(),
                "published_at": moment,
                "existence": "found",
                "open": True,
                "pings_open": True,
                "revision": size,
                "count": counted,
                "created_at": moment,
            },
        )
        yield "alias", {"url": article.url, "article_id": article.id}
        yield from made

    def _comment(
        self, article: _Article, status: str, waiting: str | None, at: datetime
    ) -> Iterator[Row]:
        self._number += 1
        ident, moment = self._id(at), to_micros(at)
        (kind,) = self._chance.choices(KINDS, SHARES)
        if article.url in THREADS:
            kind = "comment"
        elif waiting == "source":
            kind = "webmention"
        row = self._row(article, kind, ident, at)
        decided = status != "held" and self._chance.random() < 0.4
        row |= {
            "status": status,
            "waiting_for": waiting,
            "version": 2 if decided else 1,
            "status_before": "held" if decided else None,
            "status_at": moment,
            "approved_at": moment if status == "approved" else None,
            "told_at": moment if waiting == "moderator" else None,
        }
        if status == "approved":
            article.approved.append(ident)
        yield "comment", row
        yield from opinions(row)
        yield from story(row, decided=decided)
        if kind != "comment":
            yield from ping(row, waits=waiting == "source")
        if self._count - self._number < SKETCHED:
            yield (
                "sketch",
                {"comment_id": ident, "sketch": self._chance.randbytes(4 * BINS), "at": moment},
            )
            for _ in range(8):
                key = self._chance.getrandbits(62)
                yield "wave_key", {"key": key, "comment_id": ident}

    def _row(self, article: _Article, kind: str, ident: str, at: datetime) -> dict[str, Any]:
        text, name = self._texts.text(self._number), self._texts.name()
        email = f"{name.replace(' ', '.').lower()}@mail.example"
        is_ping = kind != "comment"
        source = f"https://site{self._number % 5000}.example/{ident}" if is_ping else None
        answers = not is_ping and article.approved and self._chance.random() < 0.35
        types = ("mention", "mention", "like", "repost") if is_ping else ("reply",)
        address = f"198.51.{self._number % 250}.{self._number // 250 % 250}"
        words = f"{name} {email} {source or ''} {text}".lower()
        return {
            "id": ident,
            "site": article.site,
            "article_id": article.id,
            "anchor": f"comment-{ident}",
            "kind": kind,
            "via": kind,
            "type": self._chance.choice(types),
            "parent_id": self._chance.choice(article.approved[-20:]) if answers else None,
            "author_name": name,
            "author_email": "" if is_ping else email,
            "author_url": "",
            "author_id": self._author() if not is_ping else None,
            "source": source,
            "text": text,
            "format": "plain" if is_ping else "markdown",
            "html": f"<p>{text}</p>",
            "received_at": to_micros(at),
            "published_at": to_micros(at),
            "edited_at": None,
            "address": coarse(address) if self._now - at > WHOLE_ADDRESS else address,
            "user_agent": "Mozilla/5.0",
            "referrer": article.url,
            "language": "en",
            "title": "",
            "verified_at": to_micros(at) if is_ping else None,
            "score": round(self._chance.uniform(-1, 1), 3),
            "fingerprint": hashlib.sha256(ident.encode()).hexdigest(),
            "words": words,
            "words_hash": hashlib.sha256(text.encode()).hexdigest(),
            "render_version": RENDER_VERSION,
            "badge": None,
            "wave": None,
        }

    def _author(self) -> str | None:
        """A quarter are known; one in a hundred is by the one who writes most."""
        drawn = self._chance.random()
        if drawn < 0.01:
            return self._authors[0]
        return self._chance.choice(self._authors) if drawn < 0.25 else None


def in_slices(rows: Iterator[Row], size: int) -> Iterator[dict[str, list[Mapping[str, Any]]]]:
    """Rows in slices of so many, each by table; what is referred to is in it or came before."""
    while some := list(islice(rows, size)):
        slice_: dict[str, list[Mapping[str, Any]]] = {table: [] for table in ORDER}
        for table, row in some:
            slice_[table].append(row)
        yield {table: found for table, found in slice_.items() if found}
