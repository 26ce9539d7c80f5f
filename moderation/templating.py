"""The one way templates are loaded: autoescaped, undefined names are errors."""

from functools import cache

import jinja2

from moderation.assets import asset


@cache
def environment() -> jinja2.Environment:
    """The environment over ``templates/``, each compiled once; blocks leave no blank lines."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(asset("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        auto_reload=False,
    )
