"""PF-01, PF-04 to PF-07 and PF-09 as a table of folders."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from bot.domain.actions import Say
from bot.domain.facts import PartnerFacts
from bot.domain.gitlab import Person
from bot.domain.partners.record import Record
from bot.domain.partners.steps import HideGroup
from bot.domain.places import Guest, Seat
from bot.domain.registry import Contact, Contacts
from bot.domain.subject import Subject
from bot.handlers.partner_audit import Settings, decide_partner
from bot.render import Renderer, template_dirs
from bot.rules import Rules, discovered
from tests.builders import CAM, PARTNERS
from tests.partnerfacts import ACME, MADE, PAT, PATH, folder, known, peopled
from tests.stage import Stage

KIM = Person(21, "kim-example")
COLLABORATION, INTERNAL = f"{PATH}/collaboration", f"{PATH}/internal"
WITHOUT = replace(ACME, contacts=Contacts())
ENROLLED = Record("acme", "cam-emea", date(2026, 11, 2), (1, 1), ctp=True)
BY_MAIL = replace(ACME, contacts=Contacts(primary=Contact("Pat Example", "pat@acme.example")))


def audited(**more: Any) -> PartnerFacts:
    """Acme and its folder, for a bot that cannot make or change groups."""
    return known(**{**more, "site": {"can_provision": False, **more.get("site", {})}})


@dataclass(frozen=True)
class Case:
    """A folder, and what the audit says of it: topic and a fragment of the sentence each."""

    name: str
    facts: PartnerFacts
    says: tuple[tuple[str, str], ...] = ()
    settings: Settings = field(default_factory=Settings)
    hides: tuple[str, ...] = ()


def seen(name: str, *says: tuple[str, str], **changes: Any) -> Case:
    return Case(name, audited(tree=replace(MADE, **changes)), says)


CASES = (
    seen("a folder in order needs nothing"),
    Case("no folder, no complaint", audited(tree=replace(MADE, company=None, region=None))),
    seen("the region's group is gone", ("region", f"`{PARTNERS}/emea` is not there"), region=None),
    seen("staff may be anywhere", company=peopled(PATH, (CAM, 50)), internal=peopled(INTERNAL, (CAM, 30))),
    seen(
        "somebody let in one level too high sees the internal group",
        ("let_in", f"Somebody is in `{PATH}` who is not of our team: `@pat-example`"),
        company=peopled(PATH, (PAT, 10)),
        internal=peopled(INTERNAL, above=((PAT, 10),)),
    ),
    seen(
        "somebody let into the internal group",
        ("let_in", f"invite them to `{COLLABORATION}` instead"),
        internal=peopled(INTERNAL, (PAT, 10)),
    ),
    seen(
        "somebody let in above the partner's group",
        ("from_above", "who is not of our team: `@kim-example`, `@pat-example`"),
        internal=peopled(INTERNAL, above=((PAT, 10), (KIM, 30))),
    ),
    seen(
        "a group that others can see",
        ("visible", f"`{INTERNAL}` is `internal`. Please make it private"),
        internal=peopled(INTERNAL, visibility="internal"),
    ),
    seen(
        "a group that is shared",
        ("shared", "shared with `gitlab-com/sales`, `other/people`"),
        internal=peopled(INTERNAL, guests=(Guest(8, "other/people", 20), Guest(7, "gitlab-com/sales", 20))),
    ),
    seen(
        "a shared collaboration group is the partner's affair",
        collaboration=peopled(COLLABORATION, (PAT, 40), guests=(Guest(8, "acme/people", 20),)),
    ),
    seen(
        "a further group",
        ("subgroups", f"made `{PATH}/poc`. A partner's folder has two groups"),
        others=(folder(f"{PATH}/poc"),),
    ),
    seen("that Maintainers may make groups is GitLab's default", company=peopled(PATH, subgroup_creation="maintainer")),
    seen(
        "it is said beside what else is to be put right",
        ("subgroups", f"made `{PATH}/poc`"),
        ("open_to_makers", "let only Owners do that"),
        company=peopled(PATH, subgroup_creation="maintainer"),
        others=(folder(f"{PATH}/poc"),),
    ),
    seen(
        "the contact is not in",
        ("contact_missing", f"`@pat-example` is not in `{COLLABORATION}`"),
        collaboration=peopled(COLLABORATION),
    ),
    seen(
        "the contact is invited",
        collaboration=peopled(COLLABORATION, invited=(Seat(None, "Pat@Acme.example", 40, None),)),
    ),
    seen(
        "the contact may too little",
        ("contact_too_little", "make them Maintainer there"),
        collaboration=peopled(COLLABORATION, (PAT, 30)),
    ),
    seen(
        "the contact may too much",
        ("contact_too_much", "is Owner of"),
        collaboration=peopled(COLLABORATION, (PAT, 50)),
    ),
    Case(
        "the contact is let in by the enrolment",
        audited(
            tree=replace(MADE, collaboration=peopled(COLLABORATION)), record=ENROLLED, site={"can_provision": True}
        ),
    ),
    Case(
        "or by the making of the folder",
        audited(
            tree=replace(MADE, collaboration=peopled(COLLABORATION)),
            record=replace(ENROLLED, ctp=False, on=date(2026, 11, 23)),
            site={"can_provision": True},
        ),
    ),
    Case(
        "put out later, they are missed",
        audited(
            tree=replace(MADE, collaboration=peopled(COLLABORATION)),
            record=replace(ENROLLED, ctp=False),
            site={"can_provision": True},
        ),
        (("contact_missing", "`@pat-example` is not in"),),
    ),
    Case(
        "where the enrolment cannot let anybody in, the contact is missed",
        audited(tree=replace(MADE, collaboration=peopled(COLLABORATION)), record=ENROLLED),
        (("contact_missing", "`@pat-example` is not in"),),
    ),
    Case(
        "so is the contact of an enrolment that ended",
        audited(
            tree=replace(MADE, collaboration=peopled(COLLABORATION)),
            record=replace(ENROLLED, withdrawn_on=date(2026, 11, 20)),
            site={"can_provision": True},
        ),
        (("contact_missing", "`@pat-example` is not in"),),
    ),
    seen("nothing is said of a contact without a group to work in", collaboration=None),
    Case(
        "the registry names nobody",
        audited(partner=WITHOUT),
        (("no_contact", "names nobody at `acme`"),),
    ),
    Case(
        "a contact without an account is called by name",
        audited(partner=BY_MAIL),
        (("contact_missing", "`Pat Example` is not in"),),
    ),
    Case(
        "the bot hides a group where it is told to, and can",
        audited(tree=replace(MADE, company=peopled(PATH, visibility="public")), site={"can_provision": True}),
        settings=Settings(hide=True),
        hides=(PATH,),
    ),
    Case(
        "the bot asks where it cannot",
        audited(tree=replace(MADE, company=peopled(PATH, visibility="public"))),
        (("visible", "is `public`"),),
        settings=Settings(hide=True),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_partner_audit(case: Case) -> None:
    said = [*decide_partner(case.facts, case.settings)]
    points = [one for one in said if isinstance(one, Say)]
    words = Renderer(template_dirs())
    told = [(one.topic, words.note("partner_audit", one.topic, one.values)) for one in points]
    assert [topic for topic, _ in told] == [topic for topic, _ in case.says]
    assert [text for (_, fragment), (_, text) in zip(case.says, told, strict=True) if fragment not in text] == []
    assert tuple(one.path for one in said if isinstance(one, HideGroup)) == case.hides


def test_one_issue_says_it_and_follows(shared: Stage) -> None:
    """It opens where the partner does not read, changes in place, and closes when all is well."""
    shared.play(only="partner_audit")
    internal = shared.as_("root").groups.get(INTERNAL)
    pat = shared.as_("root").users.list(username="pat-example", get_all=True)[0].id
    internal.members.create({"user_id": pat, "access_level": 10})
    shared.bot.inbox.mark([_group(internal.id)], "a member hook", now=True)
    shared.drain()
    (issue,) = shared.home().issues.list(search="Partner folder", get_all=True)
    assert (issue.state, "not of our team: `@pat-example`" in issue.description) == ("opened", True)
    internal.members.delete(pat)
    shared.bot.inbox.mark([_group(internal.id)], "a member hook", now=True)
    shared.drain()
    assert shared.fresh(issue).state == "closed"
    shared.forget_calls()
    shared.bot.inbox.mark([_group(internal.id)], "a member hook", now=True)
    shared.drain()
    assert shared.calls(writes=True) == []


def test_it_is_asked_about_partners() -> None:
    settings = {handler.name: handler.module.Settings() for handler in discovered()}
    plan = Rules(settings).decide(audited(tree=replace(MADE, others=(folder(f"{PATH}/poc"),))))
    assert [say.topic for handler, say in plan.points if handler == "partner_audit"] == ["subgroups"]


def _group(group_id: int) -> Subject:
    return Subject("group", str(group_id))
