"""The source and the target of a ping: two addresses, and not of one page."""

from moderation.domain.errors import FieldFault, InvalidFields
from moderation.text.urls import MAX_LENGTH, as_given, is_tracking, parse_http_url, same_page

SPACES = " \t\r\n"  # white space around an address means nothing; inside it is refused


def check_pair(
    source: str, target: str, *, names: tuple[str, str] = ("source", "target")
) -> tuple[str, str]:
    """Return the source in our parser's spelling and the target as given.

    The source is fetched, so it is written in the one way that was checked; the target
    is compared with the links there, so it stays what the sender wrote. White space
    around either means nothing. `names` is what the protocol calls its fields.

    Raises InvalidFields for what is missing, is no http or https address, or where both
    are the same page, a fragment aside (W3C Webmention §3.2.1). Nothing is looked up.
    """
    source, target = source.strip(SPACES), target.strip(SPACES)
    errors = [
        error
        for name, address in zip(names, (source, target), strict=True)
        if (error := check_address(name, address)) is not None
    ]
    if not errors and same_page(source, target):
        sentence = "The source and the target are the same page."
        errors.append(FieldFault(names[1], "malformed", sentence))
    if errors:
        raise InvalidFields(errors)
    return parse_http_url(source).text, target


def check_address(name: str, address: str) -> FieldFault | None:
    """Find what is wrong with an address of a ping; None when nothing is."""
    if not address:
        return FieldFault(name, "missing", f"You need to provide a {name}.")
    if len(address) > MAX_LENGTH:
        return FieldFault(name, "too_long", f"The {name} is too long for an address.")
    try:
        parse_http_url(address)
    except ValueError:
        sentence = f"The {name} is not a usable http or https address."
        return FieldFault(name, "malformed", sentence)
    return None


def page_of(source: str) -> tuple[str, str]:
    """Return the page that a source is, by its own scheme and by the other one.

    One page is one mention, however its address was written: http or https, with a
    fragment (what we read of a page does not depend on it) or tracking names in the
    query. Everything else of an address may tell pages apart. Raises ValueError for what
    is no address.
    """
    scheme, _, rest = as_given(source).partition("://")
    path, question, query = rest.partition("?")
    kept = "&".join(p for p in query.split("&") if not is_tracking(p.partition("=")[0]))
    # "/?" and "/" stay two, as they were given; "/?utm_source=x" is "/".
    page = path + ("?" + kept if kept or (question and not query) else "")
    other = "http" if scheme == "https" else "https"
    return f"{scheme}://{page}", f"{other}://{page}"


def same_source(source: str) -> str:
    """Return what is equal for all addresses of one source; raises ValueError."""
    return page_of(source)[0].partition("://")[2]
