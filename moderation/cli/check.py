"""`check`: are the settings fine?"""

import click

from moderation.cli.frame import PROBLEM, json_option, settings_file, settings_option, show


@click.command(
    epilog="""\b
Examples:
  moderation check
  moderation check --settings new.toml && systemctl restart moderation"""
)
@settings_option
@json_option
def check(as_json: bool) -> None:
    """Read the settings and tell everything that is wrong with them; nothing is started."""
    import os

    from moderation.settings import SettingsFaults, load

    try:
        loaded = load(settings_file(), os.environ)
    except SettingsFaults as faults:
        data = {
            "fine": False,
            "faults": [
                {"where": f.where, "subject": f.subject, "message": f.message}
                for f in faults.faults
            ],
            "warnings": [],
        }
        show(data, as_json, [str(faults).replace("; nothing was started.", " in the settings.")])
        raise click.exceptions.Exit(PROBLEM) from None
    data = {"fine": True, "faults": [], "warnings": list(loaded.warnings)}
    file = f" ({loaded.settings.path})" if loaded.settings.path else ""
    lines = [f"The settings are fine{file}."]
    lines += [f"warning: {warning}" for warning in loaded.warnings]
    show(data, as_json, lines)
