"""Articles at other addresses: moved, and merged with all that hangs on them; on both engines."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from moderation.domain.article import Article
from moderation.domain.comment import Author, Client, Kind
from moderation.domain.decision import Action, Actor, Door
from moderation.domain.errors import IllegalMove, UnknownArticle
from moderation.domain.ids import new_id
from moderation.domain.site import Articles, Site
from moderation.domain.submission import Ping, Reply
from moderation.flow import places, prepare
from moderation.flow.ready import Asked
from moderation.flow.relocate import Relocate
from moderation.house import House, open_house
from moderation.settings import Limits, Settings, StoreSettings
from moderation.store import articles, comments, log
from tests.conftest import FakeClock

BLOG = Site("blog", "https://blog.example/", articles=Articles.ANY)
OTHER = Site("other", "https://other.example/", articles=Articles.ANY)
OLD, NEW, THIRD = (f"https://blog.example/{name}/" for name in ("old", "new", "third"))
OWNER = Actor("ana", Door.CLI)


@pytest.fixture
async def house(store_url: str, clock: FakeClock) -> AsyncIterator[House]:
    settings = Settings(
        store=StoreSettings(store_url), sites=(BLOG, OTHER), limits=Limits(comments_per_minute=0)
    )
    opened = await open_house(settings, clock=clock)
    yield opened
    await opened.close()


@pytest.fixture
def relocate(house: House) -> Relocate:
    return Relocate(house.store, house.settings.sites, house.clock)


async def say(house: House, article: str, text: str, parent: str | None = None) -> str:
    """Write a reply and approve it; its id."""
    author, client = Author("Mei", "mei@mail.example"), Client("192.0.2.1")
    received = await house.receive.reply(Reply(article, parent, author, text, client))
    await house.decide.one(received.id, Action.APPROVE, OWNER)
    return received.id


async def ping(house: House, article: str, source: str, *, shown: bool) -> str:
    heard = await house.hear.ping(Ping(Kind.WEBMENTION, source, article, Client("192.0.2.1")))
    if shown:
        await house.decide.one(heard.comment_id, Action.APPROVE, OWNER)
    return heard.comment_id


async def place(house: House, address: str) -> Article:
    found = (await places.locate(house.store, house.settings.sites, address)).article
    assert found is not None
    return found


async def test_a_moved_article_is_found_under_both_addresses(
    house: House, relocate: Relocate
) -> None:
    await say(house, OLD, "one")
    moved = await relocate.move(OLD, NEW)
    assert (moved.url, moved.count) == (NEW, 1)
    assert (await place(house, OLD)).id == (await place(house, NEW)).id == moved.id
    assert await house.publish.counted.of([OLD, NEW]) == {OLD: 1, NEW: 1}
    assert (await relocate.move(OLD, OLD)).url == OLD  # and back again


async def test_an_article_does_not_move_onto_another_nor_to_another_site(
    house: House, relocate: Relocate
) -> None:
    await say(house, OLD, "one")
    await say(house, NEW, "two")
    with pytest.raises(IllegalMove, match="merge them"):
        await relocate.move(OLD, NEW)
    with pytest.raises(UnknownArticle, match="not under the site"):
        await relocate.move(OLD, "https://other.example/a/")
    with pytest.raises(UnknownArticle, match="Nothing is known"):
        await relocate.move(THIRD, "https://blog.example/b/")


async def test_merged_articles_have_one_thread_one_count_and_all_addresses(
    house: House, relocate: Relocate
) -> None:
    root = await say(house, OLD, "one")
    await say(house, OLD, "its answer", root)
    await say(house, NEW, "two")
    source = "https://mei.example/post"
    mention = await ping(house, OLD, source, shown=True)
    before = await house.publish.thread(_asked(NEW))
    merged = await relocate.merge(OLD, NEW)
    assert (merged.url, merged.count) == (NEW, 4)
    assert (await place(house, OLD)).id == merged.id
    shown = await house.store.read(comments.newest_in, merged.id, 100)
    assert len(shown) == 4
    assert mention in {c.id for c in shown}
    assert {c.parent_id for c in shown} == {None, root}
    assert (await house.publish.thread(_asked(NEW))).etag != before.etag
    # The pair is registered below the article that is left.
    heard = await house.hear.ping(Ping(Kind.WEBMENTION, source, NEW, Client("192.0.2.1")))
    assert (heard.comment_id, heard.repeated) == (mention, True)


def _asked(address: str) -> Asked:
    return Asked("fragment", address)


@pytest.mark.parametrize("shown_first", [True, False])
async def test_of_one_page_that_mentioned_both_the_mention_readers_see_stays(
    house: House, relocate: Relocate, shown_first: bool
) -> None:
    source = "https://mei.example/post"
    first = await ping(house, OLD, source, shown=shown_first)
    second = await ping(house, NEW, source, shown=not shown_first)
    merged = await relocate.merge(OLD, NEW)
    assert merged.count == 1
    found = await house.store.read(comments.newest_in, merged.id, 100)
    assert [c.id for c in found] == [first if shown_first else second]
    story = await house.store.read(log.of_comment, second if shown_first else first)
    assert any(entry.to_status is None and entry.reason for entry in story)  # it says why


async def test_the_same_said_on_both_stays_twice_but_is_not_taken_a_third_time(
    house: House, relocate: Relocate
) -> None:
    await say(house, OLD, "me too")
    await say(house, NEW, "me too")
    merged = await relocate.merge(OLD, NEW)
    assert merged.count == 2
    author = Author("Mei", "mei@mail.example")
    mark = prepare.fingerprint(merged.id, None, author, "me too")
    assert await house.store.read(comments.by_fingerprint, mark) is not None


async def test_what_was_said_on_one_counts_as_said_on_the_other(
    house: House, relocate: Relocate
) -> None:
    await say(house, OLD, "only here")
    await say(house, NEW, "something else")
    merged = await relocate.merge(OLD, NEW)
    mark = prepare.fingerprint(merged.id, None, Author("Mei", "mei@mail.example"), "only here")
    assert await house.store.read(comments.by_fingerprint, mark) is not None


async def test_what_cannot_be_merged_is_left_as_it_is(house: House, relocate: Relocate) -> None:
    await say(house, OLD, "one")
    await say(house, NEW, "two")
    await say(house, "https://other.example/a/", "three")
    with pytest.raises(IllegalMove, match="two sites"):
        await relocate.merge(OLD, "https://other.example/a/")
    with pytest.raises(IllegalMove, match="one article already"):
        await relocate.merge(OLD, OLD)
    with pytest.raises(UnknownArticle):
        await relocate.merge(OLD, THIRD)
    await _same_anchor(house)
    with pytest.raises(IllegalMove, match="#comment-7"):
        await relocate.merge(OLD, NEW)
    assert await house.publish.counted.of([OLD, NEW]) == {OLD: 1, NEW: 1}


async def _same_anchor(house: House) -> None:
    """A comment on each as an importer brings it: with the anchor it had."""
    for address in (OLD, NEW):
        article = await place(house, address)
        (known, *_) = await house.store.read(comments.newest_in, article.id, 100)
        now = house.clock.now()
        other = replace(known, id=new_id(now), anchor="comment-7", text=address)
        derived = prepare.derive(other, unique=True)
        await house.store.write(comments.add, other, derived, at=now)


async def test_the_title_of_the_one_is_kept_where_the_other_has_none(
    house: House, relocate: Relocate
) -> None:
    await say(house, OLD, "one")
    await say(house, NEW, "two")
    old = await place(house, OLD)
    await house.store.write(
        articles.describe, old.id, title="A title", published_at=None, existence=old.existence
    )
    assert (await relocate.merge(OLD, NEW)).title == "A title"
