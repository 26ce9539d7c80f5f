"""The demo's made-up threads hold together."""

from datetime import timedelta

from moderation.cli.sample.content import Answered, Pinged, Said, events
from moderation.domain.comment import Kind, Type
from moderation.text.addresses import is_email
from moderation.web.demo import ARTICLES

SPAM_DAYS = 15  # spam is deleted after so many, by the shipped settings


def said() -> list[Said]:
    return [event for event in events() if isinstance(event, Said)]


def pinged() -> list[Pinged]:
    return [event for event in events() if isinstance(event, Pinged)]


def test_every_article_is_spoken_of() -> None:
    spoken_of = {one.on for one in said()} & {ping.on for ping in pinged()}
    assert spoken_of == {article.slug for article in ARTICLES}


def test_an_answer_comes_after_what_it_answers_which_readers_can_see() -> None:
    by_key = {one.key: one for one in said() if one.key}
    for event in events():
        if isinstance(event, Answered) or (isinstance(event, Said) and event.to):
            parent = by_key[event.to]
            assert parent.then == "approve" or parent.known
            decided = timedelta(minutes=30) / timedelta(days=1)
            assert parent.days - event.days > decided


def test_every_writer_has_an_address() -> None:
    assert [one.name for one in said() if not is_email(one.email)] == []


def test_all_protocols_and_reactions_are_there_and_so_are_those_that_failed() -> None:
    assert {ping.by for ping in pinged()} == set(Kind) - {Kind.COMMENT}
    assert {ping.type for ping in pinged()} == set(Type) - {Type.RSVP}
    assert {ping.lost for ping in pinged()} == {"", "gone", "no link"}


def test_spam_is_young_enough_not_to_be_swept_away_at_once() -> None:
    spam = [one for one in said() if one.trap or one.then == "spam"]
    assert len(spam) >= 5
    assert max(one.days for one in spam) < SPAM_DAYS - 1
