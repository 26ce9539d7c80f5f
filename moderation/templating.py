"""The one way templates are loaded: autoescaped, undefined names are errors."""

import jinja2

from moderation.assets import asset


def environment() -> jinja2.Environment:
    """Make the environment over ``templates/``; blocks leave no blank lines behind."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(asset("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        auto_reload=False,
    )
