"""Public suffixes: what is kept small says what the package's own, large, would say."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publicsuffixlist import PSLFILE, PublicSuffixList

from moderation.text.suffixes import Names, bare, domain_of, is_public

THEIRS = PublicSuffixList(accept_unknown=False)
RULES = [
    rule.encode("idna").decode()
    for line in Path(PSLFILE).read_text("utf-8").splitlines()
    if (rule := line.partition(" ")[0].lstrip("!").removeprefix("*.")) and "//" not in rule
]


@pytest.mark.parametrize("before", ["", "a.", "www.", "b.a.", "c.b.a."])
def test_every_rule_of_the_list_is_kept_to(before: str) -> None:
    hosts = [before + rule for rule in RULES]
    assert len(hosts) > 9_000
    assert [h for h in hosts if is_public(h) != (THEIRS.publicsuffix(h) == h)] == []
    assert [h for h in hosts if domain_of(h) != (THEIRS.privatesuffix(h) or h)] == []


@pytest.mark.parametrize(
    ("host", "public"),
    [
        ("uk", True),
        ("co.uk", True),
        ("example.co.uk", False),
        ("anything.ck", True),  # *.ck
        ("www.ck", False),  # !www.ck
        ("xn--p1ai", True),
        ("blog.xn--p1ai", False),
        ("nowhere.example", False),
        ("192.0.2.1", False),
        ("2001:db8::1", False),
        ("", False),
    ],
)
def test_a_host_is_public_or_not(host: str, public: bool) -> None:
    assert is_public(host) is public


def test_an_address_and_an_unknown_host_are_their_own_domain() -> None:
    assert domain_of("192.0.2.1") == "192.0.2.1"
    assert domain_of("a.nowhere") == "a.nowhere"


def test_www_is_left_out_where_something_is_left() -> None:
    assert bare("www.blog.co.uk") == "blog.co.uk"
    assert bare("www.co.uk") == "www.co.uk"


@given(st.sets(st.text(alphabet="abc.!*", max_size=4)), st.text(alphabet="abc.!*", max_size=4))
def test_names_in_one_string_are_a_set(names: set[str], asked: str) -> None:
    kept = Names(names)
    assert all(name in kept for name in names)
    assert (asked in kept) is (asked in names)
