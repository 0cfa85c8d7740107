"""Facts become the subject they are about, and whether the rules speak about it at all."""

from __future__ import annotations

from typing import assert_never

from bot.domain.actions import Check
from bot.domain.facts import (
    CalendarFacts,
    DigestFacts,
    Facts,
    IssueFacts,
    PartnerFacts,
    PracticeFacts,
    RecurringFacts,
)
from bot.domain.helping import HelpRequest
from bot.domain.needs import LabelHistory
from bot.domain.scope import is_report, is_work
from bot.domain.subject import CALENDAR, DIGEST, PRACTICE, Subject
from bot.domain.templated import Templated


def subject_of(facts: Facts) -> Subject:
    match facts:
        case IssueFacts(issue=issue):
            return Subject.issue(issue.project_id, issue.iid)
        case CalendarFacts():
            return CALENDAR
        case DigestFacts():
            return DIGEST
        case PartnerFacts(partner=partner):
            return Subject.partner(partner.id)
        case RecurringFacts(recurrence=recurrence):
            return Subject.recurring(recurrence.key)
        case PracticeFacts():
            return PRACTICE
        case _:
            assert_never(facts)


def concerns(facts: Facts) -> Check:
    """Whether the rules speak about this subject at all: open issues of the team, wherever they live."""
    if isinstance(facts, CalendarFacts):
        return Check("the group has a milestone calendar", True, facts.site.group, "configuration")
    if isinstance(facts, DigestFacts):
        return Check("the team has a window to plan", True, facts.window.title, "today")
    if isinstance(facts, PartnerFacts):
        return Check("the registry knows the partner", True, facts.partner.id, "registry")
    if isinstance(facts, RecurringFacts):
        return Check("the recurrence is switched on", facts.recurrence.enabled, facts.recurrence.key, "recurrences.yml")
    if isinstance(facts, PracticeFacts):
        return Check("there is a practice group", bool(facts.site.practice), facts.site.practice, "configuration")
    return _concerns_issue(facts)


def _concerns_issue(facts: IssueFacts) -> Check:
    issue, site = facts.issue, facts.site
    if isinstance(facts.case, Templated):
        return Check("it began with a template of the team's", True, facts.case.template.name, "title and description")
    if isinstance(facts.case, HelpRequest):
        return Check("it asks for hands-on help", True, site.labels.needs_hands_on.name, "project and label")
    if facts.case is not None:
        return Check("it is a step of a certification", True, type(facts.case).__name__.lower(), "project and form")
    if is_report(issue, site):
        return Check("it is an issue of people's, not a report of the bot's own", False, issue.title, "mark and author")
    holds = is_work(issue, site, issue.labels | facts.withheld)
    seen = f"{issue.state} {issue.issue_type} in {issue.project}"
    return Check("it is an open issue of the Channels team", holds, seen, "state, type, project and labels")


def is_judged(facts: IssueFacts) -> bool:
    """Whether it is known which labels count: all do, unless somebody outside the team may set them."""
    return not facts.guard.is_up or LabelHistory() in facts.read


def may_concern(facts: IssueFacts) -> bool:
    """Whether the rules speak about the issue, or would if nobody had taken its labels off.

    That is asked where the bot may have been, so that others' issues cost no call.
    """
    issue = facts.issue
    hidden = issue.is_open and issue.issue_type == "issue" and facts.wrote != frozenset() and not is_judged(facts)
    return hidden or concerns(facts).holds
