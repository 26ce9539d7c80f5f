"""The spam check's page: what it learnt, thresholds tried on the past, and reasons to follow."""

from collections.abc import Callable
from typing import Any

import pytest

from moderation.domain.comment import Comment
from moderation.domain.decision import Action
from moderation.domain.moderator import Role
from moderation.domain.opinion import Verdict
from moderation.flow import study
from moderation.flow.cases import case_of
from moderation.store import articles, journal, journal_views
from moderation.store.contract import Query

from .browsing import Browser
from .conftest import Service

SPAM = "Cheap pills and bonus number {}, order now"
HAM = "I keep my own notes on paper too, and page {} says why"


async def taught(service: Service, number: int = 10) -> tuple[list[Comment], list[Comment]]:
    spam = [await service.say(SPAM.format(n), f"Pills{n}") for n in range(number)]
    ham = [await service.say(HAM.format(n), f"Reader{n}") for n in range(number)]
    for one in spam:
        await service.decide(one, Action.SPAM)
    for one in ham:
        await service.decide(one, Action.APPROVE)
    return spam, ham


async def verdict(service: Service, comment: Comment) -> Verdict:
    check = service.house.learning.check
    article = await service.house.store.read(articles.by_id, comment.article_id)
    assert check is not None
    assert article is not None
    return (await check.examine(case_of(comment, article, service.house.settings.sites[0]))).verdict


async def test_it_tells_what_was_learnt_and_leads_to_the_comments_behind_a_reason(
    service: Service, ana: Browser
) -> None:
    empty = await ana.get("/dashboard/spam")
    assert "not yet: it needs 10 decisions of each kind" in empty.words
    first = await service.say("The very first one")
    early = await ana.get(f"/dashboard/comments/{first.id}")
    assert "learned too early to say Of the 10 decisions of each kind" in early.words
    await taught(service)
    waiting = await service.say("Another one about pills")

    page = await ana.get("/dashboard/spam")

    assert "Decisions for spam 10" in page.words
    assert "yes: there are 10 decisions of each kind" in page.words
    assert "“pills” 10 spam, 0 approved" in page.words
    reason = await ana.get("/dashboard/spam/reason?token=w%3Apills")
    assert "Comments with “pills”" in reason.words
    assert reason.words.count("called spam") == 10
    assert reason.words.count("not decided on by anybody") == 1
    of_comment = await ana.get(f"/dashboard/comments/{waiting.id}")
    assert "for spam “pills” (10 spam, 0 approved" in of_comment.words
    assert "/dashboard/spam/reason?token=w%3Apills" in of_comment.answer.text


async def test_what_it_knows_best_is_found_among_the_newest_lessons_only(
    light: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    spam, _ = await taught(light)
    monkeypatch.setattr(study, "READ", 3)
    monkeypatch.setattr(study, "AMONG", 4)
    rows = 0
    read = light.house.store.read

    async def counted(query: Callable[..., Query[Any]], *args: Any, **kwargs: Any) -> Any:
        nonlocal rows
        found = await read(query, *args, **kwargs)
        rows += len(found) if query in (journal.standing, journal_views.tokens_before) else 0
        return found

    monkeypatch.setattr(light.house.store, "read", counted)
    for_spam, _ = await light.house.learning.study.strongest(spam[0].site)
    assert "w:pills" not in {reason.token for reason in for_spam}  # the newest are approved ones
    assert rows == 6


async def test_thresholds_are_tried_before_they_are_saved(service: Service, ana: Browser) -> None:
    await taught(service)
    odd = await service.say("My notes on cheap pills and a bonus number, in order")
    await service.decide(odd, Action.APPROVE)
    page = await ana.get("/dashboard/spam")
    assert "With 0.98: of your last 21 decisions, 0 would have been wrong" in page.words
    form = page.form("/dashboard/spam/settings")

    form.action = "/dashboard/spam/try"
    tried = await ana.send(form, spam_at="0.5")

    assert (
        "With 0.5 (tried, not saved): of your last 21 decisions, 1 would have been" in tried.words
    )
    wrong = await ana.get("/dashboard/spam/wrong?spam_at=0.5")
    assert "You approved, and it would have called spam 1" in wrong.words
    assert f"/dashboard/comments/{odd.id}" in wrong.answer.text
    plain = await service.say(SPAM.format(99))
    assert await verdict(service, plain) is Verdict.UNSURE
    saved = await ana.send(tried.form("/dashboard/spam/settings"))
    assert "Your settings are saved." in saved.words
    assert "Ana: checks.learned.spam_at 0.5" in saved.words
    assert await verdict(service, plain) is Verdict.SPAM, "it is in force at once"


async def test_what_a_site_sets_goes_before_what_is_set_for_all(
    light: Service, owner: Browser
) -> None:
    own = await owner.get("/dashboard/spam?site=blog")
    await owner.send(own.form("/dashboard/spam/settings"), spam_at="0,9", approve="1")
    everybody = await owner.get("/dashboard/spam")
    await owner.send(everybody.form("/dashboard/spam/settings"), spam_at="0.7")

    on = light.house.preferences
    assert await on.value("blog", "checks.learned.spam_at") == 0.9
    assert await on.value("blog", "checks.learned.approve") is True
    assert await on.value("garden", "checks.learned.spam_at") == 0.7
    own = await owner.get("/dashboard/spam?site=blog")
    await owner.send(own.form("/dashboard/spam/settings"), as_file="1")
    assert await on.value("blog", "checks.learned.spam_at") == 0.7


async def test_what_cannot_be_is_told_beside_the_field(light: Service, owner: Browser) -> None:
    page = await owner.get("/dashboard/spam")
    for nonsense in ("2", "nan", "", "often"):
        answer = await owner.send(page.form("/dashboard/spam/settings"), spam_at=nonsense)
        assert answer.status == 422
        assert "a number from 0.5 to 1" in answer.words
    assert (await owner.get("/dashboard/spam?spam_at=7")).status == 422
    assert (await owner.get("/dashboard/spam/wrong?spam_at=x")).status == 422
    assert (await owner.get("/dashboard/spam?site=nowhere")).status == 404
    assert (await owner.get("/dashboard/spam/reason")).status == 404
    unknown = await owner.get("/dashboard/spam/reason?token=%25")
    assert "No comment has it any more." in unknown.words


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.READER])
async def test_others_than_owners_look_and_try(light: Service, role: Role) -> None:
    other = await light.signed_in("Dora", role)
    page = await other.get("/dashboard/spam")
    form = page.form("/dashboard/spam/settings")
    assert (await other.send(form)).status == 403
    form.action = "/dashboard/spam/try"
    assert (await other.send(form, spam_at="0.9")).status == 200
