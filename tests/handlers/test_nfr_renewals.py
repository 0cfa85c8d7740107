"""NF-14 as a table of cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

import pytest

from bot.domain.actions import Close, Nudge, OpenIssue, Say, Turn
from bot.domain.facts import Guard, IssueFacts
from bot.domain.licensing.request import RENEWAL
from bot.domain.needs import StateHistory
from bot.domain.registry import Contacts, Licence, Partner, Status, Track
from bot.domain.templated import Templates
from bot.handlers import nfr_renewals
from tests.builders import BOT, issue
from tests.licences import ACME, LICENCES, TEMPLATES, LicenceCase, asked, prove_licence, with_licences
from tests.partnerfacts import PartnerCase, known, prove_partner
from tests.templatedfacts import event

OPENS = ("open the issue `nfr_renewal acme self_managed 2027-01-20` from `nfr_renewal`",)
TEN = with_licences(("self_managed", 10, "2027-01-20"))
SITE: Mapping[str, Any] = {"licences": LICENCES, "templates": TEMPLATES}


def on(day: str, of: Partner = TEN, **more: Any) -> Any:
    return known(partner=of, today=day, site={**SITE, **more.pop("site", {})}, **more)


CASES = (
    PartnerCase("61 days before its end", on("2026-11-20")),
    PartnerCase("60 days before", on("2026-11-21"), OPENS),
    PartnerCase("found late", on("2027-01-20"), OPENS),
    PartnerCase("just ended", on("2027-02-19"), OPENS),
    PartnerCase("ended long ago", on("2027-02-20")),
    PartnerCase("there is one", on("2026-12-01", opened={OPENS[0].split("`")[1]: issue(9)})),
    PartnerCase("no licence", on("2026-12-01", ACME)),
    PartnerCase("no end", on("2026-12-01", with_licences(("self_managed", 10, None)))),
    PartnerCase("an integration simply ends", on("2026-12-01", with_licences(("alliance", 5, "2027-01-20")))),
    PartnerCase("a kind nobody knows", on("2026-12-01", with_licences(("gold", 5, "2027-01-20")))),
    PartnerCase("a partner in no good standing", on("2026-12-01", replace(TEN, status=Status.INACTIVE))),
    PartnerCase("nobody wants the template", on("2026-12-01", site={"templates": Templates()})),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nfr_renewals(case: PartnerCase) -> None:
    prove_partner(nfr_renewals, case)


def opened(of: Partner) -> OpenIssue:
    said = nfr_renewals.decide_partner(on("2026-12-01", of), nfr_renewals.Settings())
    (found,) = [one for one in said if isinstance(one, OpenIssue)]
    return found


def test_a_select_partner_is_renewed_and_an_open_one_is_asked() -> None:
    select, wide = opened(TEN), opened(replace(TEN, track=Track.OPEN))
    assert select.assign == ("phd-emea",)
    assert wide.assign == ("cam-emea", "phd-emea")
    assert select.due == wide.due == date(2027, 1, 20)
    assert select.values == {
        "partner": "Acme Consulting",
        "kind": "self-managed",
        "seats": "10",
        "contact": "Lee Example",
        "email": "lee@acme.example",
        "ends": "2027-01-20",
        "requested_by": "@cam-emea",
        "is_select": True,
        "is_open": False,
    }
    assert (wide.values["is_select"], wide.values["is_open"]) == (False, True)


def test_licences_of_one_kind_and_end_are_renewed_together() -> None:
    """Ten and five end on one day: one issue, for all fifteen."""
    found = opened(with_licences(("self_managed", 10, "2027-01-20"), ("self_managed", 5, "2027-01-20")))
    assert (found.key, found.values["seats"]) == ("nfr_renewal acme self_managed 2027-01-20", "15")


def test_nothing_is_opened_for_what_another_request_renews() -> None:
    """Once it was sent, or while it is open, whether the registry has it yet or not."""

    def opens(*ticked: str, said: Mapping[str, str] = MappingProxyType({}), **more: Any) -> bool:
        other = asked(*ticked, of=TEN, said={"renewal": "yes", **said}, **more)
        facts = on("2026-12-01", licences=(other,))
        return any(isinstance(one, OpenIssue) for one in nfr_renewals.decide_partner(facts, nfr_renewals.Settings()))

    assert not opens()
    assert not opens("sent", state="closed", said={"sent_on": "2026-11-20", "expires": "2027-11-20"})
    assert opens(state="closed")
    assert opens(said={"renewal": "no"})
    assert opens(said={"kind": "SaaS"})
    assert opens(said={"seats": "ten"})
    assert opens(is_home=False)


def test_each_licence_and_end_has_its_own() -> None:
    two = replace(TEN, nfr=(*TEN.nfr, Licence("saas", 5, date(2027, 1, 20))), contacts=Contacts())
    said = nfr_renewals.decide_partner(on("2026-12-01", two), nfr_renewals.Settings())
    found = [one for one in said if isinstance(one, OpenIssue)]
    assert [one.key.split()[2] for one in found] == ["self_managed", "saas"]
    assert found[0].values["contact"] == found[0].values["email"] == ""


def renewal(*ticked: str, of: Partner = TEN, **more: Any) -> IssueFacts:
    return asked(*ticked, key=RENEWAL, of=of, said={"ends": "2027-01-20", **more.pop("said", {})}, **more)


LATER = replace(ACME, nfr=(Licence("self_managed", 10, date(2027, 12, 1), "gitlab-com/channel/channels#7"),))
ISSUES = (
    LicenceCase("proposed", renewal(), ("say `propose` (NF-14)",), ("ends on 2027-01-20", "are renewed")),
    LicenceCase(
        "asked about", renewal(of=replace(TEN, track=Track.OPEN)), ("say `ask` (NF-14)",), ("Please ask the partner",)
    ),
    LicenceCase("settled", renewal("renew")),
    LicenceCase(
        "renewed by another request",
        renewal(of=LATER, author=BOT),
        ("tell `gone` once (`license of 2027-01-20 renewed elsewhere`)", "close the issue"),
        ("Another request renewed the license that ended on 2027-01-20",),
    ),
    LicenceCase("opened by hand for one that nobody knows", renewal(of=LATER), ("say `propose` (NF-14)",)),
    LicenceCase("there is no later one", renewal(of=ACME, author=BOT), ("say `propose` (NF-14)",)),
    LicenceCase("its form lacks something", renewal(author=BOT, said={"seats": "ten"}), ("say `propose` (NF-14)",)),
    LicenceCase("without an end", renewal(said={"ends": ""})),
    LicenceCase("a stranger's", renewal(said={"partner": "Zed"})),
    LicenceCase("closed", renewal(state="closed")),
    LicenceCase("another request", asked()),
)


@pytest.mark.parametrize("case", ISSUES, ids=lambda case: case.name)
def test_the_issue_itself(case: LicenceCase) -> None:
    prove_licence(nfr_renewals, case)


def test_whoever_opens_again_what_was_renewed_elsewhere_keeps_it_open() -> None:
    gone = renewal(of=LATER, author=BOT)
    assert list(nfr_renewals.templated_needs(gone, nfr_renewals.Settings())) == [StateHistory()]
    for one in (renewal(of=ACME, author=BOT), renewal(of=LATER, author=BOT, state="closed"), asked()):
        assert list(nfr_renewals.templated_needs(one, nfr_renewals.Settings())) == []
    events = (event("2026-11-23 12:00", "closed", BOT), event("2026-11-23 13:00", "reopened"))
    again = replace(gone, state_events=events, guard=Guard(bots=frozenset({BOT.id})))
    assert Close() not in list(nfr_renewals.decide_templated(again, nfr_renewals.Settings()))


def test_people_are_reminded_thirty_days_before() -> None:
    def nudge(of: Partner) -> Nudge | None:
        said = nfr_renewals.decide_templated(renewal(of=of), nfr_renewals.Settings())
        return next(one.nudge for one in said if isinstance(one, Say))

    turn = (Turn(date(2026, 12, 21)),)
    assert nudge(TEN) == Nudge(turns=turn, who=("phd-emea",), planned=True)
    assert nudge(replace(TEN, track=Track.OPEN)) == Nudge(turns=turn, who=("cam-emea",), planned=True)
