"""Find a plug by its name in the settings, or list what stands on a shelf: a plug is a file."""

import importlib
import pkgutil
from types import ModuleType


def names(shelf: str) -> list[str]:
    """List the plugs of a shelf (``"checks"``), in order of name."""
    package = importlib.import_module(f"moderation.{shelf}")
    found = (m.name for m in pkgutil.iter_modules(package.__path__))
    return sorted(n for n in found if n != "contract" and not n.startswith("_"))


def plug(shelf: str, name: str) -> ModuleType:
    """Import a plug's file. Raises LookupError, naming what there is."""
    if name not in names(shelf):
        raise LookupError(f"no {name!r} in {shelf}; there is {', '.join(names(shelf))}")
    return importlib.import_module(f"moderation.{shelf}.{name}")
