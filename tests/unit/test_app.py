"""How the application is wired: which hosts it serves, where its database lies."""

from pathlib import Path

import pytest

from moderation.app import _folder, allowed_hosts
from moderation.domain.site import Site
from moderation.settings import Settings
from moderation.settings.sections import Server, StoreSettings


def settings(host: str = "127.0.0.1", store: str = "sqlite:///x.db") -> Settings:
    site = Site("blog", "https://blog.example/", hosts=("www.blog.example:8443", "[::2]:80"))
    server = Server(
        host=host, public_url="https://talk.example/m", allowed_hosts=("talk.internal",)
    )
    return Settings(server=server, store=StoreSettings(store), sites=(site,))


def test_hosts_are_those_of_the_settings_without_their_ports() -> None:
    named = {"talk.example", "blog.example", "www.blog.example", "::2", "talk.internal"}
    assert allowed_hosts(settings("0.0.0.0")) == named  # noqa: S104 (nothing listens)
    assert allowed_hosts(settings()) == named | {"localhost", "127.0.0.1", "::1"}


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("sqlite:////var/my%20data/x.db", Path("/var/my data")),
        ("postgresql://u@h/d", None),
    ],
)
def test_the_folder_of_the_database_is_where_it_really_is(url: str, folder: Path | None) -> None:
    assert _folder(settings(store=url)) == folder
