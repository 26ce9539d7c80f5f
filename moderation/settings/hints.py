"""What was probably meant by a section or key that is not known."""

from collections.abc import Mapping

from moderation.settings.faults import nearest
from moderation.settings.keys import KEYS, SITE_KEYS, Key, Path

TOP: Mapping[Path, Key] = {key.path: key for key in KEYS}
OF_SITE: Mapping[Path, Key] = {key.path: key for key in SITE_KEYS}
SITES = "sites"


def is_section(path: Path) -> bool:
    """Whether a path in the file is that of a section, not of a key."""
    if path[0] == SITES:
        return len(path) < 3 or _opens(path[2:], OF_SITE)
    return _opens(path, TOP)


def of_section(path: Path) -> str:
    """Word what is wrong with a section that is not known."""
    if path[0] == SITES and len(path) > 2:
        inside, known = f"{SITES}.{path[1]}.", _sections(OF_SITE)
    else:
        inside, known = "", [*_sections(TOP), f"{SITES}.ID"]
    found = nearest(".".join(path).removeprefix(inside), known)
    if found:
        return f"unknown section; did you mean [{inside}{found}]?"
    return "unknown section; there is " + ", ".join(f"[{inside}{name}]" for name in known)


def of_key(path: Path) -> str:
    """Word what is wrong with a key that is not known: misspelt, or in the wrong section."""
    in_site = path[0] == SITES and len(path) > 2
    known, key = (OF_SITE, path[2:]) if in_site else (TOP, path)
    if len(path) > 1 and not is_section(path[:-1]):
        return of_section(path[:-1])
    here = [k.path[-1] for k in known.values() if k.section == key[:-1]]
    if found := nearest(key[-1], here):
        return f'unknown key; did you mean "{found}"?'
    for other in known.values():
        if other.path[-1] == key[-1] and other.section:
            inside = f"{SITES}.{path[1]}." if in_site else ""
            return f"unknown key; it belongs in [{inside}{'.'.join(other.section)}]"
    if len(key) == 1 and not in_site:
        return of_section(key).replace("section", "key or section", 1)
    return "unknown key; there is " + ", ".join(here)


def _opens(path: Path, known: Mapping[Path, Key]) -> bool:
    return any(len(key) > len(path) and key[: len(path)] == path for key in known)


def _sections(known: Mapping[Path, Key]) -> list[str]:
    return list(dict.fromkeys(".".join(k.section) for k in known.values() if k.section))
