"""What looking for the owner's rules costs, by their number: processor time of one comment.

python -m bench.rules
"""

import time
from datetime import UTC, datetime
from statistics import quantiles

from moderation.checks._rulebook import Rulebook
from moderation.checks.contract import Case
from moderation.domain.comment import Author, Client, Kind, Type
from moderation.domain.opinion import Verdict
from moderation.domain.rule import Rule, What
from moderation.domain.site import Site

NOW = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = [f"{first}{last}" for first in ("mar", "lo", "ten", "ki") for last in ("gin", "dra", "vo")]
NUMBERS = (10, 1_000, 10_000)


def rules(number: int) -> list[Rule]:
    """A third phrases of two words that begin alike, a third hosts, a third networks."""
    keys = {
        What.PHRASE: lambda n: f"{WORDS[n % len(WORDS)]} w{n}",
        What.LINK: lambda n: f"shop{n}.example",
        What.NETWORK: lambda n: f"10.{n // 256 % 256}.{n % 256}.0/24",
    }
    kinds = list(keys.items())
    made = ((kinds[n % 3][0], kinds[n % 3][1](n)) for n in range(number))
    return [
        Rule(f"r{n}", "", what, key, key, Verdict.HOLD, "", "bench", NOW)
        for n, (what, key) in enumerate(made)
    ]


def case(words: int) -> Case:
    text = " ".join(WORDS[n % len(WORDS)] for n in range(words))
    return Case(
        comment_id="c1",
        site=Site("blog", "https://blog.example/"),
        article_id="a1",
        article_url="https://blog.example/a",
        article_published_at=None,
        kind=Kind.COMMENT,
        type=Type.REPLY,
        author=Author("Ada", "ada@reader.example", "https://ada.example/"),
        author_id=None,
        text=text,
        html=f'<p>{text} <a href="https://shop.example/">here</a></p>',
        source=None,
        client=Client("192.0.2.7", "Browser/1.0"),
        received_at=NOW,
    )


def main() -> None:
    for number in NUMBERS:
        began = time.process_time()
        book = Rulebook(rules(number))
        ready = time.process_time() - began
        for words in (50, 1_500):
            looked, spent = case(words), []
            for _ in range(200):
                began = time.process_time()
                book.hits(looked, NOW)
                spent.append(time.process_time() - began)
            of = quantiles(spent, n=100)
            print(
                f"{number:6} rules, made ready in {ready * 1e3:5.1f} ms;"
                f" a comment of {words:4} words: p50 {of[49] * 1e6:6.0f} µs,"
                f" p99 {of[98] * 1e6:6.0f} µs"
            )


if __name__ == "__main__":
    main()
