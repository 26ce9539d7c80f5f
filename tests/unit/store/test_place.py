"""Where a SQLite database can live."""

import os
from pathlib import Path

import pytest

from moderation.store.engine import StoreUnusable
from moderation.store.place import file_system, prepare

MOUNTS = """\
22 1 254:0 / / rw - ext4 /dev/vda rw
23 22 0:40 / /srv rw,relatime shared:1 - nfs4 server:/export rw
24 23 0:41 / /srv/local\\040disk rw - ext4 /dev/vdb rw
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    path = tmp_path / "mountinfo"
    path.write_text(MOUNTS)
    return path


@pytest.mark.parametrize(
    ("folder", "kind"),
    [("/", "ext4"), ("/var/lib", "ext4"), ("/srv/blog", "nfs4"), ("/srv/local disk/x", "ext4")],
)
def test_the_nearest_mount_says_what_a_folder_is_on(mounts: Path, folder: str, kind: str) -> None:
    assert file_system(Path(folder), mounts) == kind


def test_where_the_kernel_does_not_tell_nothing_is_known(tmp_path: Path) -> None:
    assert file_system(Path("/"), tmp_path / "missing") == ""


def test_a_network_file_system_is_refused(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"22 1 0:40 / {tmp_path} rw - nfs4 server:/export rw\n")
    with pytest.raises(StoreUnusable, match=r"network file system \(nfs4\)"):
        prepare(tmp_path / "x.db", mounts=mounts)


def test_its_folder_is_made_for_this_user_alone(tmp_path: Path) -> None:
    prepare(tmp_path / "deep" / "er" / "x.db")
    assert (tmp_path / "deep" / "er").stat().st_mode & 0o777 == 0o700


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="is a folder"):
        prepare(tmp_path)


def test_a_file_in_the_way_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnusable, match="cannot be made"):
        prepare(tmp_path / "file" / "x.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_without_leave_to_write_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreUnusable, match="not writable"):
        prepare(tmp_path / "x.db")
