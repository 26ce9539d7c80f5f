"""What the service says when it starts: where it is, what is off, and what to do next."""

from moderation import __name__ as product
from moderation.house import House
from moderation.settings import Loaded, Settings
from moderation.store.address import PostgresAddress, parse

OWNER = """
Make the owner's account at this address. It works once, for 30 minutes:
  {link}
"""
DEMO = """
No site is set up yet, so a demo blog stands in for yours: {url}
To moderate your own, write a file, say blog.toml, stop, and start again with it:

  [sites.blog]
  url = "https://blog.example/"

  {program} --settings blog.toml serve

and `{program} --settings blog.toml site code` prints what to put into its pages.
"""


async def greeting(
    house: House, loaded: Loaded, *, listens: str, program: str, version: str
) -> str:
    """Write it; makes a new one-time link while there is no owner."""
    settings = loaded.settings
    health = await house.store.health()
    facts = [
        ("listens at", listens),
        ("reached at", _other(settings.server.public_url, listens)),
        ("data in", f"{place(settings)} ({ENGINES[health.engine]} {health.version})"),
        ("settings", str(settings.path or "the defaults")),
        ("off", off(settings)),
    ]
    lines = [f"{product} {version}"]
    lines += [f"  {name:<11}{fact}" for name, fact in facts if fact]
    lines += [f"  {'warning':<11}{warning}" for warning in loaded.warnings]
    text = "\n".join(lines) + "\n"
    secret = await house.enter.setup_link()
    if secret is not None:
        text += OWNER.format(link=f"{settings.server.public_url}/dashboard/setup/{secret}")
    if settings.demo:
        text += DEMO.format(url=settings.sites[0].url, program=program)
    return text


ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def _other(url: str, listens: str) -> str:
    """Where it is reached, unless that is where it listens."""
    return "" if url == listens else url


def place(settings: Settings) -> str:
    """Where the data lie, without a password."""
    address = parse(settings.store.url)
    if isinstance(address, PostgresAddress):
        return address.shown
    return str(address.path)


def off(settings: Settings) -> str:
    """Name what is switched off for want of a setting."""
    found = []
    if not settings.akismet.key:
        found.append("Akismet (no key)")
    if not settings.mail.url:
        found.append("mail (no mail.url)")
    return ", ".join(found)
