"""Proposals become a table for people or JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.apply import Apply
from bot.commands._common import out, print_json, print_table
from bot.domain.actions import Action, OpenIssue, Say
from bot.domain.speech import code
from bot.domain.telling import told
from bot.errors import AskAPerson
from bot.sweep import Proposal


def show(proposals: Iterable[Proposal], apply: Apply, form: str) -> None:
    """Print what would be done, in the words of `apply`; nothing but that."""
    listed = list(proposals)
    if form == "json":
        print_json([_as_json(proposal, apply) for proposal in listed])
    elif listed:
        rows = [(_where(proposal), *row) for proposal in listed for row in _rows(proposal, apply)]
        print_table("What would be done", ("where", "rule", "action"), rows)
    else:
        out.print("Nothing to do.")


def _where(proposal: Proposal) -> str:
    if proposal.issue:
        return proposal.issue.reference
    subject = proposal.plan.subject
    return "milestones" if subject.kind == "calendar" else f"{subject.kind} {subject.ref}".strip()


def _rows(proposal: Proposal, apply: Apply) -> Iterator[tuple[str, str]]:
    for wish in proposal.plan.wishes:
        if proposal.says_news or not isinstance(wish.action, Say):
            yield wish.handler, _told(wish.handler, wish.action, apply)
    if proposal.reminder:
        who = ", ".join(f"@{name}" for name in proposal.reminder.who)
        yield "reminder", f"remind {who}"
    if proposal.says_news and not proposal.plan.points:
        yield "status", "say that all is set"
    for failure in proposal.plan.failures:
        yield failure.handler, f"failed: {failure.error}"


def _told(handler: str, action: Action, apply: Apply) -> str:
    match action:
        case Say():
            return f"say: {apply.wording.sentence(handler, action)}"
        case OpenIssue():
            return _opening(action, apply)
        case _:
            return told(action)


def _opening(step: OpenIssue, apply: Apply) -> str:
    """By its title, as people will find it, and with its day."""
    try:
        issue = apply.openings.draft(step)
    except AskAPerson:
        return told(step)
    return f"open the issue {code(issue.title)}" + (f", due {issue.due_date.isoformat()}" if issue.due_date else "")


def _as_json(proposal: Proposal, apply: Apply) -> dict[str, object]:
    issue, plan = proposal.issue, proposal.plan
    rows: Sequence[tuple[str, str]] = list(_rows(proposal, apply))
    return {
        "subject": plan.subject.key,
        "reference": issue.reference if issue else None,
        "url": issue.web_url if issue else None,
        "wishes": [{"handler": handler, "action": action} for handler, action in rows],
        "conflicts": [conflict.field for conflict in plan.conflicts],
    }
