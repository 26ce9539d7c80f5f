"""Recorded conversations with Akismet: what is asked in which order, and what is answered."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.integration.akismet.server import AkismetServer, Reply

FOLDER = Path(__file__).parents[2] / "data" / "akismet"


@dataclass(frozen=True, slots=True)
class Recording:
    """One conversation; each step names the lines of the checklist that it proves."""

    says: str
    steps: tuple[dict[str, Any], ...]

    @classmethod
    def of(cls, name: str) -> "Recording":
        read = json.loads((FOLDER / f"{name}.json").read_text())
        return cls(read["says"], tuple(read["steps"]))

    @property
    def proves(self) -> set[str]:
        return {line for step in self.steps for line in step["proves"]}

    def play(self, server: AkismetServer) -> None:
        """Have the server answer as it was recorded."""
        for step in self.steps:
            given = dict(step["reply"])
            headers = tuple(given.pop("headers", {}).items())
            server.script(step["call"], Reply(headers=headers, **given))

    def differences(self, server: AkismetServer) -> list[str]:
        """Where what was asked is not what was recorded."""
        calls = [asked.call for asked in server.asked]
        wanted = [step["call"] for step in self.steps]
        if calls != wanted:
            return [f"asked {calls}, recorded {wanted}"]
        found = []
        for number, (step, asked) in enumerate(zip(self.steps, server.asked, strict=True)):
            for name, value in step["expect"].items():
                if asked.fields.get(name) != value:
                    found.append(f"step {number}: {name} is {asked.fields.get(name)!r}")
            there = [name for name in step.get("absent", ()) if name in asked.fields]
            found += [f"step {number}: {name} was sent" for name in there]
        return found
