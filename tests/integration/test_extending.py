"""The check in docs/extending.md does what the page says, as a file on the shelf."""

import re
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from moderation import checks, plugs
from moderation.app import make_app
from moderation.domain.comment import Comment, Status
from moderation.domain.opinion import Opinion, Verdict
from moderation.domain.site import Articles, Hold, Moderation, Site
from moderation.house import House, open_house
from moderation.settings import ChecksSettings, Settings, load
from moderation.settings.sections import Server, StoreSettings
from moderation.store import opinions, queue
from tests.conftest import FakeClock

PAGE = Path(__file__).parents[2] / "docs" / "extending.md"
NAME = "shouting"
SITE = Site(
    "blog",
    "https://blog.example/",
    articles=Articles.ANY,
    moderation=Moderation(hold=Hold.NONE),  # what no check objects to is shown
)
CALM = "Mine has wide margins, and I write in them with a pencil."


def example() -> str:
    """The page's file, under the name the page gives it."""
    page = PAGE.read_text("utf-8")
    found = re.search(r"`moderation/checks/(\w+)\.py`:\n\n```python\n(.*?)```", page, re.S)
    assert found is not None
    assert found[1] == NAME
    return found[2]


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A second board of the shelf with the example on it: the checkout is not written to."""
    board = tmp_path / "board"
    board.mkdir()
    (board / f"{NAME}.py").write_text(example(), "utf-8")
    monkeypatch.setattr(checks, "__path__", [*checks.__path__, str(board)])
    yield board
    sys.modules.pop(f"{checks.__name__}.{NAME}", None)
    vars(checks).pop(NAME, None)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        server=Server(public_url="http://comments.example"),
        store=StoreSettings(f"sqlite:///{tmp_path}/moderation.db"),
        sites=(SITE,),
    )


@pytest.fixture
async def house(settings: Settings, clock: FakeClock) -> AsyncIterator[House]:
    opened = await open_house(settings, clock=clock)
    yield opened
    await opened.close()


async def reply(house: House, text: str) -> tuple[Comment, dict[str, Opinion]]:
    """Send a reply by its door; what was kept of it, and what each check said."""
    transport = httpx2.ASGITransport(app=make_app(house), client=("192.0.2.9", 5555))
    body = {
        "article": "https://blog.example/margins/",
        "author": {"name": "Yuki Tanabe", "email": "yuki@readers.example"},
        "text": text,
    }
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://comments.example"
    ) as client:
        answer = await client.post("/comments", json=body)
    assert answer.status_code == 201, answer.text
    (kept,) = await house.store.read(queue.page, queue.Filter(), order="newest", limit=10)
    said = await house.store.read(opinions.of, kept.id)
    return kept, {o.check: o for o in said}


def test_the_file_is_on_the_shelf_without_being_registered() -> None:
    assert NAME in plugs.names("checks")


async def test_it_holds_what_is_written_in_capitals(house: House) -> None:
    kept, said = await reply(house, CALM.upper())
    assert kept.status is Status.HELD
    assert said[NAME].verdict is Verdict.HOLD
    assert said[NAME].because == "Most of it is written in capitals."


async def test_it_lets_everything_else_be(house: House) -> None:
    kept, said = await reply(house, CALM)
    assert kept.status is Status.APPROVED
    assert said[NAME].verdict is Verdict.UNSURE


async def test_settings_may_switch_it_off(settings: Settings, clock: FakeClock) -> None:
    quiet = replace(settings, checks=ChecksSettings(off=(NAME,)))
    house = await open_house(quiet, clock=clock)
    kept, said = await reply(house, CALM.upper())
    await house.close()
    assert kept.status is Status.APPROVED
    assert NAME not in said


def test_a_settings_file_may_name_it(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f'[checks]\noff = ["{NAME}"]\n', "utf-8")
    assert load(file, {}).settings.checks.off == (NAME,)


def test_it_obeys_the_style_of_the_house() -> None:
    """What the page shows is what a review would take: short, and opening with its sentence."""
    lines = example().splitlines()
    assert re.fullmatch(r'"""\S.*\."""', lines[0])
    assert max(map(len, lines)) <= 100
