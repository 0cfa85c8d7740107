"""The Help Desk's reviews made by hand: the registry's partners, an issue as its template reads, what people ticked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.domain.facts import Account, IssueFacts, RecurringFacts, Site, Time
from bot.domain.form import read_form
from bot.domain.gitlab import Person
from bot.domain.helpdesk.forms import FORMS
from bot.domain.marks import Mark
from bot.domain.recurrence.listing import Item
from bot.domain.recurrence.occurrence import Occurrence
from bot.domain.recurrence.period import Period
from bot.domain.recurrence.rule import Recurrence
from bot.domain.registry import (
    Agreements,
    Colleague,
    Contact,
    Contacts,
    Partner,
    Region,
    Registry,
    Role,
    Status,
    Track,
)
from bot.domain.templated import Template, Templated, Templates
from bot.render import Renderer, template_dirs
from bot.settings.recurrences import RecurrenceSettings, recurrence
from bot.templated.letters import CaseLetters
from tests.builders import BOT, CAM, SITE, facts, issue
from tests.plumbing.letterbox import letters

PHD, BACKUP, LEAD = Person(4, "phd-emea"), Person(5, "phd-amer"), Person(6, "programs-lead")
RENDERER = Renderer(template_dirs())
TEMPLATES = Templates(
    (
        Template("phd_weekly", "PHD_Weekly_Review", assign="help_desk", close_requires=("phd_weekly.sfdc",)),
        Template("phd_monthly", "PHD_Monthly_New_Partner_Activity", assign="help_desk"),
        Template("phd_select", "PHD_Select_Review", assign="help_desk", close_requires=("phd_select.sfdc",)),
        Template("phd_open", "PHD_Open_Prioritisation", assign="channel_programs", form=FORMS["phd_open"]),
        Template("open_review", "PHD_Open_Partner_Review", due=10, form=FORMS["open_review"]),
        Template("case_study", "Case_Study_Lead", due=10, form=FORMS["case_study"]),
        Template("other", "Channel_Issue"),
    )
)
RULES: dict[str, dict[str, Any]] = {
    "phd_weekly": {"due": "friday", "opens": "monday", "items": "applicants", "carry_over": True,
                   "days": {"payments_on": "wednesday"}},
    "phd_monthly": {"due": "friday nearest the 15th", "opens": "7 days before", "items": "newly_authorized"},
    "phd_select": {"due": "last business day", "opens": "first day", "items": "selects_third"},
    "phd_open": {"due": "last business day", "opens": "first day", "items": "open_partners"},
    "other": {"due": "day 15", "opens": "first day"},
}  # fmt: skip


def rule(key: str, **more: Any) -> Recurrence:
    """The recurrence as it is shipped."""
    every, shift = ("week" if key == "phd_weekly" else "month"), "previous business day"
    given = {"template": key, "every": every, "each_region": True, "holiday": shift, **RULES[key], **more}
    return recurrence(key, RecurrenceSettings.model_validate(given))


def partner(name: str, /, **more: Any) -> Partner:
    """An authorized Open partner of EMEA's."""
    contacts = Contacts(Contact("Pat Example", f"pat@{name}.example"))
    fields = {"name": name.title(), "status": Status.AUTHORIZED, "contacts": contacts, **more}
    return Partner(**{"id": name, "region": "emea", "account_manager": "cam-emea", **fields})


def select(name: str, /, **more: Any) -> Partner:
    return partner(name, track=Track.SELECT, **more)


def applicant(name: str, /, **more: Any) -> Partner:
    return partner(name, **{"status": Status.APPLICANT, **more})


def signed(name: str, day: str, /, **more: Any) -> Partner:
    """Authorized with its master agreement of that day."""
    return partner(name, agreements=Agreements(mpa=date.fromisoformat(day)), **more)


def site(*partners: Partner, **more: Any) -> Site:
    registry = Registry(
        people=(Colleague("cam-emea", "CAM EMEA", manager="programs-lead"),),
        roles=(
            Role("channel_programs", "Channel Programs", "programs-lead"),
            Role("partner_help_desk", "Partner Help Desk", "phd-emea"),
        ),
        regions=(
            Region("emea", "EMEA", "emea", "phd-emea", "phd-amer"),
            Region("amer", "Americas", "americas", "phd-amer", "phd-emea"),
        ),
        partners=partners,
        as_of=date(2026, 11, 2),
    )
    return replace(SITE, **{"registry": registry, "templates": TEMPLATES, **more})


def text(key: str, *names: str, ticked: tuple[str, ...] = (), **values: Any) -> str:
    """The description that the template makes for partners of these ids, with the tasks of some ids ticked."""
    template = TEMPLATES.get(key)
    assert template
    items = tuple(Item(name, name.title(), values={"reviewed": "never"}) for name in names)
    written = RENDERER.templated(template.name, **{"items": items, "bot": "channel-bot", **values})[1]
    return tick(written, *ticked)


def tick(description: str, *ids: str) -> str:
    """`phd_monthly.acme.` ticks all tasks whose ids begin so."""
    for one in ids:
        description = re.sub(rf"\[ \](?=.*<!-- t:{re.escape(one)})", "[x]", description)
    return description


def occurrence(key: str, period: str, region: str = "emea", **more: Any) -> Occurrence:
    return Occurrence(rule(key, **more), Period.parse(period), region)


def time(key: str, period: str, *names: str, region: str = "emea", ticked: tuple[str, ...] = (), **more: Any) -> Time:
    """A time that has its issue."""
    written = more.pop("description", None) or text(key, *names, ticked=ticked)
    return Time(occurrence(key, period, region), issue(description=written, **more))


def recurring(key: str, today: str, *times: Time, of: Site, **more: Any) -> RecurringFacts:
    return RecurringFacts(date.fromisoformat(today), of, rule(key, **more), times)


def case(key: str, *names: str, of: Site, period: str = "", **more: Any) -> IssueFacts:
    """An issue of that template; `description` and `ticked` say what is in it, `cleared` whose managers agreed.

    `asked` are the marks of those who were asked.
    """
    given = more.pop("description", None) or text(key, *names, **more.pop("values", {}))
    written, template = tick(given, *more.pop("ticked", ())), TEMPLATES.get(key)
    assert template
    form, agreed = read_form(written, template.form), more.pop("cleared", ())
    happens = occurrence(key, period, more.pop("region", "emea")) if period else None
    about = of.registry.partner_called(form.values.get("partner", ""))
    names_of = {"state", "assignees", "moved_to_id", "iid", "author", "user_notes_count", "created_at", "title"}
    fields = {name: more.pop(name) for name in names_of & more.keys()}
    known = {one.username: Account(one.username, one, member=True) for one in (CAM, PHD, BACKUP, LEAD)}
    shown = facts(issue(**{"description": written, **fields}), more.pop("today", "2026-11-24"))
    found = Templated(template, form, about, happens, more.pop("is_home", True))
    found = replace(found, letters=CaseLetters(letters()).reminders(found, shown.issue, of))
    kinds = {"phd-cleared": agreed, "phd-asked": more.pop("asked", ())}
    marks = tuple(Mark(kind, name, "issue:77/42") for kind, names in kinds.items() for name in names)
    guard = replace(shown.guard, bots=frozenset({BOT.id}))
    return replace(shown, **{"site": of, "case": found, "accounts": known, "marks": marks, "guard": guard, **more})


def items_in(values: Mapping[str, object]) -> tuple[Item, ...]:
    """The items that a template is filled with."""
    found = values["items"]
    assert isinstance(found, tuple)
    return found
