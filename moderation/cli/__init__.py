"""The command line: one file a group of verbs; what a verb needs it imports when it is run."""

import click

from moderation.cli import (
    akismet,
    article,
    check,
    demo,
    doctor,
    jobs,
    learn,
    queue,
    rule,
    serve,
    site,
    store,
    token,
    user,
    version,
)
from moderation.cli.frame import settings_option

VERBS = (
    serve.serve,
    serve.worker,
    check.check,
    doctor.doctor,
    demo.demo,
    user.user,
    token.token,
    site.site,
    article.article,
    queue.queue,
    learn.learn,
    akismet.akismet,
    rule.rule,
    store.store,
    jobs.jobs,
    version.version,
)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 a problem, 2 wrong use, 3 partly done.",
)
@settings_option
def command() -> None:
    """Comments, pingbacks, trackbacks and webmentions for blogs, moderated."""


for _verb in VERBS:
    command.add_command(_verb)


def main() -> None:
    """Run the command line and end the process."""
    command(prog_name="moderation")
