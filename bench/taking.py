"""One part is run, and told as it goes: what it came to, or why it did not."""

import time
import traceback
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click

from bench import profiles
from bench.document import Taken
from bench.ground import Ground
from bench.load import Unmeasurable
from bench.machine import busy
from bench.plan import Plan
from bench.processes import ROOT
from bench.rows import LeftOut, Row, line
from bench.table import Part

FAILED = "it failed: "  # begins the reason where nobody foresaw it


def take(part: Part, ground: Ground, date: str) -> Taken:
    """Run a part. What goes wrong in it is told, and the others can still be measured."""
    plan, load = ground.plan, busy()
    click.echo(f"{part.NAME}: {part.TELLS}")
    begun = time.monotonic()
    rows: list[Row] = []
    left_out: list[LeftOut] = []
    try:
        _tell(part.measure(ground), rows, left_out)
    except Unmeasurable as error:
        what = f"the rest of: {part.TELLS}" if rows or left_out else part.TELLS
        left_out.append(LeftOut(part.NAME, what, str(error)))
    except Exception as error:
        traceback.print_exc()
        left_out.append(LeftOut(part.NAME, part.TELLS, f"{FAILED}{type(error).__name__}"))
    left_out = [replace(one, why=_placeless(one.why, plan)) for one in left_out]
    for lacking in left_out:
        click.echo(f"  left out: {lacking.what}: {lacking.why}")
    for text in profiles.told(plan.folder):
        click.echo(f"    {text}")
    click.echo(f"  {time.monotonic() - begun:.0f} s")
    return Taken(rows, left_out, date, plan.rounds, int(plan.seconds), load)


def has_failed(taken: Taken) -> bool:
    """Whether something went wrong that nobody foresaw."""
    return any(one.why.startswith(FAILED) for one in taken.left_out)


def _tell(found: Iterable[Row | LeftOut], rows: list[Row], left_out: list[LeftOut]) -> None:
    """Add what is found, and tell each row once it is had, below its anchor."""
    anchor: str | None = None
    for one in found:
        if isinstance(one, LeftOut):
            left_out.append(one)
            continue
        rows.append(one)
        if one.anchor != anchor:
            anchor = one.anchor
            click.echo(f"  to {anchor}:" if anchor else "  by itself:")
        click.echo(f"    {line(one)}")


def _placeless(text: str, plan: Plan) -> str:
    """What is written down names no folder of the machine."""
    for folder in (plan.folder, ROOT, Path.home()):
        text = text.replace(str(folder), "…")
    return text
