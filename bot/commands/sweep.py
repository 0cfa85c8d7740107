"""`sweep`: look at everything that changed, here or in the running bot, and put it right with `--apply`."""

from __future__ import annotations

import os

import click

from bot import logs
from bot.app import Bot
from bot.commands import _plans
from bot.commands._common import configured, err, format_option, out, print_json, the_bot
from bot.environ import Environment
from bot.errors import AskAPerson
from bot.sweeps.radius import MOST
from bot.sweeps.remote import RunningBot, SweepReport

PATIENCE = 3600.0
"""Seconds until a sweep that does not end counts as failed."""


@click.command("sweep")
@click.option("--full", is_flag=True, help="Look at every open issue, not only at what changed since the last sweep.")
@click.option("--apply", "apply_", is_flag=True, help="Put things right; without it the plan is printed.")
@click.option("--stateless", is_flag=True, help="Use no database and no running bot: a full pass from GitLab alone.")
@click.option("--allow", type=click.IntRange(1, MOST), help="Change up to so many issues, whatever blast_radius says.")
@format_option
def command(full: bool, apply_: bool, stateless: bool, allow: int | None, form: str) -> None:
    """Find what no webhook told.

    With --apply, BOT_URL and BOT_TOKEN set, the running bot is asked to do it and followed until it is done; while
    dry_run is true here, it is not, whatever it read when it started.
    """
    logs.configure(level="WARNING")
    config, environment = configured()
    is_running = environment.bot_url and environment.bot_token
    if apply_ and is_running and not (stateless or config.site.dry_run):
        _report(_ask(environment, full=full, allow=allow or 0), form)
        return
    bot = the_bot(in_memory=stateless)
    if apply_ and bot.config.site.dry_run:
        err.print("dry_run is true in config/site.yml, so nothing is written; this is the plan:")
    if not apply_ or bot.config.site.dry_run:
        _plans.show(bot.sweeper.proposals(full=full or stateless), bot.apply, form)
        return
    _report(_do(bot, full=full or stateless, allow=allow or 0), form)


def _ask(environment: Environment, *, full: bool, allow: int) -> SweepReport:
    running = RunningBot(environment.bot_url, environment.require("BOT_TOKEN"))
    with err.status("asking the running bot to sweep") as status:
        return running.sweep(
            full=full,
            allow=allow,
            patience=PATIENCE,
            progress=lambda total, done: status.update(f"{done} of {total} subjects done"),
        )


def _do(bot: Bot, *, full: bool, allow: int) -> SweepReport:
    dispatcher, keys = bot.dispatcher(owner=f"sweep-{os.getpid()}"), set[str]()
    with err.status("reading the registry and the milestones") as status:

        def progress(seen: int, wanted: int) -> None:
            status.update(f"{seen} issues read, {wanted} want something")

        try:
            for step in bot.sweeper.steps(full=full, allow=allow, progress=progress):
                marked = step()
                keys |= marked
                status.update(f"working on {len(keys)} subjects")
                dispatcher.drain(marked, PATIENCE)
        finally:
            # What follows from the subjects too; when the sweep stopped, the issue in which it asks.
            dispatcher.drain(None, PATIENCE)
    return SweepReport(len(keys), bot.sweeper.failures(keys))


def _report(report: SweepReport, form: str) -> None:
    if form == "json":
        print_json({"subjects": report.subjects, "error": report.error})
    else:
        noun = "subject" if report.subjects == 1 else "subjects"
        out.print(f"Swept: {report.subjects} {noun} looked at.")
    if report.error:
        raise AskAPerson(f"the sweep left something undone: {report.error}")
