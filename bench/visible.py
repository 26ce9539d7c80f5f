"""How long until what one process accepts is shown by another, on both engines.

    python -m bench.visible --comments 200

Two services run on one store. A comment is sent to the first and shown at once; from its answer
on the second is asked for the thread again and again. On SQLite the second looks every 50 ms, on
PostgreSQL it is told.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import click

from tests import wire
from tests.postgres import start
from tests.process import Service, running

ARTICLE = "https://blog.example/visible/"
SETTINGS = """
[sites.blog]
url = "https://blog.example/"
articles = "any"
[moderation]
hold = "none"
[limits]
comments_per_minute = 0
"""


async def seen(writer: Service, reader: Service, number: int) -> float:
    """Milliseconds from the answer to a comment until the other process shows it."""
    text = f"Remark number {number}, which nobody made before."
    author = {"name": "Mei", "email": "mei@readers.example"}
    body = {"article": ARTICLE, "author": author, "text": text}
    answer = await wire.post_json(writer.port, "/comments", body)
    began = time.perf_counter()
    if answer.json().get("status") != "approved":
        raise click.ClickException(f"it was not shown at once: {answer.text}")
    where = wire.target("/thread.json", article=ARTICLE)
    while text not in (await wire.ask(reader.port, "GET", where)).text:  # noqa: ASYNC110 another's
        await asyncio.sleep(0.001)
    return (time.perf_counter() - began) * 1000


async def measure(url: str, comments: int) -> list[float]:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        async with (
            running(Path(one), url, SETTINGS) as writer,
            running(Path(other), url, SETTINGS) as reader,
        ):
            await seen(writer, reader, 0)
            return [await seen(writer, reader, n) for n in range(1, comments + 1)]


def tell(engine: str, waits: list[float]) -> None:
    ordered = sorted(waits)
    late = ordered[min(len(ordered) - 1, len(ordered) * 9 // 10)]
    click.echo(
        f"{engine:<11}{len(ordered)} comments, seen by the other process after"
        f" {statistics.median(ordered):.1f} ms (median), {late:.1f} (nine of ten),"
        f" {ordered[-1]:.1f} (the last)"
    )


@click.command(help=__doc__)
@click.option("--comments", default=100, show_default=True)
def main(comments: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'moderation.db'}"
        tell("SQLite", asyncio.run(measure(database, comments)))
    with start(durable=True) as cluster:
        tell("PostgreSQL", asyncio.run(measure(cluster.make(), comments)))


if __name__ == "__main__":
    main()
