"""Where the files lie that are not code: templates and the shipped settings."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def asset(name: str) -> Path:
    """Find ``templates`` or ``settings.toml``: beside the package in a checkout, else in the wheel.

    Raises FileNotFoundError.
    """
    checkout = _PACKAGE.parent
    bases = [_PACKAGE / "_assets"]
    if (checkout / "pyproject.toml").is_file():
        bases.insert(0, checkout)
    for base in bases:
        path = base / name
        if path.exists():
            return path
    raise FileNotFoundError(name)
