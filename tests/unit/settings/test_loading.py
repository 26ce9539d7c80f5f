"""Which source goes before which, and what follows from what was set."""

from pathlib import Path

import pytest

from moderation.settings import load
from tests.unit.settings.files import read


def test_the_named_file_goes_before_the_variable_and_that_before_the_folder(folder: Path) -> None:
    (folder / "settings.toml").write_text("server.port = 1001")
    (folder / "by_variable.toml").write_text("server.port = 1002")
    (folder / "named.toml").write_text("server.port = 1003")
    by_variable = {"MODERATION_SETTINGS": "by_variable.toml"}
    assert load(None, {}).settings.server.port == 1001
    assert load(None, by_variable).settings.server.port == 1002
    assert load(Path("named.toml"), by_variable).settings.server.port == 1003
    assert load(Path("named.toml"), {}).settings.path == folder / "named.toml"


def test_the_environment_goes_before_the_file(folder: Path) -> None:
    loaded = read(
        folder,
        "[server]\nport = 1001\n[moderation]\nhold = 'all'\n",
        {
            "MODERATION__SERVER__PORT": "8080",
            "MODERATION__SERVER__ALLOWED_HOSTS": '["a.example", "B.example"]',
            "MODERATION__PINGS__TRACKBACK": "false",
            "MODERATION__AKISMET__URL": "http://127.0.0.1:9/",
            "MODERATION__LOCKED": '["moderation.hold"]',
        },
    )
    settings = loaded.settings
    assert settings.server.port == 8080
    assert settings.server.allowed_hosts == ("a.example", "b.example")
    assert settings.pings.trackback is False
    assert settings.akismet.url == "http://127.0.0.1:9"
    assert settings.locked == ("moderation.hold",)
    assert loaded.origins["server.port"] == "environment"
    assert loaded.origins["moderation.hold"] == "s.toml:4"
    assert "server.host" not in loaded.origins


def test_what_a_later_source_replaces_is_not_read(folder: Path) -> None:
    text = '[mail]\nurl = "env:NOT_SET"\nfrom = "blog@blog.example"\n'
    environ = {"MODERATION__MAIL__URL": "smtp://mail.example"}
    assert read(folder, text, environ).settings.mail.url == "smtp://mail.example"


def test_relative_paths_start_at_the_folder_of_the_file(folder: Path) -> None:
    (folder / "etc room").mkdir()
    (folder / "etc room" / "key").write_text("k-1\n")
    path = folder / "etc room" / "s.toml"
    path.write_text('[store]\nurl = "sqlite:///data/x.db"\n[akismet]\nkey = "file:key"\n')
    settings = load(path, {}).settings
    assert settings.store.url == f"sqlite:///{folder}/etc%20room/data/x.db"
    assert settings.akismet.key == "k-1"


def test_an_absolute_path_of_the_store_stays(folder: Path) -> None:
    assert read(folder, "store.url='sqlite:////v/x.db'").settings.store.url == "sqlite:////v/x.db"


@pytest.mark.parametrize(
    ("server", "public_url"),
    [
        ("public_url = 'https://C.example:443/talk/'", "https://c.example/talk"),
        ("public_url = 'http://bücher.example:8080'", "http://xn--bcher-kva.example:8080"),
        ("port = 9000", "http://127.0.0.1:9000"),
        ("host = '0.0.0.0'\nport = 80", "http://127.0.0.1"),
        ("host = '::'", "http://[::1]:8000"),
        ("port = 0", "http://127.0.0.1:8000"),
    ],
)
def test_the_public_url_has_no_trailing_slash_and_follows_host_and_port_by_default(
    folder: Path, server: str, public_url: str
) -> None:
    assert read(folder, f"[server]\n{server}\n").settings.server.public_url == public_url


def test_addresses_come_in_their_one_spelling(folder: Path) -> None:
    settings = read(
        folder,
        "[server]\nhost = '::0001'\nallowed_hosts = ['[::1]', 'bücher.example']\n"
        "trusted_proxies = ['10.1.2.3/8', '::1']\n"
        "[pings]\nallowed_private_hosts = ['[::0001]:80', 'LOCALHOST:8091']\n"
        "[sites.x]\nurl = 'HTTPS://X.example:443/a//'\nhosts = ['Y.example:8080', '::1']\n",
    ).settings
    assert settings.server.host == "::1"
    assert settings.server.allowed_hosts == ("::1", "xn--bcher-kva.example")
    assert settings.server.trusted_proxies == ("10.0.0.0/8", "::1")
    assert settings.pings.allowed_private_hosts == ("[::1]:80", "localhost:8091")
    assert settings.sites[0].url == "https://x.example/a/"
    assert settings.sites[0].hosts == ("y.example:8080", "[::1]")


def test_workers_on_sqlite_are_warned_of_and_on_postgresql_not(folder: Path) -> None:
    (warning,) = read(folder, "server.workers = 2").warnings
    assert "server.workers is 2 on SQLite" in warning
    text = "server.workers = 2\nstore.url = 'postgres://me@/x?host=/run'"
    loaded = read(folder, text)
    assert loaded.warnings == ()
    assert loaded.settings.store.url == "postgresql://me@/x?host=/run"
