"""Whether a place on disk is fit for a SQLite database."""

import os
import sqlite3
from pathlib import Path

from moderation.store.engine import StoreUnusable

OLDEST = (3, 37, 0)  # STRICT tables
# Locks and shared memory are not what they should be on these; WAL wants one machine.
NETWORK = frozenset(
    [
        "9p",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "fuse.glusterfs",
        "fuse.s3fs",
        "fuse.sshfs",
        "fuse.rclone",
        "glusterfs",
        "gfs2",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "smb3",
        "smbfs",
    ]
)


def prepare(path: Path, *, mounts: Path = Path("/proc/self/mountinfo")) -> None:
    """Make the database's folder; raises `StoreUnusable` where it can not live there."""
    if sqlite3.sqlite_version_info < OLDEST:
        raise StoreUnusable(
            f"SQLite {'.'.join(map(str, OLDEST))} or newer is needed;"
            f" this Python carries {sqlite3.sqlite_version}."
        )
    folder = path.parent
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnusable(f"The folder {folder} cannot be made: {error.strerror}.") from error
    if path.is_dir():
        raise StoreUnusable(f"{path} is a folder, not a database.")
    # SQLite writes beside the database: its log, its index, our lock.
    for place in (folder, path):
        if place.exists() and not os.access(place, os.W_OK):
            raise StoreUnusable(f"{place} is not writable for this user.")
    _make_private(path)
    kind = file_system(folder.resolve(), mounts)
    if kind in NETWORK:
        raise StoreUnusable(
            f"{folder} is on a network file system ({kind}); SQLite needs a local disk."
            " Choose another folder, or PostgreSQL."
        )


def _make_private(path: Path) -> None:
    """Make the file for this user alone: it holds addresses and keys. One that is there stays."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise StoreUnusable(f"{path} cannot be made: {error.strerror}.") from error


def file_system(folder: Path, mounts: Path) -> str:
    """Name the kind of file system a folder is on, as the kernel does; "" where it does not."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    best, kind = -1, ""
    for line in lines:
        before, _, after = line.partition(" - ")
        point = Path(before.split()[4].replace("\\040", " "))
        if folder.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), after.split()[0]
    return kind
