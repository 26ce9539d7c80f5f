"""What came of a fetch is told again for a minute."""

import pytest

from moderation.net.contract import NotHtml, NotReadable, Page
from moderation.net.limits import RecentLimits
from moderation.net.recent import Recent
from tests.unit.net.test_budget import Clock

URL = "https://other.example/p"


def page(size: int = 1) -> Page:
    return Page(URL, URL, 200, "text/html", "", b"x" * size)


def test_a_page_is_known_until_the_first_further_try() -> None:
    clock = Clock()
    recent = Recent(clock)
    assert recent.page(URL) is None
    recent.keep(URL, page())
    clock.seconds += 54
    assert recent.page(URL) == page()
    clock.seconds += 2
    assert recent.page(URL) is None


@pytest.mark.parametrize("failure", [NotReadable("no", status=404), NotHtml("of type x")])
def test_a_failure_is_known_too(failure: NotReadable) -> None:
    recent = Recent(Clock())
    recent.keep(URL, failure)
    for _ in range(2):
        with pytest.raises(type(failure)) as told:
            recent.page(URL)
        assert told.value is not failure
        assert (told.value.reason, told.value.status) == (failure.reason, failure.status)


def test_few_and_small_is_what_is_kept() -> None:
    recent = Recent(Clock(), RecentLimits(pages=3, bytes=100))
    for n in range(5):
        recent.keep(f"{URL}{n}", page())
    assert [n for n in range(5) if recent.page(f"{URL}{n}")] == [2, 3, 4]
    recent.keep(URL, page(99))
    assert [n for n in range(5) if recent.page(f"{URL}{n}")] == [4]
    recent.keep(URL, page(1))
    recent.keep("big", page(101))
    assert recent.page("big") is None
