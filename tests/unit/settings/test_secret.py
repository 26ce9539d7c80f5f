"""Secrets are taken from elsewhere, and told to nobody."""

from pathlib import Path

from moderation.settings import secrets_of
from tests.unit.settings.files import read, told


def test_a_secret_is_taken_from_the_environment(folder: Path) -> None:
    text = '[akismet]\nkey = "env:MY_KEY"\n'
    assert read(folder, text, {"MY_KEY": "k-2"}).settings.akismet.key == "k-2"


def test_akismet_is_off_while_its_shipped_variable_is_not_set(folder: Path) -> None:
    shipped = '[akismet]\nkey = "env:AKISMET_API_KEY"\n'
    assert read(folder, shipped).settings.akismet.key == ""
    assert read(folder, shipped, {"AKISMET_API_KEY": "k"}).settings.akismet.key == "k"
    assert read(folder, "", {"AKISMET_API_KEY": "k"}).settings.akismet.key == "k"


def test_a_secret_that_points_nowhere_is_a_fault(folder: Path) -> None:
    text = '[akismet]\nkey = "env:NOT_SET"\n[mail]\nurl = "file:nowhere"\n'
    lines = told(folder, text)
    assert "points to the environment's NOT_SET, which is not set" in lines
    assert "cannot be read: No such file" in lines


def test_a_secret_is_neither_in_a_fault_nor_in_a_repr(folder: Path) -> None:
    text = '[mail]\nurl = "ftp://me:pa55@x"\n[store]\nurl = "mysql://me:pa55@x/y"\n'
    assert "pa55" not in told(folder, text, {"MODERATION__AKISMET__KEI": "pa55"})
    good = "[akismet]\nkey='pa55'\n[store]\nurl='postgresql://me:pa55@x/y'\n"
    good += "[mail]\nurl='smtp://me:pa55@x'\nfrom='a@x'"
    assert "pa55" not in repr(read(folder, good))


def test_mail_needs_a_sender_unless_its_user_is_an_address(folder: Path) -> None:
    url = "smtp://me%40blog.example:word@mail.example:587?tls=off"
    assert read(folder, f"[mail]\nurl = '{url}'").settings.mail.url == url
    assert "must be set when" in told(folder, "[mail]\nurl = 'smtp://me:word@mail.example'")


def test_every_secret_is_known_for_the_log_to_leave_out(folder: Path) -> None:
    text = (
        "[akismet]\nkey = 'k-1'\n[store]\nurl = 'postgresql://me:p%40ss@x/y'\n"
        "[mail]\nurl = 'smtp://me:word@x'\nfrom = 'a@x'\n"
    )
    assert set(secrets_of(read(folder, text).settings)) == {"k-1", "p%40ss", "p@ss", "word"}
