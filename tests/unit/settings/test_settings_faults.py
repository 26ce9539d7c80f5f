"""All that is wrong with the settings is told at once, with its place and a hint."""

import re
from pathlib import Path

import pytest

from moderation.settings import SettingsFaults, load
from tests.unit.settings.files import BLOG, told


def test_all_faults_are_told_at_once_in_order_of_line(folder: Path) -> None:
    text = '[server]\nport = "80a"\n\n[akismt]\nkey = "k"\nurl = "u"\n[moderation]\nhold = "al"\n'
    lines = told(folder, text, {"MODERATION__SERVER__WORKERS": "0", "MODERATIONX": "1"})
    whole = "must be a whole number from"
    assert [re.split("  +", line) for line in lines.splitlines()] == [
        ["s.toml:2", '[server] port = "80a"', f"{whole} 0 to 65535; 0 = any free one"],
        ["s.toml:4", "[akismt]", "unknown section; did you mean [akismet]?"],
        ["s.toml:8", '[moderation] hold = "al"', 'must be "all", "first-time" or "none"'],
        ["environment", 'MODERATION__SERVER__WORKERS="0"', f"{whole} 1 to 64"],
        ["4 problems; nothing was started."],
    ]


def test_faults_stand_in_columns(folder: Path) -> None:
    first, second, _ = told(folder, "port = 1\n[mail]\nurl = 1\nfrom = 1").splitlines()[:3]
    assert first.index("unknown key") == second.index("must be")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("server.hots = 1", 'unknown key; did you mean "host"?'),
        ("[server]\nmax_links = 1", "unknown key; it belongs in [moderation]"),
        ("[server]\nwombat = 1", "unknown key; there is host, port, public_url"),
        ("wombat = 1", "unknown key or section; there is [server], [store]"),
        ("[wombats]", "unknown section; there is [server], [store]"),
        ("server = 1", "is a section: write [server], its keys below it"),
        ("[server.port]\nx = 1", "unknown section"),
        (BLOG + "[sites.blog.ping]", "did you mean [sites.blog.pings]?"),
        (BLOG + "max_links = 1", "unknown key; it belongs in [sites.blog.moderation]"),
        ("[sites.blog]\nname = 'x'", "needs a url"),
        ("[sites.Blog]\nurl = 'https://x/'", "must be named with up to 40 of a-z"),
        ("locked = ['moderation.hodl']", 'did you mean "moderation.hold"?'),
        ("locked = ['server.port']", "must name a key of [moderation]"),
        ("[mail]\nurl = 'smtp://x'", "must be set when mail.url is"),
        ("[mail]\nurl = 'smtp://x?tls=no'\nfrom = 'a@x'", 'but "?tls=off"'),
        ("[checks]\noff = ['akismett']", "is not the name of a check; there is "),
        ("[checks.phrases]\nspam = [' ']", "found in every comment"),
        ("[checks.lists]\nhold = ['disposible']", 'must be "disposable" or "referrers"'),
        (BLOG + "time_zone = 'Europe/Lisbonn'", 'did you mean "Europe/Lisbon"?'),
        (BLOG + "time_zone = '../etc/passwd'", "must be the name of a time zone"),
        (BLOG + "language = 'english please'", "must be a language tag"),
        (BLOG + "query = ['a=b']", "must be the name of a query parameter"),
        (BLOG + "hosts = ['https://www.blog.example']", "must be a host, such as"),
        ("[server]\nallowed_hosts = ['a.example:80']", "must be a host without port"),
        (BLOG + "[sites.two]\nurl = 'http://blog.example'", "same place as [sites.blog]"),
        ("[server]\npublic_url = 'comments.example'", "must be an address such as"),
        ("[server]\npublic_url = 'https://me@comments.example'", "must be an address such as"),
        ("[server]\npublic_url = 'https://comments.example/?'", "without query"),
        ("[server]\ntrusted_proxies = ['proxy']", "must be an address or a network"),
        ("[server]\nport = true", "must be a whole number"),
        ("[pings]\nwebmention = 1", "must be true or false"),
        ("[pings]\nallowed_private_hosts = ['http://x']", "must be a host with its port"),
        ("[store]\nurl = 'sqlite://x.db'", "three slashes"),
        ("[store]\nurl = 'sqlite:///:memory:'", "three slashes"),
        ("[store]\nurl = 'mysql://x/y'", "must be"),
        ("[store]\nurl = 'postgresql://x/y?sslmod=require'", 'has "sslmod" in its query'),
        ("[store]\nurl = 'postgresql://x/y?sslmode=on'", "must have one of disable, allow"),
        ("[store]\nurl = 'postgresql:///y'", "must name a host"),
        ("[pings]\nallowed_private_hosts = ['intranet']", "must be a host with its port"),
        ("[akismet]\ntimeout_seconds = nan", "must be a number of seconds from 0.1 to 60"),
        ("[server\nport = 1", "cannot be read as TOML"),
    ],
)
def test_a_fault_says_what_is_expected(folder: Path, text: str, message: str) -> None:
    lines = told(folder, text)
    assert message in lines
    assert lines.endswith("\n1 problem; nothing was started.")


def test_lists_over_lines_and_text_that_looks_like_keys_do_not_shift_the_lines(
    folder: Path,
) -> None:
    text = (
        "[checks.phrases]\n"
        "hold = [\n  'a', # one,\n  'b',\n\n]\n"
        "spam = ['''\nport = 1\n''', 3]\n"
        '["server"]\n'
        '"port" = "x"\n'
    )
    lines = told(folder, text).splitlines()
    assert [line.split()[0] for line in lines[:2]] == ["s.toml:7", "s.toml:11"]


def test_a_file_that_was_named_must_be_there_and_be_utf8(folder: Path) -> None:
    with pytest.raises(SettingsFaults, match=r"nowhere\.toml.*cannot be read: No such file"):
        load(Path("nowhere.toml"), {})
    (folder / "latin.toml").write_bytes(b"x = '\xe9'")
    with pytest.raises(SettingsFaults, match="is not UTF-8"):
        load(Path("latin.toml"), {})


def test_a_list_of_the_environment_must_be_toml(folder: Path) -> None:
    lines = told(folder, "", {"MODERATION__SERVER__ALLOWED_HOSTS": "a.example"})
    assert 'must be a list, such as ["comments.example"]' in lines
