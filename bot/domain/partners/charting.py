"""What is done of a programme becomes bars and the rows of tables that show it, as Markdown that is safe to print."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.domain.checklist import Progress, Task, matched
from bot.domain.facts import IssueFacts
from bot.domain.partners.cases import Candidate
from bot.domain.partners.eligibility import number_name
from bot.domain.partners.programme import Programme
from bot.domain.partners.progress import PARTNER
from bot.domain.partners.roster import enlisted
from bot.domain.partners.tracking import Standing, handle_of, owner_name
from bot.domain.registry import Partner
from bot.domain.speech import clean, code, dictated, quoted

DONE, LEFT = "▰", "▱"
WIDEST: Final = 10
TRAINING: Final = ("trainers", "trainer_courses")
"""The numbers that candidates add to."""
MOST_LETTERS: Final = 60
NOTHING: Final = Progress(0, 0, ())


def bar(done: int, total: int) -> str:
    """`▰▰▰▱▱ 3/5`: one sign for each, of many a share of ten; full only when all are done, empty only when none is."""
    width, have = min(total, WIDEST), min(done, total)
    filled = max(have * width // total, 1) if have else 0
    return f"{DONE * filled}{LEFT * (width - filled)} {done}/{total}".strip()


def task_names(tasks: Iterable[Task], most: int) -> str:
    """The first of them in the template's words, and a sign that there are more."""
    names = [dictated(task.text) for task in tasks]
    return "; ".join(names[:most]) + (" …" if len(names) > most else "")


def role_rows(facts: IssueFacts, now: Standing, most: int) -> str:
    """For each role: its name, how far it is, who answers for it, and what is open."""
    registry, partner = facts.site.registry, now.case.partner
    return "\n".join(
        f"| {owner_name(registry, partner, owner)} | {bar(progress.done, progress.total)}"
        f" | {code('@' + handle_of(facts, partner, owner))} | {task_names(progress.open, most)} |"
        for owner, progress in now.done.roles.items()
    )


def number_rows(partner: Partner, programme: Programme) -> str:
    """For trainers and their courses: how many the registry counts, of how many that are asked."""
    counted = [(name, programme.competency[name]) for name in TRAINING if name in programme.competency]
    return "\n".join(
        f"| {clean(number_name(name))} | {bar(getattr(partner.practitioners, name), least)} |"
        for name, least in counted
    )


def candidate_rows(candidates: Iterable[IssueFacts]) -> str:
    """For each candidate's issue: which it is, who, how far with the own tasks, and for which courses."""
    return "\n".join(map(_candidate_row, candidates))


def own_progress(candidate: IssueFacts) -> Progress:
    """How far a candidate's own tasks are; what others have to look at comes later."""
    case = candidate.case
    if not isinstance(case, Candidate):
        raise TypeError(f"{candidate.issue.reference} is no candidate's issue")
    return matched(case.master, candidate.issue.description).progress().get(PARTNER, NOTHING)


def _candidate_row(candidate: IssueFacts) -> str:
    who, own = enlisted(candidate.issue), own_progress(candidate)
    return f"| #{who.issue.iid} | {_said(who.name)} | {bar(own.done, own.total)} | {_said(who.courses)} |"


def _said(text: str) -> str:
    return quoted(text, MOST_LETTERS) if text else ""
