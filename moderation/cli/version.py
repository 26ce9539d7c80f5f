"""`version`: what is running here."""

import platform

import click

from moderation.cli.frame import json_option, show


@click.command(
    epilog="""\b
Examples:
  moderation version
  moderation version --json"""
)
@json_option
def version(as_json: bool) -> None:
    """Print the versions of the service, of Python, of SQLite and of the packages."""
    import sys
    from importlib import metadata
    from re import match

    from moderation.store.release import SQLITE

    own = metadata.distribution("moderation")
    asked = [match(r"[\w.-]+", line) for line in own.requires or []]
    names = sorted({found[0].lower() for found in asked if found})
    packages = {}
    for name in names:
        try:
            packages[name] = metadata.version(name)
        except metadata.PackageNotFoundError:  # not for this platform
            continue
    data = {
        "name": "moderation",
        "version": own.version,
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "platform": sys.platform,
        "sqlite": SQLITE,
        "packages": packages,
    }
    lines = [f"moderation {own.version}"]
    lines.append(f"{data['implementation']} {data['python']} on {sys.platform}")
    lines.append(f"SQLite {SQLITE}")
    lines += [f"{name} {number}" for name, number in packages.items()]
    show(data, as_json, lines)
