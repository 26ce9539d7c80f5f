"""A view of the queue as an address, there and back."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.domain.comment import Kind, Status, WaitingFor
from moderation.store.queue import ORDERS, Mark
from moderation.web.dashboard.views import View, read_view


def again(view: View) -> View:
    return read_view(dict(parse_qsl(urlsplit(view.path()).query)))


def test_the_plain_address_is_what_waits_for_a_moderator() -> None:
    view = read_view({})
    assert (view.status, view.waiting_for) == (Status.HELD, WaitingFor.MODERATOR)
    assert view.path() == "/dashboard"
    assert not view.narrowed


@given(
    status=st.sampled_from([*Status, None]),
    kind=st.sampled_from([*Kind, None]),
    search=st.sampled_from(["", "zebra", "ä & b=c", "100%"]),
    order=st.sampled_from(["", *ORDERS]),
    at=st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(9000, 1, 1)),
    score=st.floats(-1, 1, allow_nan=False),
)
def test_an_address_says_all_of_a_view(
    status: Status | None,
    kind: Kind | None,
    search: str,
    order: str,
    at: datetime,
    score: float,
) -> None:
    view = View(
        status=status,
        waiting_for=WaitingFor.MODERATOR if status is Status.HELD else None,
        kind=kind,
        search=search,
        order=order,
        after=Mark(at.replace(tzinfo=UTC), "m1", score),
    )
    assert again(view) == view


@pytest.mark.parametrize("waiting_for", [*WaitingFor, None])
@pytest.mark.parametrize("status", [Status.HELD, None])
def test_what_is_waited_for_is_kept(status: Status | None, waiting_for: WaitingFor | None) -> None:
    view = View(status=status, waiting_for=waiting_for)
    assert again(view) == view


def test_another_tab_keeps_the_sieve_and_begins_anew() -> None:
    view = read_view({"q": "zebra", "site": "blog", "cursor": "1~m1~0.5", "order": "oldest"})
    spam = view.tab(Status.SPAM)
    assert spam.path() == "/dashboard?status=spam&site=blog&q=zebra"
    assert spam.sorted_by == "newest"


@pytest.mark.parametrize("raw", ["", "1", "x~m1~0", "1~M~0", "1~m1~nan", "9" * 18 + "~m1~0"])
def test_a_cursor_that_is_none_begins_at_the_start(raw: str) -> None:
    assert read_view({"cursor": raw}).after is None
