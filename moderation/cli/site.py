"""`site`: the blogs that are set up, and what goes into their pages."""

from typing import TYPE_CHECKING

import click

from moderation.cli.frame import (
    json_option,
    program,
    quiet_settings,
    settings_option,
    show,
    table,
)

if TYPE_CHECKING:
    from moderation.domain.site import Site

CODE = """\
<!-- Where the comments go, in the template of an article: -->
{embed}
"""
HEAD = """
<!-- In the head, letter by letter, so that other blogs find where to send their pings: -->
{links}
"""
RDF = """
<!-- Anywhere in the article, for old TrackBack senders; the address is its own: -->
{rdf}
"""
CANONICAL = """
<!-- Also in the head, if it is not there yet: the address the comments are kept under. -->
{canonical}
"""
MORE = """
<!-- For nginx, Apache, Caddy, Netlify, Hugo, Jekyll and Eleventy: {server}/dashboard/sites
     For one article: {server}/discovery?article={example} -->
"""


@click.group()
def site() -> None:
    """The blogs that are set up in the settings."""


@site.command(
    name="list",
    epilog="""\b
Examples:
  moderation site list
  moderation site list --json""",
)
@settings_option
@json_option
def list_sites(as_json: bool) -> None:
    """List the sites, with what holds for each."""
    settings = quiet_settings()
    data = {
        "sites": [
            {
                "id": s.id,
                "url": s.url,
                "name": s.name,
                "hosts": list(s.hosts),
                "language": s.language,
                "time_zone": s.time_zone,
                "articles": s.articles,
                "hold": s.moderation.hold,
                "demo": settings.demo,
            }
            for s in settings.sites
        ]
    }
    rows = [(s.id, f"hold {s.moderation.hold}", s.name, s.url) for s in settings.sites]
    show(data, as_json, table(("ID", "", "NAME", "URL"), rows, ""))
    if settings.demo and not as_json:
        click.echo("This is the demo. Set up a site of yours in settings.toml: [sites.ID]")


@site.command(
    epilog="""\b
Examples:
  moderation site code
  moderation site code blog"""
)
@settings_option
@click.argument("ident", metavar="[ID]", required=False)
def code(ident: str | None) -> None:
    """Print the markup that puts comments on a site's pages and makes them discoverable."""
    settings = quiet_settings()
    by_id = {s.id: s for s in settings.sites}
    if ident is None and len(by_id) > 1:
        raise click.UsageError(f"Which site? There is {', '.join(by_id)}.")
    found = by_id.get(ident or settings.sites[0].id)
    if found is None:
        hint = f"There is {', '.join(by_id)}."
        raise click.UsageError(f"There is no site {ident!r}. {hint}")
    click.echo(_code(found, settings.server.public_url), nl=False)
    if settings.demo:
        click.echo(f"\n<!-- The demo's addresses; set up [sites.ID], then: {program()} check -->")


def _code(found: "Site", server: str) -> str:
    from moderation.text import discovery, snippets

    example = snippets.example_of(found)
    to = discovery.doors(found.pings, server, example, "An article")
    text = CODE.format(embed=snippets.embed(found, server))
    if to.any:
        text += HEAD.format(links="\n".join(discovery.link_elements(to)))
    if to.trackback:
        text += RDF.format(rdf=discovery.rdf(to))
    text += CANONICAL.format(canonical=snippets.canonical(found))
    return text + MORE.format(server=server, example=example)
