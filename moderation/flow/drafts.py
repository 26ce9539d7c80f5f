"""A submission as the comment it becomes, held until it is ruled on."""

from datetime import datetime

from moderation.checks.contract import Case, Glance
from moderation.domain.comment import Comment, Kind, Status, Type, WaitingFor
from moderation.domain.ids import new_id
from moderation.domain.submission import Reply
from moderation.flow.places import Place


def draft_of(reply: Reply, place: Place, author_id: str | None, now: datetime) -> Comment:
    """The comment a reply becomes, held until it is ruled on."""
    ident = new_id(now)
    article = place.article
    return Comment(
        id=ident,
        site=place.site.id,
        article_id=article.id if article is not None else "",
        anchor=f"comment-{ident}",
        kind=Kind.COMMENT,
        via=(Kind.COMMENT,),
        type=Type.REPLY,
        status=Status.HELD,
        waiting_for=WaitingFor.MODERATOR,
        version=1,
        parent_id=reply.parent,
        author=reply.author,
        author_id=author_id,
        source=None,
        text=reply.text,
        format=reply.format,
        html="",  # made once the submission is let in: it is what costs
        received_at=now,
        published_at=now,
        edited_at=None,
        status_before=None,
        client=reply.client,
    )


def case_of_draft(draft: Comment, reply: Reply, place: Place, glance: Glance | None = None) -> Case:
    return Case(
        comment_id=draft.id,
        site=place.site,
        article_id=draft.article_id or None,
        article_url=place.url,
        article_published_at=place.article.published_at if place.article else None,
        kind=draft.kind,
        type=draft.type,
        author=draft.author,
        author_id=draft.author_id,
        text=draft.text,
        html=draft.html,
        source=None,
        client=draft.client,
        received_at=draft.received_at,
        parent_id=draft.parent_id,
        trap=reply.trap,
        form_token=reply.form_token,
        glance=glance,
    )
