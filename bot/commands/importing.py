"""`channel-bot import`: the export of a system that cannot be asked becomes one merge request to the registry."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from pathlib import Path

import click

from bot import logs
from bot.commands import _nfr
from bot.commands._common import at_option, format_option, print_json, print_table, the_bot
from bot.config import Config, config_dir, load
from bot.domain.registry import Practitioners, Registry
from bot.errors import AskAPerson
from bot.registry.counting import Count, Import, practitioners_of
from bot.registry.loader import Broken, from_directory, start, understood
from bot.registry.proposing import Proposals

NUMBERS = tuple(one.name for one in fields(Practitioners))
DRY = "Nothing was written: dry_run in site.yml is true and wins over --apply. Set it to false to propose this."
OPEN = "Nothing was written. Run it again with --apply to propose this."
NOBODY = "Nothing to propose: no row that can be read is about a partner of the registry."
ANSWERS = {
    "recorded": "Nothing to propose: the registry says so already.",
    "open": "Nothing to propose: the merge request {0} says so already, or somebody is at work on it.",
    "closed": "Nothing was proposed: somebody closed {0}, which said the same. Reopen it if that was a mistake.",
    "none": "Nothing was proposed: the registry's newest commit is broken. Mend it, and import again.",
}
BY_HAND = (
    "There is no registry project (`registry` in site.yml). Write this into {0}, into the entries of these partners:"
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What an import needs; `texts` are the registry's files, `proposals` where to bring the numbers, if anywhere."""

    config: Config
    registry: Registry
    today: date
    texts: Mapping[str, str] | None = None
    proposals: Proposals | None = None


@click.group("import")
def command() -> None:
    """Bring in what other systems export as CSV."""


command.add_command(_nfr.nfr)


@command.command("practitioners")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", "wanted", is_flag=True, help="Open the merge request; without it the numbers are printed.")
@click.option("--skip-bad", is_flag=True, help="Count the other rows although some cannot be read.")
@at_option
@format_option
def practitioners(file: Path, *, wanted: bool, skip_bad: bool, day: date | None, form: str) -> None:
    """Count who holds what at each partner, from the learning system's export FILE.

    One row per person and accreditation: partner, person or e-mail, accreditation (Sales Core, SA Core, PSE, Trainer),
    earned_on, and if you like course, expires_on, status. Names of people are counted and never written anywhere.
    """
    logs.configure(level="WARNING")
    desk = _desk(day)
    found = practitioners_of(file, desk.registry, desk.today)
    stopped = bool(found.oddities.bad_rows) and not skip_bad
    said = _done(found, desk, wanted=wanted) if found.counts and not stopped else _nothing(found, stopped=stopped)
    if form == "json":
        print_json(_described(found, said))
    else:
        _show(found)
        click.echo(said)
    if stopped:
        raise click.exceptions.Exit(1)


def _desk(day: date | None) -> Desk:
    """With a registry's project, the newest commit there; else the files beside the configuration, and no GitLab."""
    config = load(config_dir(os.environ), os.environ)
    beside = from_directory(start(config.directory))
    if not config.site.registry.project:
        return Desk(config, beside, day or datetime.now(config.tz).date())
    bot = the_bot(day=day)
    texts = bot.worker.registries.newest()
    registry = understood(texts) if texts is not None and not isinstance(texts, Broken) else texts
    if isinstance(registry, Broken):
        raise AskAPerson(f"The newest commit of the registry is broken; mend it first: {registry.problems[0]}")
    today = bot.snapshot.today()
    if registry is None or isinstance(texts, Broken):
        return Desk(config, beside, today)
    reports, project = bot.apply.reports, config.site.registry.project
    proposals = Proposals(bot.gateway, reports.marker, reports.wording.renderer, project, lambda: registry)
    return Desk(config, registry, today, texts, proposals)


def _done(found: Import, desk: Desk, *, wanted: bool) -> str:
    """Propose the numbers, or tell why not."""
    if desk.texts is None or desk.proposals is None:
        return "\n".join([BY_HAND.format(start(desk.config.directory) / "partners.yml"), *_yaml(found)])
    if not wanted or desk.config.site.dry_run:
        return DRY if wanted else OPEN
    proposed = desk.proposals.propose_counts(desk.texts, found.proposals, lambda: None)
    if proposed:
        return f"Proposed {proposed.removeprefix('propose ')}"
    stands = [desk.proposals.status(one) for one in found.proposals]
    word, _, which = next((one for one in stands if one != "recorded"), "recorded").partition(" ")
    return ANSWERS[word].format(which)


def _nothing(found: Import, *, stopped: bool) -> str:
    bad = found.oddities.bad_rows
    if not stopped:
        return NOBODY
    rows = "1 row" if bad == 1 else f"{bad} rows"
    return f"Nothing was proposed: {rows} cannot be read. Mend the file, or leave them out with --skip-bad."


def _yaml(found: Import) -> list[str]:
    lines = []
    for one in found.counts:
        numbers = ", ".join(f"{name}: {number}" for name, number in asdict(one.then).items())
        lines += [f"  - id: {one.partner.id}", f"    practitioners: {{{numbers}}}", f"    as_of: {found.as_of}"]
    return lines


def _show(found: Import) -> None:
    if found.counts:
        rows = [(one.partner.name, *(_change(one, name) for name in NUMBERS)) for one in found.counts]
        print_table(f"Practitioners on {found.as_of}", ("partner", *NUMBERS), rows)
    for line in _remarks(found):
        click.echo(line)


def _change(count: Count, name: str) -> str:
    now, then = getattr(count.partner.practitioners, name), getattr(count.then, name)
    return str(now) if now == then else f"{now} -> {then}"


def _remarks(found: Import) -> list[str]:
    odd = found.oddities
    said = [f"line {one.line}: {one.text}" for one in odd.unreadable]
    if odd.bad_rows > len(odd.unreadable):
        said.append(f"and {odd.bad_rows - len(odd.unreadable)} more rows that cannot be read")
    for one in odd.strangers.values():
        hint = f"if it is {one.near}, add this name to its aliases" if one.near else "add it if it is a partner"
        said.append(f"line {one.line}: {one.name!r} is not in the registry; {hint}")
    if odd.strangers:
        said.append(f"{odd.strange_rows} rows are about companies that are not in the registry, and were not counted")
    if found.absent:
        said.append(f"Left as they are, since no row is about them: {', '.join(one.name for one in found.absent)}")
    if found.silent and found.counts:
        said.append(f"Left as it is, since no row is about it: {', '.join(found.silent)}")
    return said


def _described(found: Import, said: str) -> dict[str, object]:
    return {
        "as_of": found.as_of,
        "said": said,
        "partners": [
            {"id": one.partner.id, "now": asdict(one.partner.practitioners), "then": asdict(one.then)}
            for one in found.counts
        ],
        "absent": [one.id for one in found.absent],
        "unreadable": [asdict(one) for one in found.oddities.unreadable],
        "unreadable_rows": found.oddities.bad_rows,
        "unknown": [asdict(one) for one in found.oddities.strangers.values()],
        "unknown_rows": found.oddities.strange_rows,
    }
