"""NF-12 and NF-13 as a table of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Person
from bot.domain.licensing.request import INTEGRATION, RENEWAL
from bot.domain.marks import Mark
from bot.domain.needs import NoteHistory
from bot.domain.partners.changes import Licensed
from bot.domain.partners.steps import Propose, Tell
from bot.domain.registry import Licence
from bot.domain.subject import Subject
from bot.handlers import nfr_done
from tests.builders import BOT
from tests.licences import ACME, LicenceCase, asked, obeyed, prove_licence, with_licences
from tests.partnerfacts import known

REFERENCE = "gitlab-com/channel/channels#42"
SENT_ON, EXPIRES = (
    "list `Sent on: 2026-11-23` under `The license`",
    "list `Expires: 2027-11-23` under `The license`",
)
TELLS, CLOSES, ASKS = "tell `sent` once (`license sent`)", "close the issue", "say `open_tasks` (NF-12)"
TOLD = (Mark("told", "license sent", "issue:77/42"),)
DAYS = {"sent_on": "2026-11-20", "expires": "2027-11-20"}
CASES = (
    LicenceCase("not sent yet", asked()),
    LicenceCase("sent", asked("sent"), (SENT_ON, EXPIRES, TELLS, ASKS), ("`salesforce`",)),
    LicenceCase(
        "all is done", asked("sent", "salesforce"), (SENT_ON, EXPIRES, TELLS, CLOSES), ("you asked for was sent",)
    ),
    LicenceCase("the days are people's", asked("sent", "salesforce", said=DAYS), (TELLS, CLOSES)),
    LicenceCase("told once", asked("sent", "salesforce", said=DAYS, marks=TOLD), (CLOSES,)),
    LicenceCase("closed by somebody before", asked("sent", state="closed", said=DAYS), (TELLS,)),
    LicenceCase("nothing is left", asked("sent", "salesforce", state="closed", said=DAYS, marks=TOLD)),
    LicenceCase(
        "it ends with another one",
        asked("sent", "salesforce", of=with_licences(("saas", 5, "2027-04-30")), marks=TOLD),
        (SENT_ON, "list `Expires: 2027-04-30` under `The license`", CLOSES),
    ),
    LicenceCase(
        "a partner cannot be mentioned",
        asked("sent", said={**DAYS, "requested_by": "Lee @all of Acme"}),
        ("tell `pass_on` once (`license sent`)", ASKS),
        ("Please tell `Lee @all of Acme`",),
    ),
    LicenceCase(
        "nobody is there to be told",
        asked("sent", key=INTEGRATION, said={**DAYS, "partner": "Zed", "requested_by": "Lee"}),
        (CLOSES,),
    ),
    LicenceCase("an integration", asked("sent", key=INTEGRATION, said=DAYS), (TELLS, CLOSES)),
    LicenceCase("a renewal that is settled", asked("sent", "renew", key=RENEWAL, said=DAYS), (TELLS, ASKS)),
    LicenceCase("what lacks something is not written down", asked("sent", said={"seats": "ten"})),
    LicenceCase("elsewhere nothing is done", asked("sent", is_home=False)),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nfr_done(case: LicenceCase) -> None:
    prove_licence(nfr_done, case)


def test_whom_it_tells() -> None:
    def told(facts: IssueFacts) -> tuple[str, ...]:
        said = nfr_done.decide_templated(facts, nfr_done.Settings())
        return next(one.who for one in said if isinstance(one, Tell))

    assert told(asked("sent", author=Person(6, "cam-amer"))) == ("cam-amer",)
    assert told(asked("sent", said={"requested_by": "@cam-amer"})) == ("cam-amer",)
    assert told(asked("sent", author=BOT)) == ("cam-emea",)


def test_comments_are_read_once_it_was_sent() -> None:
    assert list(nfr_done.templated_needs(asked("sent"), nfr_done.Settings())) == [NoteHistory()]
    assert list(nfr_done.templated_needs(asked(), nfr_done.Settings())) == []
    assert list(nfr_done.templated_needs(asked(is_home=False), nfr_done.Settings())) == []


def test_the_partner_looks_until_it_is_recorded() -> None:
    def wakes(facts: IssueFacts) -> list[Subject]:
        return list(nfr_done.templated_affects(facts, nfr_done.Settings()))

    assert wakes(asked("sent", said=DAYS)) == [Subject.partner("acme")]
    recorded = replace(ACME, nfr=(Licence("self_managed", 10, date(2027, 11, 20), REFERENCE),))
    for one in (
        asked("sent"),
        asked(said=DAYS),
        asked("sent", said=DAYS, of=recorded),
        asked("sent", said={**DAYS, "partner": "Zed"}),
        asked("sent", is_home=False),
    ):
        assert wakes(one) == []


def proposed(*issues: IssueFacts, **more: Any) -> list[Propose]:
    facts = known(partner=issues[0].site.registry.partners[0], licences=issues, **more)
    return list(nfr_done.decide_partner(facts, nfr_done.Settings()))


def test_the_licence_is_proposed_to_the_registry() -> None:
    change = Licensed("self_managed", 10, date(2027, 11, 20), REFERENCE)
    assert proposed(asked("sent", said=DAYS)) == [Propose("acme", change)]
    assert proposed(asked(said=DAYS), asked("sent", is_home=False)) == []
    for status in ("open !3", "closed !3"):
        assert proposed(asked("sent", said=DAYS), proposed={f"licensed self_managed {REFERENCE}": status}) == []


def test_a_renewal_names_the_licence_it_replaces() -> None:
    old = with_licences(("self_managed", 10, "2026-12-31"))
    (found,) = proposed(asked("sent", of=old, key=RENEWAL, said={**DAYS, "ends": "2026-12-31"}))
    assert found.change == Licensed("self_managed", 10, date(2027, 11, 20), REFERENCE, date(2026, 12, 31))


def test_whoever_says_so_has_it_ticked() -> None:
    wishes, text = obeyed(nfr_done, asked(), "nfr sent")
    assert wishes == ("tick the task `nfr_request.sent`", "answer `ticked`")
    assert "Noted, `@phd-emea`" in text
    assert obeyed(nfr_done, asked(said={"seats": "ten"}), "nfr sent")[0] == ("answer `incomplete`",)
    assert obeyed(nfr_done, asked(is_home=False), "nfr sent")[0] == ("answer `no_request`",)
