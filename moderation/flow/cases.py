"""A stored comment as the case that checks look at."""

from moderation.checks.contract import Case
from moderation.domain.article import Article
from moderation.domain.comment import Comment
from moderation.domain.site import Site
from moderation.domain.trust import SourcePlace


def case_of(
    comment: Comment,
    article: Article,
    site: Site,
    *,
    edited: bool = False,
    place: SourcePlace | None = None,
) -> Case:
    """Make the case of a comment that is already kept."""
    return Case(
        comment_id=comment.id,
        site=site,
        article_id=article.id,
        article_url=article.url,
        article_published_at=article.published_at,
        kind=comment.kind,
        type=comment.type,
        author=comment.author,
        author_id=comment.author_id,
        text=comment.text,
        html=comment.html,
        source=comment.source,
        client=comment.client,
        received_at=comment.received_at,
        parent_id=comment.parent_id,
        title=comment.title,
        edited=edited,
        place=place,
    )
