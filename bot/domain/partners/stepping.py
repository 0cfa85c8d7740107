"""A step becomes a few plain words: for the plan that a person confirms, for the terminal, for the audit."""

from __future__ import annotations

from typing import assert_never

from bot.domain.partners.steps import (
    CloseTwin,
    Drop,
    HideGroup,
    KeepRecord,
    MakeGroup,
    MakeProject,
    MoveProject,
    OpenCase,
    PartnerAction,
    Propose,
    PutDraft,
    PutMember,
    PutTemplates,
    Relate,
    Tell,
)
from bot.domain.speech import code

LEVELS = {10: "Guest", 15: "Planner", 20: "Reporter", 30: "Developer", 40: "Maintainer", 50: "Owner"}
"""GitLab's names for its levels."""


def told_step(step: PartnerAction) -> str:
    """The step as an imperative, safe to print in Markdown."""
    match step:
        case MakeGroup(path):
            return f"make the private group {code(path)}"
        case HideGroup(path):
            return f"make the group {code(path)} private"
        case PutMember(path, level, person, email):
            who, verb = (code(f"@{person.username}"), "make") if person else (code(email), "invite")
            return f"{verb} {who} {LEVELS.get(level, level)} of {code(path)}"
        case MakeProject(path, name):
            return f"make the empty private project {code(name)} at {code(path)}"
        case MoveProject(room, target):
            return f"move the project {code(room.path)} to {code(target)}"
        case PutTemplates(path):
            return f"commit the issue templates and the README to {code(path)}"
        case OpenCase(key, kind, project):
            return f"open the {kind} issue in {code(project)} ({code(key)})"
        case _:
            return _told_word(step)


def _told_word(step: PutDraft | CloseTwin | Relate | KeepRecord | Drop | Propose | Tell) -> str:
    match step:
        case Relate(issue, other):
            return f"link {code(issue.reference)} to {code(other.reference)}"
        case PutDraft(issue):
            return f"have the e-mail ready in {code(issue.reference)}"
        case CloseTwin(issue, original):
            return f"close {code(issue.reference)}, which {code(original.reference)} stands for"
        case KeepRecord(record):
            return f"write down what is asked for {code(record.partner)}"
        case Drop(request):
            return f"tick off the request {code(request.what)}"
        case Propose(partner, change):
            return f"propose {type(change).__name__.lower()} of {code(partner)} to the registry"
        case Tell(_, topic, key):
            return f"tell {code(topic)} once ({code(key)})"
        case _:
            assert_never(step)
