"""The thread as a page of its own, for readers without script and for answering one comment."""

from urllib.parse import quote

import jinja2
from markupsafe import Markup

from moderation.domain.thread import Thread
from moderation.formats._markup import ThreadMarkup
from moderation.formats.contract import Addresses, Given, View
from moderation.text import discovery


class Page:
    """The fragment's parts in the layout of all public pages.

    With `View.answer` the comment being answered stands on top, its form under it, and the
    rest of the thread follows. Readers link to this page too: a ping to it is a ping to the
    article, so its head says where pings go. There is no RDF, which names one address only.
    """

    name = "page"
    content_type = "text/html; charset=utf-8"
    given = Given.HTML

    def __init__(self, addresses: Addresses, environment: jinja2.Environment) -> None:
        self._addresses = addresses
        self._markup = ThreadMarkup(addresses, environment)
        self._template = environment.get_template("pages/thread.html")

    def render(self, thread: Thread, view: View) -> bytes:
        title = thread.article.title if thread.article else None
        doors = discovery.doors(
            thread.site.pings,
            self._addresses.public_url,
            thread.url,
            closed=not thread.takes_pings,
        )
        return self._markup.write(
            self._template,
            thread,
            view,
            title=title or "Comments",
            discovery=Markup("\n").join(discovery.link_elements(doors)),
            feed=self._addresses.at(f"/thread.atom?article={quote(thread.url, safe='')}"),
        )


def make(addresses: Addresses, environment: jinja2.Environment) -> Page:
    return Page(addresses, environment)
