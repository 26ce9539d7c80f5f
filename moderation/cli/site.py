"""`site`: the blogs that are set up, and what goes into their pages."""

import click

from moderation.cli.frame import (
    json_option,
    program,
    quiet_settings,
    settings_option,
    show,
    table,
)

CODE = """\
<!-- Where the comments go, in the template of an article: -->
<div data-comments></div>
<noscript><a href="{server}/thread?article={example}">Comments</a></noscript>
<script src="{server}/embed.js" async></script>

<!-- In the head, so that other blogs find where to send their pings: -->
"""
CANONICAL = """
<!-- Also in the head, if it is not there yet: the address the comments are kept under. -->
<link rel="canonical" href="{example}">
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
    server, example = settings.server.public_url, f"{found.url}AN-ARTICLE/"
    text = CODE.format(server=server, example=example)
    if found.pings.webmention:
        text += f'<link rel="webmention" href="{server}/webmention">\n'
    if found.pings.pingback:
        text += f'<link rel="pingback" href="{server}/pingback">\n'
    text += CANONICAL.format(example=example)
    click.echo(text, nl=False)
    if settings.demo:
        click.echo(f"\n<!-- The demo's addresses; set up [sites.ID], then: {program()} check -->")
