"""The hosts of the lists that are switched on: as they were fetched last, or as they came along."""

import asyncio
from collections.abc import Collection, Mapping
from typing import TypeAlias

from moderation.checks._shelf import shipped, unpack
from moderation.domain.rule import ListName
from moderation.store import host_lists
from moderation.store.contract import Store
from moderation.store.host_lists import Head

_Kept: TypeAlias = tuple[Head | None, frozenset[str]]


class Listed:
    """Unpacks each list once, aside, and again when there is another copy of it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[str, _Kept] = {}

    async def of(self, names: Collection[str]) -> Mapping[str, frozenset[str]]:
        if not names:
            self._kept = {}
            return {}
        heads = await self._store.read(host_lists.heads)
        found: dict[str, _Kept] = {}
        for name in sorted(names):
            kept, head = self._kept.get(name), heads.get(name)
            if kept is None or kept[0] != head:
                kept = head, await self._read(name)
            found[name] = kept
        self._kept = found
        return {name: hosts for name, (_, hosts) in found.items()}

    async def _read(self, name: str) -> frozenset[str]:
        packed = await self._store.read(host_lists.hosts, name)
        return await asyncio.to_thread(_unpacked, name, packed)


def _unpacked(name: str, packed: bytes | None) -> frozenset[str]:
    data = shipped(ListName(name)) if packed is None else packed
    return unpack(data) if data is not None else frozenset()
