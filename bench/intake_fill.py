"""What stands in the database before posts are counted: articles, comments, decisions."""

import asyncio
import random
import re
from collections.abc import Sequence
from pathlib import Path

from moderation.cli.sample.content import Said, events
from moderation.domain.clock import SystemClock
from moderation.domain.comment import Author, Client
from moderation.domain.decision import Action, Actor, Door
from moderation.domain.submission import Reply
from moderation.flow.decide import Aim
from moderation.house import open_house
from moderation.settings import load
from tests import wire

DECISIONS = 300
AT_ONCE = 50
OWNER = Actor("Owner", Door.DASHBOARD, "")
# Nothing is refused for coming fast, and every address that lies under the site is an article.
SETTINGS = """
[server]
public_url = "https://comments.blog.example"
trusted_proxies = ["127.0.0.1"]
[sites.blog]
url = "https://blog.example/"
articles = "any"
[moderation]
hold = "{hold}"
[limits]
comments_per_minute = 0
pings_per_minute = 0
"""


def vocabulary() -> Sequence[str]:
    """The English words of the demo's made-up comments, each once."""
    text = " ".join(event.text for event in events() if isinstance(event, Said))
    return sorted({word.lower() for word in re.findall(r"\b[A-Za-z]{2,}\b", text)})


async def fill(url: str, folder: Path, articles: int, hold: str) -> None:
    """Let comments in as the door does, and decide on all of them, half of them as spam."""
    file = folder / "fill.toml"
    file.write_text(f'[store]\nurl = "{url}"\n{SETTINGS.format(hold=hold)}', "utf-8")
    house = await open_house(load(file, {}).settings, clock=SystemClock())
    chance, words = random.Random(1), vocabulary()  # noqa: S311 no secret
    try:
        for begun in range(0, DECISIONS, AT_ONCE):
            said = [
                house.receive.reply(_reply(chance, words, number, articles))
                for number in range(begun, begun + AT_ONCE)
            ]
            received = await asyncio.gather(*said)
            for at, action in ((0, Action.SPAM), (1, Action.APPROVE)):
                aims = [Aim(one.id, 1) for one in received[at::2] if not (at and one.shown)]
                if aims:
                    await house.decide.many(aims, action, OWNER)
    finally:
        await house.close()


def _reply(chance: random.Random, words: Sequence[str], number: int, articles: int) -> Reply:
    spam = number % 2 == 0
    body = " ".join(chance.choices(words, k=chance.randint(20, 60)))
    bait = f" cheap pills casino bonus https://shop{number}.example/buy now" if spam else ""
    return Reply(
        article=f"https://blog.example/article-{number % articles + 1}",
        parent=None,
        author=Author(f"Name {number}", f"name{number}@mail.example", ""),
        text=f"{body.capitalize()}.{bait} {number}",
        client=Client(f"198.51.100.{number % 250}", "bench", ""),
    )


async def form_token(port: int) -> str:
    """The signed time of a form's first focus, as the form's script asks for it."""
    where = wire.target("/form-token", article="https://blog.example/article-1")
    token: str = (await wire.get(port, where)).json()["form_token"]
    return token
