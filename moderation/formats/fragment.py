"""The thread as the piece of HTML a blog includes into its page; the same bytes for everybody."""

import jinja2
from markupsafe import Markup

from moderation.domain.comment import Comment
from moderation.domain.site import Site
from moderation.domain.thread import Thread
from moderation.formats._markup import ThreadMarkup
from moderation.formats.contract import Addresses, Given, View


class Fragment:
    """Heading, comments, reactions and the form, without a page around them."""

    name = "fragment"
    content_type = "text/html; charset=utf-8"
    given = Given.HTML

    def __init__(self, addresses: Addresses, environment: jinja2.Environment) -> None:
        self._markup = ThreadMarkup(addresses, environment)
        self._template = environment.get_template("thread/fragment.html")

    def render(self, thread: Thread, view: View) -> bytes:
        return self._markup.write(self._template, thread, view)

    def piece(self, comment: Comment, site: Site) -> bytes:
        """Make the piece of a comment that this and the page join."""
        return self._markup.piece(comment, site)

    def version(self, site: Site) -> str:
        """Tell which pieces of a site are as they would be made now."""
        return self._markup.version(site)

    def comment_html(self, comment: Comment, site: Site, url: str) -> Markup:
        """Write one comment as its readers will see it; `url` is the article's."""
        return self._markup.comment_html(comment, site, url)


def make(addresses: Addresses, environment: jinja2.Environment) -> Fragment:
    return Fragment(addresses, environment)
