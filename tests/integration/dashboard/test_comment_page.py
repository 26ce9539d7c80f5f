"""One comment's page: everything about it, editing with what stood before, replying as oneself."""

from moderation.domain.comment import Client, Kind, Status
from moderation.domain.decision import Action
from moderation.domain.opinion import Verdict
from moderation.domain.submission import Ping
from moderation.store.akismet_records import AkismetRecord, put

from .browsing import Browser
from .conftest import ARTICLE, Service


async def test_an_edit_is_rendered_shown_and_remembered(service: Service, ana: Browser) -> None:
    comment = await service.decide(await service.say("Teh *bees*.", "Lou"), Action.APPROVE)
    page = await ana.get(f"/dashboard/comments/{comment.id}")

    after = await ana.send(
        page.form("/edit"), comment="The **bees**.", author="Lou B.", email="", url="lou.example"
    )

    assert "Your changes are saved." in after.words
    assert "<p>The <strong>bees</strong>.</p>" in (await service.thread()).text
    assert "Text before Teh *bees*. Text after The **bees**." in after.words
    assert "Name before Lou Name after Lou B." in after.words
    changed = await service.again(comment.id)
    assert changed.author.url == "https://lou.example"
    assert changed.version == comment.version + 1


async def test_an_edit_of_something_else_than_was_seen_is_refused_and_not_lost(
    service: Service, ana: Browser
) -> None:
    comment = await service.say()
    form = (await ana.get(f"/dashboard/comments/{comment.id}")).form("/edit")
    await service.decide(comment, Action.APPROVE)

    late = await ana.send(
        form, comment="My careful words.", author="Mei", email="mei@readers.example", url=""
    )

    assert late.status == 409
    assert "Ben was first" in late.words
    assert "My careful words." in late.words
    assert (await service.again(comment.id)).text == "I keep *notes* too."


async def test_what_cannot_be_kept_is_said_beside_its_field(light: Service, owner: Browser) -> None:
    comment = await light.say()
    form = (await owner.get(f"/dashboard/comments/{comment.id}")).form("/edit")

    refused = await owner.send(
        form, comment="", author="x" * 101, email="nobody", url="ftp://x.example"
    )

    assert refused.status == 422
    for words in ("Please write a comment.", "longer than 100", "not an e-mail", "not an http"):
        assert words in refused.words
    assert await light.again(comment.id) == comment


async def test_saving_the_same_changes_nothing(light: Service, owner: Browser) -> None:
    comment = await light.say("Two\nlines.")
    form = (await owner.get(f"/dashboard/comments/{comment.id}")).form("/edit")
    same = await owner.send(
        form, comment="Two\r\nlines.", author="Mei", email="mei@readers.example", url=""
    )
    assert "Nothing was changed." in same.words
    assert await light.again(comment.id) == comment


async def test_a_reply_stands_at_once_and_approves_what_waited(
    service: Service, ana: Browser
) -> None:
    comment = await service.say()
    queue = await ana.get("/dashboard")

    after = await ana.send(queue.form(f"/{comment.id}/reply"), comment="So *do* I.")

    assert "Your reply is published." in after.words
    assert (await service.again(comment.id)).status is Status.APPROVED
    thread = (await service.thread()).text
    assert thread.index("I keep <em>notes</em> too.") < thread.index("So <em>do</em> I.")
    assert "<bdi>Ana</bdi>" in thread
    assert '<span class="comment-badge">Owner</span>' in thread


async def test_an_empty_reply_is_asked_for_again(light: Service, owner: Browser) -> None:
    comment = await light.say()
    queue = await owner.get("/dashboard")
    refused = await owner.send(queue.form(f"/{comment.id}/reply"), comment=" ")
    assert refused.status == 422
    assert "Please write a comment." in refused.words
    assert (await light.again(comment.id)).status is Status.HELD


async def test_the_page_tells_the_whole_story(service: Service, ana: Browser) -> None:
    comment = await service.say()
    comment = await service.decide(comment, Action.APPROVE)
    comment = await service.decide(comment, Action.SPAM, "Carla")
    sent = {"comment_author": "Mei", "comment_type": "comment"}
    record = AkismetRecord(
        comment.id, "g-1", Verdict.HAM, sent, {"X-akismet-guid": "g-1"}, service.clock.now()
    )
    await service.house.store.write(put, record)

    page = await ana.get(f"/dashboard/comments/{comment.id}")

    for words in (
        "marked as spam by Carla by the API: approved → spam",
        "approved by Ben by the API: waiting → approved",
        "received by the service",
        "comment_author Mei",
        "X-akismet-guid g-1",
        "mei@readers.example",
        "Private: never shown to readers",
        "Tests/1",
    ):
        assert words in page.words, words


async def test_a_ping_shows_how_it_came(light: Service, owner: Browser) -> None:
    source = "https://rosa.example/notes"
    ping = Ping(
        Kind.TRACKBACK, source, ARTICLE, Client("198.51.100.7", "Blog/1"), "Notes", "We link."
    )
    heard = await light.house.hear.ping(ping)

    page = await owner.get(f"/dashboard/comments/{heard.comment_id}")

    for words in ("received, not looked at yet", "as a trackback to", "198.51.100.7", "We link."):
        assert words in page.words, words
    assert "Nothing has been said yet" not in (await owner.get("/dashboard")).words
    assert "1 more waits for its source" in (await owner.get("/dashboard")).words
    held = await owner.get("/dashboard?waiting_for=source")
    assert "its source is still to be looked at" in held.words
