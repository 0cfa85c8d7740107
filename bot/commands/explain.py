"""`explain`: each rule about one issue, each condition, the value seen, where it came from, and what follows."""

from __future__ import annotations

from datetime import date

import click
from rich.markup import escape

from bot.app import Bot
from bot.commands._common import at_option, format_option, out, print_json, print_table, the_bot
from bot.domain.facts import IssueFacts
from bot.domain.plan import Plan
from bot.domain.telling import told
from bot.rest.places import REFERENCE
from bot.rules import Handler, questions


class Reference(click.ParamType[str]):
    """An issue as people write it: group/project#12."""

    name = "reference"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        ref = str(value).strip()
        if not REFERENCE.fullmatch(ref):
            self.fail(f"{ref!r} is not an issue's reference; write it like group/project#12", param, ctx)
        return ref


@click.command("explain")
@click.argument("ref", metavar="GROUP/PROJECT#IID", type=Reference())
@at_option
@format_option
def command(ref: str, day: date | None, form: str) -> None:
    """Say why: every rule with what it saw on this issue. Never writes."""
    bot = the_bot(day=day, in_memory=True)
    facts = bot.snapshot.issue(*bot.gateway.locate(ref))
    plan = bot.rules.decide(facts)
    asked = [handler for handler, _ in bot.rules.enabled if handler.questions(*questions(facts))]
    reasons = [_reason(bot, handler, plan) for handler in asked]
    if form == "json":
        print_json({"reference": facts.issue.reference, "today": facts.today, "gate": _gate(plan), "rules": reasons})
    else:
        _print(facts, plan, reasons)


def _gate(plan: Plan) -> dict[str, object]:
    check = plan.seen[0].check
    return {"claim": check.claim, "holds": check.holds, "seen": check.seen, "source": check.source}


def _reason(bot: Bot, handler: Handler, plan: Plan) -> dict[str, object]:
    seen = [one.check for one in plan.seen if one.handler == handler.name]
    rules = [
        {"id": rule, "says": bot.config.handbook[rule].says, "link": bot.config.handbook[rule].link}
        for rule in handler.handbook
    ]
    return {
        "handler": handler.name,
        "rules": rules,
        "checks": [{"claim": c.claim, "holds": c.holds, "seen": c.seen, "source": c.source} for c in seen],
        "actions": [told(wish.action) for wish in plan.wishes if wish.handler == handler.name],
        "failure": next((failure.error for failure in plan.failures if failure.handler == handler.name), None),
    }


def _print(facts: IssueFacts, plan: Plan, reasons: list[dict[str, object]]) -> None:
    out.print(f"[bold]{escape(facts.issue.reference)}[/] {escape(facts.issue.title)} - as of {facts.today}")
    gate = plan.seen[0].check
    if not gate.holds:
        out.print(f"No rule speaks about it: {escape(gate.claim)}? No, it is {escape(gate.seen)}.")
        return
    for reason in reasons:
        _print_reason(reason)


def _print_reason(reason: dict[str, object]) -> None:
    out.print()
    for rule in _list(reason["rules"]):
        out.print(f"[bold]{rule['id']}[/] {escape(rule['says'])}\n  [dim]{escape(rule['link'])}[/]")
    checks = _list(reason["checks"])
    if checks:
        rows = [("yes" if c["holds"] else "no", c["claim"], c["seen"], c["source"]) for c in checks]
        print_table("", ("holds", "condition", "seen", "read from"), rows)
    if reason["failure"]:
        out.print(f"  [red]the rule failed: {escape(str(reason['failure']))}[/]")
    actions = reason["actions"]
    assert isinstance(actions, list)  # noqa: S101 - tells mypy what _reason put there
    out.print("  so: " + (escape("; ".join(actions)) or "nothing to do"))


def _list(value: object) -> list[dict[str, str]]:
    assert isinstance(value, list)  # noqa: S101 - tells mypy what _reason put there
    return value
