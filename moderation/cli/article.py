"""`article`: the pages that have comments, and their addresses."""

from typing import TYPE_CHECKING

import click

from moderation.cli.frame import errand, json_option, settings_option, show, table
from moderation.domain.article import Article
from moderation.domain.clock import rfc3339

if TYPE_CHECKING:
    from moderation.house import House

PAGE = 500


@click.group()
def article() -> None:
    """The pages that have comments."""


@article.command(
    name="list",
    epilog="""\b
Examples:
  moderation article list
  moderation article list --site blog --json""",
)
@settings_option
@json_option
@click.option("--site", metavar="ID", help="Of one site only.")
def list_articles(site: str | None, as_json: bool) -> None:
    """List the articles of which anything was kept."""

    async def work(house: "House") -> list[Article]:
        from moderation.store import articles

        found: list[Article] = []
        for each in house.settings.sites:
            after = ""
            while site in (None, each.id):
                page = await house.store.read(articles.page, each.id, after=after, limit=PAGE)
                if not page:
                    break
                found += page
                after = page[-1].id
        return found

    found = errand(work)
    data = {
        "articles": [
            {
                "id": a.id,
                "site": a.site,
                "url": a.url,
                "title": a.title,
                "published_at": rfc3339(a.published_at) if a.published_at else None,
                "existence": a.existence,
                "open": a.open,
                "pings_open": a.pings_open,
                "revision": a.revision,
                "count": a.count,
            }
            for a in found
        ]
    }
    rows = [(a.count, "open" if a.open else "closed", a.url, a.title or "") for a in found]
    show(data, as_json, table(("SHOWN", "", "URL", "TITLE"), rows, "There are none yet."))


@article.command(
    epilog="""\b
Examples:
  moderation article move https://blog.example/old/ https://blog.example/new/"""
)
@settings_option
@click.argument("old")
@click.argument("new")
def move(old: str, new: str) -> None:
    """Give an article a NEW address; under the OLD one its thread is still found."""

    async def work(house: "House") -> Article:
        from moderation.flow.relocate import Relocate

        return await Relocate(house.store, house.settings.sites, house.clock).move(old, new)

    moved = errand(work)
    click.echo(f"It is at {moved.url} now, with {_count(moved)}.")


@article.command(
    epilog="""\b
Examples:
  moderation article merge https://blog.example/draft/ https://blog.example/article/"""
)
@settings_option
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="INTO")
def merge(source: str, target: str) -> None:
    """Move everything of one article INTO another; the address it came FROM leads there then."""

    async def work(house: "House") -> Article:
        from moderation.flow.relocate import Relocate

        return await Relocate(house.store, house.settings.sites, house.clock).merge(source, target)

    merged = errand(work)
    click.echo(f"{merged.url} has {_count(merged)} now.")


def _count(found: Article) -> str:
    return "1 comment shown" if found.count == 1 else f"{found.count} comments shown"
