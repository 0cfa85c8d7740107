"""Awards made by hand: the issue and its past, the people around it, and the partner whom it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.domain.actions import Action, Answer, Check, Say
from bot.domain.checklist import Checklist, read_checklist
from bot.domain.facts import Account, IssueFacts, PartnerFacts, Site
from bot.domain.form import Reading, read_form
from bot.domain.forms import AWARD
from bot.domain.gitlab import Note, Person
from bot.domain.marks import Mark
from bot.domain.partners.cases import Award, Draft
from bot.domain.partners.programme import Programme, Programmes
from bot.domain.partners.steps import Tell
from bot.domain.places import StateEvent
from bot.domain.registry import (
    Agreements,
    Colleague,
    Contact,
    Contacts,
    Invitation,
    Partner,
    Practitioners,
    Region,
    Registry,
    Role,
    Status,
)
from bot.render import Renderer, template_dirs
from tests.builders import BOT, CAM, SITE, at, issue
from tests.partnerfacts import known as known_of

PHD, BACKUP, OTHER = Person(4, "phd-emea"), Person(5, "phd-amer"), Person(6, "cam-amer")
LEAD, EDS, PAT = Person(7, "programs-lead"), Person(8, "eds-delivery"), Person(20, "pat-example")
EVERYBODY = (CAM, PHD, BACKUP, OTHER, LEAD, EDS, PAT)
HOLDERS = {
    "account_manager": frozenset({CAM.id, OTHER.id}),
    "partner_help_desk": frozenset({PHD.id, BACKUP.id}),
    "education_services": frozenset({EDS.id}),
}
SIGNED = date(2026, 3, 2)
PSP = Programme(
    "psp",
    "GitLab Certified Professional Services Partner",
    entry=("services_addendum",),
    competency={"pse": 3},
)
CTP = Programme(
    "ctp",
    "GitLab Certified Training Partner",
    entry=("training_addendum", "invited"),
    competency={"trainers": 2},
    project_name="{partner} CTP Requirements Project",
    tracking_template="CTP_Requirement_Tracking_Issue",
    closes="education_services",
)
ACME = Partner(
    id="acme",
    name="Acme Consulting",
    region="emea",
    account_manager="cam-emea",
    status=Status.AUTHORIZED,
    contacts=Contacts(primary=Contact("Pat Example", "pat@acme.example", "pat-example")),
    agreements=Agreements(mpa=SIGNED, services_addendum=SIGNED, training_addendum=SIGNED),
    ctp=Invitation(invited_on=SIGNED),
    practitioners=Practitioners(pse=3, trainers=2),
)
REGISTRY = Registry(
    people=(
        Colleague("cam-emea", "CAM EMEA", "emea", ("account_manager",), "emea-lead"),
        Colleague("cam-amer", "CAM AMER", "amer", ("account_manager",)),
    ),
    roles=(
        Role("account_manager", "Channel Account Manager", "cam-emea"),
        Role("partner_help_desk", "Partner Help Desk", "phd-emea", "Partner Help Desk"),
        Role("channel_services", "Channel Services", "services-lead", "Channel Services"),
        Role("channel_programs", "Channel Programs", "programs-lead"),
        Role("education_services", "Education Services", "eds-delivery"),
    ),
    regions=(Region("emea", "EMEA", "emea", "phd-emea", "phd-amer"),),
    partners=(ACME,),
    as_of=date(2026, 11, 2),
)
LABELS = ("Channel", "Channel Services", "Partner Help Desk")
FORM = "- Partner: Acme Consulting\n- Certification: {cert}\n"
TASKS = """
## CAM <!-- owner: account_manager -->
- [ ] Send the award e-mail <!-- t:cam.1 -->
- [ ] Open the announcement request <!-- t:cam.3 optional -->
- [ ] Share the social media kit <!-- t:cam.4 -->
## PHD <!-- owner: partner_help_desk -->
- [ ] Add the certification to the portal <!-- t:phd.1 -->
- [ ] Put the badge on the locator <!-- t:phd.2 -->
- [ ] Give access to the community <!-- t:phd.3 -->
"""
ALL = ("cam.1", "cam.4", "phd.1", "phd.2", "phd.3")
RENDERER = Renderer(template_dirs())


def site(partner: Partner = ACME, **more: Any) -> Site:
    registry = replace(REGISTRY, partners=(partner,))
    return replace(SITE, **{"registry": registry, "programmes": Programmes((PSP, CTP)), **more})


def text(*ticked: str, cert: str = "PSP") -> str:
    """The description with these tasks ticked."""
    lines = (line.replace("[ ]", "[x]") if _id(line) in ticked else line for line in TASKS.splitlines())
    return FORM.format(cert=cert) + "\n".join(lines)


def award(*ticked: str, today: str = "2026-11-21", **more: Any) -> IssueFacts:
    """Acme's award, opened by the bot on 20 November with both people assigned.

    `partner`, `programme`, `form`, `draft` and `tasks` (those asked) are the case's; `site_` the site's; the fields of
    the issue and of the facts go by their names.
    """
    partner, programme = more.pop("partner", ACME), more.pop("programme", PSP)
    written = more.pop("description", text(*ticked, cert=programme.title if programme else "PSP"))
    form: Reading = more.pop("form", None) or read_form(written, AWARD)
    master: Checklist = more.pop("master", read_checklist(TASKS))
    known = {
        "site": more.pop("site_", None) or site(partner or ACME),
        "holders": HOLDERS,
        "accounts": {one.username: Account(one.username, one, member=True) for one in EVERYBODY},
        "guard": replace(IssueFacts(date(2026, 1, 1), SITE, issue()).guard, bots=frozenset({BOT.id})),
        "case": Award(partner, programme, form, master, more.pop("draft", Draft("d1"))),
    }
    names = ("notes", "marks", "state_events", "holders", "accounts", "partners", "guard", "read")
    given = {name: more.pop(name) for name in names if name in more}
    fields = {
        "title": "Partner_Certification_Award - Acme Consulting - PSP",
        "description": written,
        "assignees": (CAM, PHD),
        "author": BOT,
        "created_at": at("2026-11-20 12:00"),
        "due_date": date(2026, 11, 27),
        "labels": more.pop("labels", LABELS),
        "web_url": "https://gitlab.example/gitlab-com/channel/channels/-/issues/42",
    }
    return IssueFacts(today=date.fromisoformat(today), issue=issue(**{**fields, **more}), **{**known, **given})


def line(when: str, body: str, by: Person = BOT) -> Note:
    """One line of GitLab's own."""
    return Note(int(at(when).timestamp()), body, by, at(when), at(when), system=True)


def ticked(when: str, task: str, by: Person = CAM) -> Note:
    """GitLab's line about a box, by the task's id."""
    words = next(one for one in TASKS.splitlines() if _id(one) == task).partition("] ")[2].partition(" <!--")[0]
    return line(when, f"marked the checklist item **{words} t:{task}** as completed", by)


def event(when: str, state: str, by: Person = CAM) -> StateEvent:
    return StateEvent(int(at(when).timestamp()), at(when), by.id, state)


def mark(kind: str, value: str = "award acme psp 77/42") -> Mark:
    return Mark(kind, value, "issue:77/42")


def partner(of: Partner = ACME, **more: Any) -> PartnerFacts:
    """Acme as it is today, of the same world."""
    known: Mapping[str, Any] = {
        "accounts": {one.username: Account(one.username, one) for one in EVERYBODY},
        "holders": HOLDERS,
    }
    registry = {"registry": replace(REGISTRY, partners=(of,)), "programmes": Programmes((PSP, CTP))}
    site = {"can_provision": False, **registry, **more.pop("site", {})}
    return known_of(partner=of, today=more.pop("today", "2026-11-23"), site=site, **{**known, **more})


def words(handler: str, said: Say | Tell | Answer) -> str:
    """The sentence that people read."""
    return RENDERER.note(handler, said.topic, said.values)


def wishes(decided: Any) -> tuple[Action, ...]:
    """What is decided, without the checks."""
    return tuple(one for one in decided if not isinstance(one, Check))


def says(decided: Any) -> Mapping[str, Say]:
    """The points by topic."""
    return {one.topic: one for one in decided if isinstance(one, Say)}


def checks(decided: Any) -> Mapping[str, Check]:
    return {one.claim: one for one in decided if isinstance(one, Check)}


def _id(written: str) -> str:
    return written.partition("<!-- t:")[2].partition(" ")[0]
