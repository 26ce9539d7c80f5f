"""Which place an address speaks for, on one's own domain and where many people publish."""

import pytest

from moderation.text.shared_hosts import exact_place, place_of


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("https://ada.example", "ada.example/"),
        ("http://ada.example/bees", "ada.example/"),
        ("https://ADA.example:443/bees", "ada.example/"),
        ("https://www.ada.example/bees", "ada.example/"),
        ("https://ada.example/2026/11/bees", "ada.example/"),
        ("https://ada.example/blog/bees", "ada.example/blog/"),
        ("https://blog.ada.example/bees", "blog.ada.example/"),
        ("https://ada.example:8443/bees", "ada.example:8443/"),
        ("http://[2001:db8::1]:8080/bees", "[2001:db8::1]:8080/"),
        ("https://homes.example/~ada", "homes.example/~ada/"),
        ("https://homes.example/%7Eada/bees", "homes.example/~ada/"),
        ("https://homes.example/@ada/bees", "homes.example/@ada/"),
        ("https://homes.example/users/ada/bees", "homes.example/users/ada/"),
        ("https://homes.example/en/users/ada/bees", "homes.example/en/users/ada/"),
        ("https://homes.example//ada//bees", "homes.example/ada/"),
    ],
)
def test_an_authors_own_place(source: str, place: str) -> None:
    assert str(place_of(source)) == place


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("https://ada.github.io/bees", "ada.github.io/"),
        ("https://www.github.io/bees", "www.github.io/"),
        ("https://github.io/bees", None),
        ("https://blogspot.com/2026/11/bees", None),
        ("https://ada.blogspot.com/2026/11/bees", "ada.blogspot.com/"),
        ("https://co.uk/bees", None),
        ("https://medium.com/@ada/bees-1a2b", "medium.com/@ada/"),
        ("https://medium.com/p/1a2b", None),
        ("https://medium.com/beekeeping/bees-1a2b", None),
        ("https://www.tumblr.com/ada/123/bees", "tumblr.com/ada/"),
        ("https://ada.tumblr.com/post/1", "ada.tumblr.com/post/"),
        ("https://substack.com/home/post/p-1", None),
        ("https://ada.substack.com/p/bees", "ada.substack.com/p/"),
        ("https://wordpress.com/read/1", None),
        ("https://ada.wordpress.com/2026/11/bees", "ada.wordpress.com/"),
        ("https://mastodon.example/@ada/1234", "mastodon.example/@ada/"),
        ("https://www.reddit.com/r/bees/comments/1", None),
        ("https://old.reddit.com/user/ada/1", "old.reddit.com/user/ada/"),
        ("https://en.wikipedia.org/wiki/Bee", None),
        ("https://sites.google.com/view/ada/bees", "sites.google.com/view/ada/"),
        ("https://telegra.ph/Bees-11-28", None),
        ("https://web.archive.org/web/2026/https://ada.example/@ada/", None),
        ("https://bit.ly/3xyz", None),
    ],
)
def test_on_shared_hosts_only_the_authors_path_is_anybodys(source: str, place: str | None) -> None:
    found = place_of(source)
    assert (None if found is None else str(found)) == place


@pytest.mark.parametrize("account", ["@ada@inst.example", "~ada"])
@pytest.mark.parametrize("host", ["brid.gy", "fed.brid.gy", "bsky.brid.gy"])
def test_a_bridge_is_nobodys_whoever_its_addresses_name(host: str, account: str) -> None:
    assert place_of(f"https://{host}/comment/mastodon/{account}/1/2") is None


@pytest.mark.parametrize(
    "source",
    [
        "https://homes.example/~ada%2F..%2F~eve/pills",
        "https://homes.example/~ada%5c..%5c~eve/pills",
        "https://homes.example/~ada/%2e%2e/~eve",
        "http://[broken/",
        "ftp://ada.example/",
        "",
    ],
)
def test_what_a_server_may_read_as_another_path_borrows_no_trust(source: str) -> None:
    found = place_of(source)
    assert found is None or str(found) == "homes.example/~eve/"


def test_dot_segments_are_gone_before_the_name_is_read() -> None:
    assert str(place_of("https://homes.example/~ada/../~eve/pills")) == "homes.example/~eve/"


def test_a_path_longer_than_any_name_is_nobodys() -> None:
    assert place_of(f"https://ada.example/{'a' * 300}/bees") is None


def test_a_person_named_by_others_is_taken_at_the_whole_path() -> None:
    assert str(exact_place("https://inst.example/@me")) == "inst.example/@me/"
    assert exact_place("no address") is None
