"""Lists of hosts from elsewhere: read whole or not at all, looked up with the hosts below."""

from dataclasses import replace

import pytest

from moderation.checks import _shelf
from moderation.checks._shelf import SHELF, pack, shipped, shipped_number, unpack
from moderation.checks._shelf.lines import MOST_BYTES, read_lines
from moderation.checks.contract import Case
from moderation.checks.rules import Rules
from moderation.domain.comment import Author
from moderation.domain.opinion import Opinion, Verdict
from moderation.domain.rule import ListName, Rule, What
from moderation.domain.site import Site
from moderation.settings import ChecksSettings, Settings
from tests.unit.checks.cases import NOW, SITE, WrittenRecords, ping, reply, tools

LISTED = {
    ListName.DISPOSABLE.value: frozenset({"trash.example"}),
    ListName.REFERRERS.value: frozenset({"spam.example", "blog.example"}),
}


def linking(url: str, *, at: Site = SITE, text: str = "See this") -> Case:
    return reply(text, html=f'<p>{text} <a href="{url}">there</a></p>', at=at)


def on(name: ListName, verdict: Verdict = Verdict.HOLD, site: str = "") -> Rule:
    return Rule("m0", site, What.LIST, name, name, verdict, "", "Ana", NOW)


async def look(case: Case, *rules: Rule) -> Opinion:
    records = WrittenRecords(owners=rules, listed=LISTED)
    return await Rules(tools(records=records)).examine(case)


@pytest.mark.parametrize("name", ListName)
def test_every_list_is_on_the_shelf_and_what_comes_along_is_as_it_would_be_read(
    name: ListName,
) -> None:
    packed = shipped(name)
    assert (packed is not None) == SHELF[name].comes_along
    if packed is None:
        assert shipped_number(name) == 0
        return
    hosts = unpack(packed)
    read = read_lines("\n".join(hosts).encode())
    assert (read.hosts, read.left_out) == (hosts, 0)
    assert pack(hosts) == packed
    assert shipped_number(name) == len(hosts) > 5000
    notice = (_shelf._FOLDER / "NOTICE").read_text("utf-8")
    assert f"{len(hosts):,} domains" in notice
    assert SHELF[name].home in notice


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"# only\n\n; remarks\n", "empty"),
        (b"<!DOCTYPE html><title>Not found</title>", "web page"),
        (b"\n <html>\n", "web page"),
        (b"\x89PNG\r\n\x1a\n", "no text in UTF-8"),
        (b"a.example\0b.example", "no text"),
        (b"404: Not Found", "1 of its 1 lines are no hosts"),
        (b'{"hosts": [\n"a.example"\n]}', "are no hosts"),
        (b"x" * (MOST_BYTES + 1), "larger than 4 MB"),
        (b"a.example\n" * 200_001, "more than 200,000 lines"),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(data: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_lines(data)


def test_hosts_of_everybody_are_left_out_of_a_list() -> None:
    text = (
        "# a remark\n*.Spam.example\nwww.bad.example\n@mail.example\nb\u00fccher.example\n"
        "tumblr.com\nco.uk\ngithub.io\n"
    )
    read = read_lines(text.encode())
    assert read.hosts == {
        "spam.example",
        "bad.example",
        "mail.example",
        "xn--bcher-kva.example",
    }
    assert read.left_out == 3


@pytest.mark.parametrize(
    ("case", "found", "where"),
    [
        (linking("https://a.spam.example/x"), "spam.example", "a link of the text"),
        (reply(author=Author(url="http://spam.example")), "spam.example", "the author's website"),
        (ping("https://www.spam.example/post"), "spam.example", "the source's address"),
    ],
)
async def test_a_host_below_one_of_a_list_is_found_and_the_list_is_named(
    case: Case, found: str, where: str
) -> None:
    opinion = await look(case, on(ListName.REFERRERS))
    assert opinion.verdict is Verdict.HOLD
    assert opinion.because == (
        f"“{found}” in {where} stands on the list “Referrer spam”, which the owner holds."
    )
    assert opinion.rules == ("m0",)


async def test_throw_away_addresses_are_looked_for_in_the_address_alone() -> None:
    author = Author(email="x@mx.Trash.example")
    opinion = await look(reply(author=author), on(ListName.DISPOSABLE))
    assert opinion.because == (
        "“trash.example” in the e-mail address stands on the list “Throw-away e-mail addresses”,"
        " which the owner holds."
    )
    elsewhere = reply("trash.example", author=Author(email="x@nottrash.example"))
    assert (await look(elsewhere, on(ListName.DISPOSABLE))).verdict is Verdict.UNSURE
    spam = reply(author=Author(email="x@spam.example"))
    assert (await look(spam, on(ListName.REFERRERS))).verdict is Verdict.UNSURE


async def test_a_list_has_one_voice_and_the_owners_own_words_decide() -> None:
    case = linking("https://spam.example", text="cheap pills")
    listed = on(ListName.REFERRERS, Verdict.SPAM)
    opinion = await look(case, listed)
    assert (opinion.verdict, opinion.decisive, opinion.score) == (Verdict.SPAM, False, 0.9)
    own = replace(listed, id="m1", what=What.PHRASE, key="cheap pills", value="cheap pills")
    both = await look(case, listed, own)
    assert (both.verdict, both.decisive, both.score) == (Verdict.SPAM, True, 1.0)


async def test_the_sites_own_host_is_on_no_list() -> None:
    case = linking("https://blog.example/bees")
    assert (await look(case, on(ListName.REFERRERS))).verdict is Verdict.UNSURE
    other = linking("https://blog.example/", at=replace(SITE, url="https://else.example/"))
    assert (await look(other, on(ListName.REFERRERS))).verdict is Verdict.HOLD


async def test_a_list_that_is_on_for_one_site_counts_there_alone() -> None:
    case = linking("https://spam.example")
    assert (await look(case, on(ListName.REFERRERS, site="garden"))).verdict is Verdict.UNSURE
    assert (await look(case, on(ListName.REFERRERS, site="blog"))).verdict is Verdict.HOLD


async def test_the_settings_file_may_switch_a_list_on() -> None:
    checks = ChecksSettings(lists_spam=(ListName.REFERRERS,), lists_hold=(ListName.DISPOSABLE,))
    check = Rules(tools(Settings(checks=checks), WrittenRecords(listed=LISTED)))
    spam = await check.examine(linking("https://spam.example"))
    assert (spam.verdict, spam.rules) == (Verdict.SPAM, ())
    held = await check.examine(reply(author=Author(email="x@trash.example")))
    assert held.verdict is Verdict.HOLD
