"""The comment feed of an article, as a strict reader of XML sees it."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from moderation.domain.decision import Action
from moderation.flow.revise import Words
from tests.conformance.pinging import shown
from tests.integration.journey.conftest import ANA, Journey

ATOM = "{http://www.w3.org/2005/Atom}"
THREAD = "{http://purl.org/syndication/thread/1.0}"
HOSTILE = "a ]]> b & c <b>d</b> &amp; e"


async def entries(journey: Journey) -> dict[str, Element]:
    """The entries of the feed by their author's name."""
    answer = await journey.thread("thread.atom")
    feed = ElementTree.fromstring(answer.content)  # noqa: S314 (our bytes)
    found = {}
    for entry in feed.iter(f"{ATOM}entry"):
        for name in ("id", "title", "updated", "content"):
            assert entry.findtext(ATOM + name), name
        found[entry.findtext(f"{ATOM}author/{ATOM}name") or ""] = entry
    return found


async def say(journey: Journey, name: str, text: str, parent: str | None = None) -> str:
    author = {"name": name, "email": "mei@readers.example"}
    answer = await journey.json_reply(author=author, text=text, parent=parent)
    ident = str(answer.json()["id"])
    await journey.house.decide.one(ident, Action.APPROVE, ANA)
    return ident


async def test_an_answer_refers_to_the_entry_it_answers(journey: Journey) -> None:
    """F-3: by its id, with where it is to be found; a root refers to the article."""
    parent = await say(journey, "Mei", "I keep notes in the margins.")
    await say(journey, "Bea", "So do I.", parent)
    found = await entries(journey)
    root, answer = (found[n].find(f"{THREAD}in-reply-to") for n in ("Mei", "Bea"))
    assert root is not None
    assert answer is not None
    assert root.get("ref") == root.get("href") == journey.article
    assert answer.get("ref") == found["Mei"].findtext(f"{ATOM}id")
    assert (answer.get("href") or "").endswith(f"#comment-{parent}")


async def test_an_id_stays_while_its_words_change(journey: Journey) -> None:
    """F-5: `updated` moves with an edit, and what is deleted vanishes."""
    ident = await say(journey, "Mei", "I keep notes in the margins.")
    before = (await entries(journey))["Mei"]
    comment = await journey.again(ident)
    await journey.work()
    await journey.house.revise.edit(ident, Words(text="I do not."), ANA, version=comment.version)
    after = (await entries(journey))["Mei"]
    assert before.findtext(f"{ATOM}id") == after.findtext(f"{ATOM}id")
    assert (before.findtext(f"{ATOM}updated") or "") < (after.findtext(f"{ATOM}updated") or "")
    comment = await journey.again(ident)
    await journey.house.decide.one(ident, Action.TRASH, ANA, version=comment.version)
    assert await entries(journey) == {}


async def test_any_words_leave_a_feed_well_formed(journey: Journey) -> None:
    """F-6: markup, `]]>`, a noncharacter and a smile come back as what they were."""
    ident = await shown(journey, "&lt;i&gt; ]]&gt; &amp;amp;")
    await say(journey, HOSTILE, f"`{HOSTILE}` \ufffe \U0001f600")
    mentioned, replied = (
        "".join(ElementTree.fromstring(f"<p>{content(entry)}</p>").itertext())  # noqa: S314 (ours)
        for name, entry in sorted((await entries(journey)).items(), key=lambda e: e[0] == HOSTILE)
    )
    assert "<i> ]]> &amp;" in (await journey.again(ident)).text
    assert "<i> ]]> &amp;" in mentioned
    assert HOSTILE in replied
    assert "\U0001f600" in replied


def content(entry: Element) -> str:
    return entry.findtext(f"{ATOM}content") or ""
