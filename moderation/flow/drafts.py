"""A submission as the case that checks look at, and as the comment it becomes."""

from datetime import datetime

from moderation.checks.contract import Case
from moderation.domain.comment import Comment, Kind, Status, Type, WaitingFor
from moderation.domain.ids import new_id
from moderation.domain.submission import Reply
from moderation.flow.places import Place


def case_of_reply(reply: Reply, place: Place, author_id: str | None, now: datetime) -> Case:
    """A reply as it comes, not rendered yet."""
    article = place.article
    return Case(
        comment_id=new_id(now),
        site=place.site,
        article_id=article.id if article is not None else None,
        article_url=place.url,
        article_published_at=article.published_at if article is not None else None,
        kind=Kind.COMMENT,
        type=Type.REPLY,
        author=reply.author,
        author_id=author_id,
        text=reply.text,
        html="",
        source=None,
        client=reply.client,
        received_at=now,
        parent_id=reply.parent,
        trap=reply.trap,
        form_token=reply.form_token,
    )


def draft_of(case: Case, reply: Reply) -> Comment:
    """The comment a reply becomes, held until it is ruled on."""
    return Comment(
        id=case.comment_id,
        site=case.site.id,
        article_id=case.article_id or "",
        anchor=f"comment-{case.comment_id}",
        kind=case.kind,
        via=(case.kind,),
        type=case.type,
        status=Status.HELD,
        waiting_for=WaitingFor.MODERATOR,
        version=1,
        parent_id=reply.parent,
        author=reply.author,
        author_id=case.author_id,
        source=None,
        text=reply.text,
        format=reply.format,
        html=case.html,
        received_at=case.received_at,
        published_at=case.received_at,
        edited_at=None,
        status_before=None,
        client=reply.client,
    )
