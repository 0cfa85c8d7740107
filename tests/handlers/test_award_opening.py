"""AW-04 to AW-06 as tables of cases: when an award issue is opened, by whom, what keeps it closed, and twins."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from bot.domain.actions import Say
from bot.domain.checklist import read_checklist
from bot.domain.facts import Account, IssueFacts, PartnerFacts
from bot.domain.gitlab import Person
from bot.domain.partners.cases import Tracking
from bot.domain.partners.programme import Programmes
from bot.domain.partners.record import Record, Request
from bot.domain.partners.steps import CloseTwin, Drop, OpenCase, Tell
from bot.domain.registry import Certification, Practitioners, Status
from bot.domain.subject import Subject
from bot.handlers.award_opening import (
    Settings,
    award_affects,
    decide_partner,
    tracking_affects,
)
from tests.awards import (
    ACME,
    BACKUP,
    CTP,
    EDS,
    EVERYBODY,
    LABELS,
    PHD,
    PSP,
    award,
    event,
    line,
    partner,
    site,
    words,
)
from tests.builders import CAM, facts, issue
from tests.cases import Case as Played
from tests.cases import named, prove
from tests.stage import HOME, Stage

NO_PSE = replace(ACME, practitioners=Practitioners(trainers=2))
NOTHING = replace(ACME, practitioners=Practitioners())
HELD = (Certification("psp", date(2026, 10, 2)),)
MASTER = read_checklist("## Close <!-- owner: education_services -->\n- [ ] Review it all <!-- t:close.1 -->\n")
RECORD = Record("acme", "cam-emea", date(2026, 5, 1), (77, 1), ctp=True, tracking=(88, 1), started_on=date(2026, 5, 20))
TICKED = line("2026-11-18", "marked the checklist item **Review it all t:close.1** as completed", EDS)


def tracking(*, by: Person = EDS, record: Record = RECORD, box: str = "x", **more: Any) -> IssueFacts:
    """Acme's tracking issue, closed complete by Education Services two days before its last day."""
    state = more.pop("state", "closed")
    text = f"## Close <!-- owner: education_services -->\n- [{box}] Review it all <!-- t:close.1 -->\n"
    at_home = issue(
        1, project="gitlab-com/channel/partners/emea/acme/ctp", project_id=88, state=state, description=text
    )
    events = () if state == "opened" else (event("2026-11-18 09:00", "closed", by),)
    known = {"case": Tracking(ACME, CTP, record, MASTER), "site": site(), "notes": (TICKED,), "state_events": events}
    return facts(at_home, "2026-11-23", **{**known, **more})


def enrolled(of: Any = NO_PSE, record: Record = RECORD, **more: Any) -> PartnerFacts:
    known = {"record": record, "record_issue": issue(5), "tracking": tracking(record=record)}
    return partner(of, **{**known, **more})


def opening(programme: str, **more: Any) -> OpenCase:
    whole: dict[str, Any] = {
        "key": f"award acme {programme}",
        "kind": "award",
        "project": "gitlab-com/channel/channels",
        "partner": "acme",
        "programme": programme,
        "values": {"account_manager": "cam-emea"},
        "assign": (CAM, PHD),
        "labels": LABELS,
        "due": date(2026, 11, 30),
    }
    return OpenCase(**{**whole, **more})


def request(programme: str = "psp", key: str = "r1") -> Request:
    return Request(key, "acme", "award", "cam-emea", date(2026, 11, 23), (77, 9), {"certification": programme})


def without(*people: Person) -> dict[str, Account]:
    return {one.username: Account(one.username, one) for one in EVERYBODY if one not in people}


@dataclass(frozen=True)
class Case:
    """A partner, the steps that are wished for it, fragments of what is said on its record, and who is told of it."""

    name: str
    facts: PartnerFacts
    steps: tuple[Any, ...] = ()
    says: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


BY_CTP = opening("ctp", link=(77, 5))
ROLE = replace(PSP, opened_by="channel_programs")
GONE = Person(CAM.id, "cam-emea", "blocked")
CASES = (
    Case("the third engineer opens the award", partner(), (opening("psp"),)),
    Case("two engineers do not", partner(replace(ACME, practitioners=Practitioners(pse=2)))),
    Case("nor three at a partner that is not authorized", partner(replace(ACME, status=Status.PENDING))),
    Case("nor where it is held already", partner(replace(ACME, certifications=HELD))),
    Case("nor where there is an award issue", partner(awards=(award(),))),
    Case("also a closed one", partner(awards=(award(state="closed"),))),
    Case("another programme's is another one", partner(awards=(award(programme=CTP),)), (opening("psp"),)),
    Case(
        "a programme that is not active is given to nobody",
        partner(site={"programmes": Programmes((replace(PSP, active=False),))}),
    ),
    Case("a blocked account manager is not assigned, and no days run", partner(
        accounts={**without(CAM), "cam-emea": Account("cam-emea", GONE)}
    ), (opening("psp", assign=(PHD,), due=None),)),
    Case("for a Help Desk who is away whoever stands in", partner(accounts=without(PHD)),
         (opening("psp", assign=(CAM, BACKUP)),)),
    Case("and nobody where nobody is there", partner(accounts=without(PHD, BACKUP)), (opening("psp", assign=(CAM,)),)),
    Case(
        "where a region is nobody's, too",
        partner(replace(ACME, region="mars"), accounts=without()),
        (opening("psp", assign=(CAM,)),),
    ),
    Case(
        "where people open it they are told to",
        partner(site={"programmes": Programmes((ROLE,))}),
        says=("everything is there", "Channel Programs opens the award issue", "`@channel-bot award open acme psp`"),
    ),
    Case(
        "a role that the registry lacks is named by its key",
        partner(site={"programmes": Programmes((replace(PSP, opened_by="board"),))}),
        says=("`board` opens",),
    ),
    Case("what they ask for is opened", partner(site={"programmes": Programmes((ROLE,))}, requests=(request(),)),
         (opening("psp"), Drop(request()))),
    Case("a tracking issue closed as it should be opens the award", enrolled(), (BY_CTP,)),
    Case("while it is open there is none", enrolled(tracking=tracking(state="opened"))),
    Case("nor without one", partner(NO_PSE)),
    Case("nor after a withdrawal", enrolled(record=replace(RECORD, withdrawn_on=date(2026, 11, 1)))),
    Case(
        "closed by somebody else it does not count",
        enrolled(tracking=tracking(by=CAM)),
        says=("I open no award issue for `GitLab Certified Training Partner` yet", "Education Services closed it"),
    ),
    Case(
        "with an open task it does not",
        enrolled(tracking=tracking(box=" ", notes=())),
        says=("each of its tasks is done by whom it is for: it is `1 open, 0 to be confirmed`",),
    ),
    Case(
        "nor with a tick of somebody else's",
        enrolled(tracking=tracking(notes=(replace(TICKED, author=CAM),))),
        says=("`0 open, 1 to be confirmed`",),
    ),
    Case(
        "nor after its last day",
        enrolled(record=replace(RECORD, started_on=date(2026, 5, 1))),
        says=("all was done by 2026-11-01: it is `too late`", "CT-14"),
        told=("cam-emea", "eds-delivery"),
    ),
    Case(
        "nor without trainers",
        enrolled(NOTHING),
        says=("GitLab Certified Trainers: at least 2: it is `0`", "where that is behind; then I open it"),
        told=("cam-emea", "eds-delivery"),
    ),
    Case("of two awards the older one stays", partner(awards=(award(), award(iid=43))),
         (CloseTwin(award(iid=43).issue, award().issue),)),
    Case("one that is closed is nobody's twin", partner(awards=(award(state="closed"), award(iid=43)))),
    Case("an order opens it", partner(requests=(request(),)), (opening("psp"), Drop(request()))),
    Case("two orders open one", partner(requests=(request(), request(key="r2"))),
         (opening("psp"), Drop(request()), Drop(request(key="r2")))),
    Case("what is there already answers it", partner(requests=(request(),), awards=(award(),)), (Drop(request()),)),
    Case("what nobody can earn any more comes to nothing", partner(NOTHING, requests=(request("msp"),)),
         (Drop(request("msp")),)),
    Case("other requests are others' to carry out", partner(NOTHING, requests=(replace(request(), what="enrol"),))),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_award_opening(case: Case) -> None:
    decided = tuple(decide_partner(case.facts, Settings()))
    said = [one for one in decided if isinstance(one, Say)]
    tells = [one for one in decided if isinstance(one, Tell)]
    assert tuple(one for one in decided if one not in (*said, *tells)) == case.steps
    assert [one.who for one in tells] == [case.told] * bool(case.told)
    assert all(one.values == said[0].values for one in tells)
    assert len(said) == bool(case.says)
    for fragment in case.says:
        assert fragment in words("award_opening", said[0])
    assert all(one.internal for one in said if one.topic == "lacking")


def test_who_asked_hears_what_became_missing_meanwhile() -> None:
    short = partner(NOTHING, requests=(request(),))
    tell, drop = decide_partner(short, Settings())
    assert isinstance(tell, Tell)
    assert (tell.key, tell.who) == ("award r1", ("cam-emea",))
    assert "(PSE): at least 3: it is `0`" in words("award_opening", tell)
    assert drop == Drop(request())


def test_the_days_can_be_set() -> None:
    (wish,) = decide_partner(partner(), Settings(days=10))
    assert wish == opening("psp", due=date(2026, 12, 3))


def test_what_is_new_or_closed_has_its_partner_looked_at() -> None:
    new = award(today="2026-11-20")
    assert list(award_affects(new, Settings())) == [Subject.partner("acme")]
    assert list(award_affects(award(today="2026-11-21"), Settings())) == []
    assert list(award_affects(award(today="2026-11-20", state="closed"), Settings())) == []
    assert list(award_affects(award(created_at=None), Settings())) == []
    assert list(tracking_affects(tracking(), Settings())) == [Subject.partner("acme")]
    assert list(tracking_affects(tracking(state="opened"), Settings())) == []
    held = Tracking(replace(ACME, certifications=(Certification("ctp", date(2026, 11, 1)),)), CTP, RECORD, MASTER)
    assert list(tracking_affects(tracking(case=held), Settings())) == []
    assert list(tracking_affects(new, Settings())) == []


def test_an_award_that_a_person_opened_is_the_award(scene: Stage) -> None:
    """Acme has three engineers and an award issue of a person's: no second one is opened."""
    scene.play(only="award_opening")
    mine = scene.issue(description="- Partner: Acme Consulting\n- Certification: PSP\n\nPartner_Certification_Award")
    twin = scene.issue(description="- Partner: acme\n- Certification: psp\n\nPartner_Certification_Award")
    scene.look(mine, twin)
    assert (scene.fresh(mine).state, scene.fresh(twin).state) == ("opened", "closed")
    (told,) = scene.comments(twin)
    assert f"This is about the same as {HOME}#{mine.iid}" in told


PLAYED = (Played("another issue is none of its business"),)


@pytest.mark.parametrize(**named(PLAYED))
def test_it_is_so_in_gitlab(shared: Stage, case: Played) -> None:
    prove(shared, "award_opening", case)
