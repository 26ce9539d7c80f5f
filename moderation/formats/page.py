"""The thread as a page of its own, for readers without script and for answering one comment."""

from urllib.parse import quote

import jinja2

from moderation.domain.thread import Thread
from moderation.formats._markup import ThreadMarkup
from moderation.formats.contract import Addresses, View


class Page:
    """The fragment's parts in the layout of all public pages.

    With `View.answer` the comment being answered stands on top, its form under it, and the
    rest of the thread follows.
    """

    name = "page"
    content_type = "text/html; charset=utf-8"

    def __init__(self, addresses: Addresses, environment: jinja2.Environment) -> None:
        self._addresses = addresses
        self._markup = ThreadMarkup(addresses, environment)
        self._template = environment.get_template("pages/thread.html")

    def render(self, thread: Thread, view: View) -> bytes:
        title = thread.article.title if thread.article else None
        html = self._template.render(
            self._markup.context(thread, view),
            title=title or "Comments",
            feed=self._addresses.at(f"/thread.atom?article={quote(thread.url, safe='')}"),
        )
        return html.encode("utf-8", "replace")


def make(addresses: Addresses, environment: jinja2.Environment) -> Page:
    return Page(addresses, environment)
