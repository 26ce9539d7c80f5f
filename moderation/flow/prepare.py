"""What is made of a comment's words before it is kept: HTML, search words, fingerprints."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from moderation.domain.comment import Author, Comment, Format
from moderation.store.comments import Derived
from moderation.text import markup, words

SHORT = 500  # characters that are rendered at once; a hostile text of these costs 10 ms
_ASIDE = ThreadPoolExecutor(max_workers=1, thread_name_prefix="render")


def render(text: str, form: Format) -> str:
    """Safe HTML of a text."""
    return markup.render(text, form)


async def render_aside(text: str, form: Format) -> str:
    """`render`, and a long text in a thread of its own: one at a time, beside everything else."""
    if len(text) <= SHORT:
        return render(text, form)
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_ASIDE, render, text, form)


def fingerprint(article_id: str, parent_id: str | None, author: Author, text: str) -> str:
    """What makes two replies one: article, parent, name and text as sent.

    The address is left out: it is never shown, and must not be guessed by sending a reply
    that stands there once more.
    """
    return words.fingerprint(article_id, parent_id or "", author.name, text)


def derive(comment: Comment, *, unique: bool, seen: str | None = None) -> Derived:
    """What is kept beside a comment. `unique`: the same again is refused.

    `seen`: what readers see of it, where that was found out already.
    """
    author = comment.author
    everything = (
        author.name,
        author.email,
        author.url,
        comment.source or "",
        comment.title,
        markup.plain(comment.html) if seen is None else seen,
    )
    return Derived(
        fingerprint=fingerprint(comment.article_id, comment.parent_id, author, comment.text)
        if unique
        else None,
        words=words.fold("\n".join(everything)),
        words_hash=words_hash(comment.text),
        render_version=markup.RENDER_VERSION,
    )


@lru_cache(maxsize=128)  # asked for at the door and again when it is kept
def words_hash(text: str) -> str:
    """The same for texts that differ only in case, accents and blanks."""
    return words.fingerprint(words.fold(text))
