"""Proposals become a table for people or JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.commands._common import out, print_json, print_table
from bot.domain.actions import Action, Say
from bot.domain.telling import told
from bot.sweep import Proposal
from bot.voice.wording import Wording


def show(proposals: Iterable[Proposal], wording: Wording, form: str) -> None:
    """Print what would be done; nothing but that."""
    listed = list(proposals)
    if form == "json":
        print_json([_as_json(proposal, wording) for proposal in listed])
    elif listed:
        rows = [(_where(proposal), *row) for proposal in listed for row in _rows(proposal, wording)]
        print_table("What would be done", ("where", "rule", "action"), rows)
    else:
        out.print("Nothing to do.")


def _where(proposal: Proposal) -> str:
    if proposal.issue:
        return proposal.issue.reference
    subject = proposal.plan.subject
    return "milestones" if subject.kind == "calendar" else f"{subject.kind} {subject.ref}".strip()


def _rows(proposal: Proposal, wording: Wording) -> Iterator[tuple[str, str]]:
    for wish in proposal.plan.wishes:
        if proposal.says_news or not isinstance(wish.action, Say):
            yield wish.handler, _told(wish.handler, wish.action, wording)
    if proposal.reminder:
        who = ", ".join(f"@{name}" for name in proposal.reminder.who)
        yield "reminder", f"remind {who}"
    if proposal.says_news and not proposal.plan.points:
        yield "status", "say that all is set"
    for failure in proposal.plan.failures:
        yield failure.handler, f"failed: {failure.error}"


def _told(handler: str, action: Action, wording: Wording) -> str:
    return f"say: {wording.sentence(handler, action)}" if isinstance(action, Say) else told(action)


def _as_json(proposal: Proposal, wording: Wording) -> dict[str, object]:
    issue, plan = proposal.issue, proposal.plan
    rows: Sequence[tuple[str, str]] = list(_rows(proposal, wording))
    return {
        "subject": plan.subject.key,
        "reference": issue.reference if issue else None,
        "url": issue.web_url if issue else None,
        "wishes": [{"handler": handler, "action": action} for handler, action in rows],
        "conflicts": [conflict.field for conflict in plan.conflicts],
    }
