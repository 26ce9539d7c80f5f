"""Pack a published list of hosts for the shelf: ``python -m bench.make_host_list NAME FILE``."""

import sys
from pathlib import Path

from moderation.checks import _shelf
from moderation.checks._shelf.lines import read_lines
from moderation.domain.rule import ListName


def main(name: str, file: str) -> None:
    read = read_lines(Path(file).read_bytes())
    packed = _shelf.pack(read.hosts)
    to = Path(_shelf.__file__).with_name(f"{ListName(name)}.bin")
    to.write_bytes(packed)
    print(f"{to.name}: {len(read.hosts):,} hosts, {read.left_out} left out, {len(packed):,} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
