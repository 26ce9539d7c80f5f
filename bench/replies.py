"""What is asked of our own doors: replies and pings that all differ, as real ones do; threads."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from urllib.parse import quote, urlencode

from bench.asked import ask
from bench.load import Load
from bench.seed_texts import Texts
from bench.servers import SITE

TEXTS = 20_000
TEXT = "{text} Number n{n}r."  # the number makes it one that was never said before
ANY = "article-{few}"  # one of fifty
FROM = {"X-Forwarded-For": "198.51.100.{net}"}
JSON = {"Content-Type": "application/json"}
FORM = "application/x-www-form-urlencoded"
SOURCE = "https://host{who}.example/{n}"
PINGBACK = (
    '<?xml version="1.0"?><methodCall><methodName>pingback.ping</methodName><params>'
    f"<param><value><string>{SOURCE}</string></value></param>"
    f"<param><value><string>{SITE}/{ANY}</string></value></param></params></methodCall>"
)


@cache
def texts() -> Sequence[str]:
    """Markdown, one a line, as it stands inside a JSON string; always the same."""
    chance = random.Random(7)  # noqa: S311 no secret
    made = Texts(chance)
    return tuple(json.dumps(_marked(made.own_text(), chance))[1:-1] for _ in range(TEXTS))


def _marked(text: str, chance: random.Random) -> str:
    """A text with a word in bold and another paragraph, now and then."""
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


def reply(base: str, connections: int, name: str = ANY) -> Load:
    """Replies as our own script sends them, as many at once as there are connections."""
    token = json.loads(ask(base, f"/form-token?article={quote(article('article-1'))}").body)
    body = {
        "article": article(name),
        "parent": None,
        "author": {"name": "Reader {who}", "email": "reader{who}@example.org", "url": ""},
        "text": TEXT,
        "hp_url": "",
        **token,
    }
    headers = {**JSON, **FROM, "Idempotency-Key": "key-{n}"}
    load = Load(f"{base}/comments", "POST", headers, json.dumps(body), (), texts())
    return _by(load, connections)


def pings(base: str, connections: int) -> Mapping[str, Load]:
    """Pings by each protocol, each from another page to one of fifty articles."""
    target, source = quote(article(""), safe="") + ANY, quote(SOURCE, safe="{}")
    form, xml = {"Content-Type": FORM, **FROM}, {"Content-Type": "text/xml", **FROM}
    words = "title=A+page&excerpt=What+it+says+of+the+article&blog_name=Elsewhere"
    asked = {
        "pingback": Load(f"{base}/pingback", "POST", xml, PINGBACK),
        "trackback": Load(
            f"{base}/trackback?article={target}", "POST", form, f"url={source}&{words}"
        ),
        "webmention": Load(f"{base}/webmention", "POST", form, f"source={source}&target={target}"),
    }
    return {name: _by(load, connections) for name, load in asked.items()}


def _by(load: Load, connections: int) -> Load:
    return replace(load, connections=connections)


def thread(name: str, form: str = "html") -> str:
    """The target of a thread as HTML or JSON."""
    return f"/thread.{form}?article={quote(article(name), safe='')}"


def threads(addresses: Sequence[str]) -> list[str]:
    """The targets of the threads of some articles."""
    return [f"/thread.html?article={quote(address, safe='')}" for address in addresses]


def counts(addresses: Sequence[str]) -> str:
    """The target of the counts of some articles."""
    return "/counts.json?" + urlencode([("article", address) for address in addresses])
