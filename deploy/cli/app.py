"""All commands hang here; a module each for running, for reports, for who is who, and for looking after it."""

import typer

from deploy.cli import (
    acting,
    agencies,
    alerts,
    audit,
    backups,
    briefing,
    care,
    depersonalised,
    detecting,
    gazetteer,
    generic,
    learning,
    members,
    notices,
    people,
    rejected,
    reports,
    retention,
    rules,
    running,
    sharing,
    status,
    subject,
    tasks,
    users,
    verifying,
)

app = typer.Typer(
    name="tocsin",
    help="Early notice of emerging issues for a community safety partnership.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,  # a traceback with its variables would show people's data
)
running.mount(app)
notices.mount(app)
reports.mount(app)
rejected.mount(app)
people.mount(app)
alerts.mount()
learning.mount(app)
generic.mount(app)
gazetteer.mount(app)
detecting.mount(app)
briefing.mount(app)
rules.mount(app)
agencies.mount(app)
sharing.mount(app)
tasks.mount(app)
members.mount(app)
care.mount(app)
verifying.mount(app)
status.mount(app)
users.mount(app)
audit.mount(app)
subject.mount(app)
retention.mount(app)
backups.mount(app)
depersonalised.mount(app)
acting.guard(app)  # the last: it goes before all that hang here
