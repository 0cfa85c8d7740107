"""What is known of a partner becomes lines of Markdown: lists, links and table rows that are safe to print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.domain.actions import Check
from bot.domain.facts import IssueFacts, PartnerFacts
from bot.domain.gitlab import Issue
from bot.domain.partners.eligibility import Requirement
from bot.domain.partners.programme import Programme
from bot.domain.partners.provisioning import project_of
from bot.domain.partners.stepping import LEVELS, told_step
from bot.domain.partners.steps import (
    HideGroup,
    MakeGroup,
    MakeProject,
    MoveProject,
    PartnerAction,
    PutMember,
    PutTemplates,
)
from bot.domain.speech import clean, code


def numbered(lines: Iterable[str]) -> str:
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


def bulleted(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def link(path: str, url: str) -> str:
    """A path that leads where it says; without an address the path alone."""
    return f"[{code(path)}]({url})" if url else code(path)


def reference(issue: Issue | None) -> str:
    """As GitLab makes a link of it."""
    return issue.reference if issue else ""


def places_of(facts: PartnerFacts, programme: Programme | None) -> str:
    """Links to the groups that are there, and to the project."""
    groups = [link(one.folder.path, one.folder.web_url) for one in facts.tree.groups]
    room = project_of(facts, programme) if programme else None
    return bulleted([*groups, *([link(room.path, room.web_url)] if room else [])])


def requirement_rows(rows: Iterable[Requirement], title: str = "") -> str:
    """Rows of a table: whether it holds, the claim, what was seen, where and as of when, the rule."""
    return "\n".join(_row(row, f"{title}: " if title else "") for row in rows)


def _row(row: Requirement, lead: str) -> str:
    sign, seen = "✅" if row.holds else "❌", f"{code(row.seen)} | {row.source}{_as_of(row)}"
    return f"| {sign} | {lead}{clean(row.claim)} | {seen} | {row.rule} |"


def requirement_checks(rows: Iterable[Requirement]) -> Iterator[Check]:
    """What the registry says of a partner is not for the partner."""
    for row in rows:
        yield Check(clean(row.claim), row.holds, row.seen, f"{row.source}{_as_of(row)}", internal=True)


def _as_of(row: Requirement) -> str:
    return f", as of {row.as_of.isoformat()}" if row.as_of else ""


@dataclass(frozen=True, slots=True)
class Instruction:
    """A step as a person has to do it, each value safe to print: `at` is the place where, `above` what that lies in."""

    kind: str
    step: str
    at: str
    above: str
    name: str = ""
    who: str = ""
    role: str = ""


def instruction(step: PartnerAction) -> Instruction:
    """What to do, where, under which name, for whom and with which role."""
    kind, told = type(step).__name__, told_step(step)
    match step:
        case MakeGroup(path, name) | MakeProject(path, name):
            return Instruction(kind, told, code(path), code(_above(path)), code(name))
        case PutMember(path, level, person, email):
            who, role = code(f"@{person.username}" if person else email), LEVELS.get(level, str(level))
            return Instruction(kind, told, code(path), code(_above(path)), who=who, role=role)
        case MoveProject(room, target):
            return Instruction(kind, told, code(room.path), code(target), code(room.name))
        case HideGroup(path) | PutTemplates(path):
            return Instruction(kind, told, code(path), code(_above(path)))
        case _:
            raise TypeError(f"{kind} is nothing that a person does by hand")


def record_seen_from(here: IssueFacts, state: PartnerFacts) -> str:
    """The partner's record as it may be named on this issue: beyond Channels nobody hears where it is."""
    return reference(state.record_issue) if here.issue.project == here.site.home else ""


def _above(path: str) -> str:
    return path.rpartition("/")[0]
