"""One comment's page: everything about it, editing with what stood before, replying as oneself."""

from datetime import timedelta

from moderation.domain.comment import Client, Kind, Status
from moderation.domain.decision import Action
from moderation.domain.opinion import Verdict
from moderation.domain.ping import SourceFacts
from moderation.domain.submission import Ping
from moderation.flow.follow import Features
from moderation.flow.looks import Found, known_of, with_facts
from moderation.flow.proof import Proof
from moderation.net.contract import Version
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
    assert "Text [taken out: Teh *bees*. ] [put in: The **bees**. ]" in after.words
    assert "Name [taken out: Lou] [put in: Lou B.]" in after.words
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


async def test_a_mention_that_came_back_changed_shows_what_is_new(
    light: Service, owner: Browser
) -> None:
    """Word by word, escaped, and not by colour alone."""
    heard = await light.house.hear.ping(
        Ping(Kind.WEBMENTION, "https://other.example/week", ARTICLE, Client())
    )
    await look(light, heard.comment_id, "A fine piece on <b>margins</b> & quills.")
    await light.decide(await light.again(heard.comment_id), Action.APPROVE)
    await look(light, heard.comment_id, "A fine shop for <i>cheap</i> quills.")

    page = await owner.get(f"/dashboard/comments/{heard.comment_id}")
    assert "What is new about it" in page.words
    assert (
        "A fine [taken out: piece on <b>margins</b> & ] [put in: shop for <i>cheap</i> ] quills."
        in page.words
    )
    assert "<del>" in page.answer.text
    assert "<ins>" in page.answer.text
    log = await owner.get("/dashboard/log")
    assert "Its source says something else now." in log.words
    await light.decide(await light.again(heard.comment_id), Action.APPROVE)
    page = await owner.get(f"/dashboard/comments/{heard.comment_id}")
    assert "What is new about it" not in page.words
    assert "[put in: shop for" in page.words, "it stays in its story"


async def look(service: Service, comment_id: str, text: str) -> None:
    """Look at a mention's source, which says this now."""
    known = await service.house.store.read(known_of, comment_id)
    assert known is not None
    facts = SourceFacts(links=True, title="A week", excerpt=text)
    found = Found(facts, Version("https://other.example/week"))
    service.clock.turn(timedelta(hours=1))
    now = service.clock.now()
    draft = with_facts(known, found, now)
    site = service.house.settings.sites[0]
    await service.house.store.write(Proof(Features()).proven, draft, found, [], site, now)
