"""CT-08 and CT-09 as a table of cases: projects in wrong places and under wrong names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.partners.programme import Programmes
from bot.handlers import ctp_projects
from tests.partnerfacts import (
    ACME,
    EMPTY,
    MADE,
    NAME,
    PROJECT,
    SHARED,
    TODAY,
    WHOLE,
    PartnerCase,
    enrolled,
    known,
    prove_partner,
    record,
    room,
    running,
    tracking,
)

STRAY, OTHER = room("gitlab-com/channel/templates/acme", NAME, 8), room("gitlab-com/channel/acme", NAME, 9)
MOVES, SAYS = f"move the project `{STRAY.path}` to `{SHARED}`", "say `stray` (CT-09)"
FOREIGN = room("gitlab-com/channel/partners/amer/bolt/collaboration/x", NAME, 10)
LOST = replace(MADE, strays=(STRAY,))
CASES = (
    PartnerCase("all is well", known(WHOLE)),
    PartnerCase("no project yet", known(EMPTY)),
    PartnerCase("a project in the templates group is moved", known(LOST), (MOVES,)),
    PartnerCase("also when the partner gave up", enrolled(LOST, record=running(withdrawn_on=TODAY)), (MOVES,)),
    PartnerCase("or is done", enrolled(LOST, tracking=tracking("closed")), (MOVES,)),
    PartnerCase("of who is being enrolled that is a step of the enrolment", known(LOST, record=record())),
    PartnerCase("of who runs through the programme too", enrolled(LOST)),
    PartnerCase(
        "with nowhere to go it is told",
        known(replace(EMPTY, strays=(STRAY,))),
        (SAYS,),
        (f"transfer it into `{SHARED}`",),
    ),
    PartnerCase(
        "without an owner's token too",
        known(LOST, site={"can_provision": False}),
        (SAYS,),
        ("lies in the wrong place", f"- [`{STRAY.path}`](https://g/{STRAY.path})"),
    ),
    PartnerCase(
        "where one is in the right place already",
        known(replace(WHOLE, strays=(STRAY,))),
        (SAYS,),
        (f"there is [`{PROJECT}`](https://g/{PROJECT}) already",),
    ),
    PartnerCase(
        "of two a person picks one",
        known(replace(MADE, strays=(STRAY, OTHER))),
        (SAYS,),
        ("Several projects", f"[`{OTHER.path}`]", "delete or rename all but the right one"),
    ),
    PartnerCase(
        "out of another partner's folder nothing is taken",
        known(replace(MADE, strays=(FOREIGN,))),
        ("say `elsewhere` (CT-09)",),
        ("In another partner's folder", f"[`{FOREIGN.path}`]", "I leave it there"),
    ),
    PartnerCase(
        "nor does it stand in the way of what is moved",
        known(replace(MADE, strays=(FOREIGN, STRAY))),
        ("say `elsewhere` (CT-09)", MOVES),
        (f"[`{FOREIGN.path}`]",),
    ),
    PartnerCase(
        "another case is another name",
        known(replace(MADE, rooms=(room(name=NAME.lower()),))),
        ("say `named_otherwise` (CT-08)",),
        (f"is called `{NAME.lower()}`. Please rename it to `{NAME}`",),
    ),
    PartnerCase(
        "so is the handbook's other spelling",
        known(replace(MADE, rooms=(room(f"{SHARED}/ctp", "CTP_Requirements_Tracking_Project"),))),
        ("say `named_otherwise` (CT-08)",),
    ),
    PartnerCase(
        "a partner that was renamed gets the new name proposed",
        known(WHOLE, replace(ACME, name="Apex/Consulting")),
        ("say `named_otherwise` (CT-08)",),
        ("Please rename it to `Apex-Consulting CTP Requirements Project`",),
    ),
    PartnerCase("without a programme there is no such project", known(LOST, site={"programmes": Programmes()})),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_ctp_projects(case: PartnerCase) -> None:
    prove_partner(ctp_projects, case)
