"""How each value that was written becomes one the house uses, or a fault with a hint."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from moderation.settings import hints, secret
from moderation.settings.entries import Entry, from_text
from moderation.settings.faults import SettingFault
from moderation.settings.hints import OF_SITE, SITES, TOP
from moderation.settings.keys import Key
from moderation.settings.sites import site_id
from moderation.settings.values import Unfit, shown


@dataclass(slots=True)
class Reading:
    """All that was understood so far, and all that was not."""

    environ: Mapping[str, str]
    folder: Path  # where relative paths start
    values: dict[tuple[str, ...], Any] = field(default_factory=dict)  # by the key's target
    sites: dict[str, dict[tuple[str, ...], Any]] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)  # "sites.blog.url" → where, even if wrong
    faults: list[SettingFault] = field(default_factory=list)
    _in_force: dict[tuple[str, ...], tuple[Entry, Key]] = field(default_factory=dict)
    _strange: set[tuple[str, ...]] = field(default_factory=set)  # sections told of already

    def sections(self, sections: Sequence[Entry]) -> None:
        """Look at the tables of a file: unknown ones are told once, a site's is noted."""
        for entry in sections:
            if self._is_told(entry):
                continue
            if entry.path[0] == SITES and len(entry.path) == 2:
                self._note_site(entry)
            elif not hints.is_section(entry.path):
                self._strange.add(entry.path)
                self._fault(entry, hints.of_section(entry.path))

    def entries(self, found: Sequence[Entry]) -> None:
        """Note each value; one that is given again, by a later source, goes by the later."""
        for entry in found:
            if self._is_told(entry):
                continue
            path = self._in_full(entry)
            in_site = path[0] == SITES and len(path) > 2
            key = OF_SITE.get(path[2:]) if in_site else TOP.get(path)
            if key is not None:
                if not in_site or self._note_site(entry):
                    self._in_force[path] = (entry, key)
            elif hints.is_section(path):
                self._fault(entry, f"is a section: write [{'.'.join(path)}], its keys below it")
            else:
                self._fault(entry, hints.of_key(path))

    def settle(self) -> None:
        """Read the values in force."""
        for path, (entry, key) in self._in_force.items():
            into = self.sites[path[1]] if path[0] == SITES else self.values
            self.origins[".".join(path)] = entry.where
            try:
                value = _value(entry, key)
                if key.secret:
                    value = secret.reveal(value, self.environ, self.folder)
                into[key.target] = key.read(value)
            except Unfit as unfit:
                self._fault(entry, str(unfit), key)

    def _is_told(self, entry: Entry) -> bool:
        return any(entry.path[: len(path)] == path for path in self._strange)

    def _in_full(self, entry: Entry) -> tuple[str, ...]:
        """The path an entry means: the environment cannot write a "-" in a site's name."""
        path = entry.path
        if entry.variable and path[0] == SITES and len(path) > 2:
            same = (known for known in self.sites if known.replace("-", "_") == path[1])
            return (SITES, next(same, path[1]), *path[2:])
        return path

    def _note_site(self, entry: Entry) -> bool:
        name = self._in_full(entry)[1]
        if name in self.sites:
            return True
        try:
            self.sites[site_id(name)] = {}
        except Unfit as unfit:
            self._strange.add(entry.path[:2])
            self._fault(Entry(entry.path[:2], {}, entry.where, entry.variable), str(unfit))
            return False
        self.origins[f"{SITES}.{name}"] = entry.where
        return True

    def _fault(self, entry: Entry, message: str, key: Key | None = None) -> None:
        self.faults.append(SettingFault(entry.where, _subject(entry, key), message))


def _value(entry: Entry, key: Key) -> object:
    """What was written; the environment's text is TOML, but for keys that are text themselves."""
    if not entry.text or key.words:
        return entry.value
    try:
        return from_text(str(entry.value))
    except ValueError:
        return entry.value  # its reader says what is expected


def _subject(entry: Entry, key: Key | None) -> str:
    """Show what was written: never a secret, nor the value of a key that is not known."""
    if isinstance(entry.value, dict):
        return entry.variable or f"[{'.'.join(entry.path)}]"
    value = "" if key is None else "…" if key.secret else shown(entry.value)
    if entry.variable:
        return f"{entry.variable}={value}" if key else entry.variable
    section, name = ".".join(entry.path[:-1]), entry.path[-1]
    head = f"[{section}] {name}" if section else name
    return f"{head} = {value}" if key else head
