"""What is made of a comment's words before it is kept: HTML, search words, fingerprints."""

from moderation.domain.comment import Author, Comment, Format
from moderation.store.comments import Derived
from moderation.text import markup, words


def render(text: str, form: Format) -> str:
    """Safe HTML of a text."""
    return markup.render(text, form)


def fingerprint(article_id: str, parent_id: str | None, author: Author, text: str) -> str:
    """What makes two replies one: article, parent, author and text as sent."""
    return words.fingerprint(article_id, parent_id or "", author.name, author.email, text)


def derive(comment: Comment, *, unique: bool) -> Derived:
    """What is kept beside a comment. `unique`: the same again is refused."""
    author = comment.author
    everything = (
        author.name,
        author.email,
        author.url,
        comment.source or "",
        comment.title,
        markup.plain(comment.html),
    )
    return Derived(
        fingerprint=fingerprint(comment.article_id, comment.parent_id, author, comment.text)
        if unique
        else None,
        words=words.fold("\n".join(everything)),
        words_hash=words_hash(comment.text),
        render_version=markup.RENDER_VERSION,
    )


def words_hash(text: str) -> str:
    """The same for texts that differ only in case, accents and blanks."""
    return words.fingerprint(words.fold(text))
