"""What is asked of our own doors: replies that all differ, as real ones do, and threads."""

import json
import random
from collections.abc import Sequence
from functools import cache
from urllib.parse import quote, urlencode

from bench.load import Load
from bench.seed_texts import Texts
from bench.servers import SITE

TEXTS = 2000
TEXT = "{text} Number n{n}r."  # the number makes it one that was never said before
BODY = {
    "author": {"name": "Reader {who}", "email": "reader{who}@example.org", "url": ""},
    "text": TEXT,
}
HEADERS = {"Content-Type": "application/json", "X-Forwarded-For": "198.51.100.{net}"}


@cache
def texts() -> Sequence[str]:
    """Markdown, one a line, as it stands inside a JSON string; always the same."""
    chance = random.Random(7)  # noqa: S311 no secret
    made = Texts(chance)
    return tuple(json.dumps(_marked(made.text(number), chance))[1:-1] for number in range(TEXTS))


def _marked(text: str, chance: random.Random) -> str:
    """A text with a word in bold, now and then, and paragraphs."""
    words = text.split(" ")
    if chance.random() < 0.4:
        at = chance.randrange(len(words))
        words[at] = f"**{words[at]}**"
    if chance.random() < 0.3:
        words.insert(chance.randrange(len(words)), "\n\n")
    return " ".join(words)


def article(name: str) -> str:
    """The address of an article of the measured site, as `bench.seed` makes them."""
    return f"{SITE}/{name}"


def reply(base: str, name: str, connections: int) -> Load:
    """Replies to one article, as many at once as there are connections."""
    body = json.dumps({"article": article(name), **BODY})
    return Load(f"{base}/comments", "POST", HEADERS, body, (), texts(), connections=connections)


def thread(name: str, form: str = "html") -> str:
    """The target of a thread as HTML or JSON."""
    return f"/thread.{form}?article={quote(article(name), safe='')}"


def counts(addresses: Sequence[str]) -> str:
    """The target of the counts of some articles."""
    return "/counts.json?" + urlencode([("article", address) for address in addresses])
