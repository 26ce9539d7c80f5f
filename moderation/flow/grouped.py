"""Keys by what they belong to; most have one, and one takes no set of its own."""

from collections.abc import Sequence
from typing import Generic, TypeVar

K = TypeVar("K")


class Grouped(Generic[K]):
    """Which keys each owner has, in the order in which they came. A key is never a dict."""

    def __init__(self) -> None:
        self._of: dict[str | None, K | dict[K, None]] = {}

    def __len__(self) -> int:
        """How many owners there are."""
        return len(self._of)

    def of(self, owner: str | None) -> Sequence[K]:
        """The keys of an owner; none of one that is not known."""
        if owner not in self._of:
            return ()
        held = self._of[owner]
        return tuple(held) if isinstance(held, dict) else (held,)

    def add(self, owner: str | None, key: K) -> None:
        if owner not in self._of:
            self._of[owner] = key
            return
        held = self._of[owner]
        if not isinstance(held, dict):
            held = self._of[owner] = {held: None}
        held[key] = None

    def discard(self, owner: str | None, key: K) -> None:
        """Forget a key; it may not be there."""
        held = self._of.get(owner)
        if isinstance(held, dict):
            held.pop(key, None)
            if not held:
                del self._of[owner]
        elif held == key:
            del self._of[owner]
