"""NF-03, NF-04, NF-06 and NF-07 as a table of cases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.actions import Check, Say
from bot.domain.checklist import read_checklist
from bot.domain.gitlab import Note, Person
from bot.domain.licensing.kinds import Licences
from bot.domain.licensing.request import INTEGRATION, REQUEST
from bot.domain.needs import IssuesOf, NoteHistory
from bot.domain.registry import Practitioners, Status
from bot.domain.templated import Templated
from bot.handlers import nfr_verdict
from tests.builders import CAM, at, order
from tests.licences import ACME, LICENCES, PHD, LicenceCase, asked, obeyed, prove_licence, text, with_licences
from tests.partnerfacts import words

BARE = replace(ACME, practitioners=Practitioners())
STRICT = {"licences": Licences(LICENCES.kinds, certification_required=True)}
VERDICT = "say `verdict` (NF-03)"
CASES = (
    LicenceCase(
        "all is well",
        asked(),
        (VERDICT,),
        (
            "**Verdict: grant** (data as of 2026-11-02)",
            "| ✅ | The partner is authorized | authorized |",
            "0 + 10 of 25",
        ),
    ),
    LicenceCase(
        "nobody is certified",
        asked(of=BARE),
        (VERDICT, "say `encourage` (NF-07)"),
        ("**Verdict: grant, and encourage**", "sent all the same (policy: certification is not required)"),
    ),
    LicenceCase(
        "where the policy asks for it, that is a no",
        asked(of=BARE, site_=STRICT),
        (VERDICT, "say `uncertified` (NF-06)"),
        ("**Verdict: nobody is certified**",),
    ),
    LicenceCase(
        "too many seats",
        asked(of=with_licences(("self_managed", 10, "2027-04-30")), said={"seats": "20", "renewal": "no"}),
        (VERDICT, "say `over` (NF-04)"),
        ("**Verdict: over the limit**", "by 5", "may have 15 more", "Support's form"),
    ),
    LicenceCase(
        "too many seats, unless it renews what is there",
        asked(of=with_licences(("self_managed", 10, "2027-04-30")), said={"seats": "20"}),
        (VERDICT, "say `over_or_renewal` (NF-04)"),
        ("**Renewal or new?**", "by 5", "may have 15 more", "`Renewal: yes`"),
    ),
    LicenceCase(
        "too many even as a renewal",
        asked(of=with_licences(("self_managed", 10, "2027-04-30")), said={"seats": "60"}),
        (VERDICT, "say `over` (NF-04)"),
    ),
    LicenceCase(
        "no seats are left",
        asked(of=with_licences(("self_managed", 25, None)), said={"seats": "1"}),
        (VERDICT, "say `over` (NF-04)"),
        ("agree on 0 (so none)",),
    ),
    LicenceCase(
        "the exception was approved",
        asked("exception", said={"seats": "30"}),
        (VERDICT,),
        ("**Verdict: grant, by exception**",),
    ),
    LicenceCase(
        "not authorized",
        asked(of=replace(ACME, status=Status.PENDING)),
        (VERDICT, "say `not_authorized` (NF-03)"),
        ("**Verdict: not authorized**", "as of 2026-11-02"),
    ),
    LicenceCase(
        "not in the registry",
        asked(said={"partner": "Zed `@all`"}),
        (VERDICT, "say `unknown` (NF-03)"),
        ("**Verdict: unknown partner**", "as of 2026-11-01", "has no `Zed @all`"),
    ),
    LicenceCase(
        "nearly in the registry",
        asked(said={"partner": "Acme Consultng"}),
        (VERDICT, "say `unknown` (NF-03)"),
        ("has no `Acme Consultng`. Did you mean `Acme Consulting`?",),
        ("of 25", "of 10"),
    ),
    LicenceCase(
        "ten in letters is no number",
        asked(said={"seats": "ten"}),
        ("say `needs_info` (NF-03)",),
        ("**Verdict: needs info.**", "as of 2026-11-02"),
    ),
    LicenceCase("an integration is judged too", asked(key=INTEGRATION, said={"partner": "Zed"}), (VERDICT,)),
    LicenceCase("elsewhere nothing is looked into", asked(is_home=False)),
    LicenceCase("what was sent was judged", asked("sent")),
    LicenceCase("closed is closed", asked(state="closed")),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nfr_verdict(case: LicenceCase) -> None:
    prove_licence(nfr_verdict, case)


def test_nothing_of_it_is_for_others() -> None:
    for case in CASES:
        for one in nfr_verdict.decide_templated(case.known, nfr_verdict.Settings()):
            assert isinstance(one, Say | Check)
            assert one.internal


def test_whoever_asks_hears_the_verdict_without_data() -> None:
    wishes, text = obeyed(nfr_verdict, asked(said={"seats": "30"}), "nfr check")
    assert wishes == ("answer `checked`",)
    assert 'the verdict is "over the limit" (data as of 2026-11-02)' in text
    assert "30" not in text
    assert obeyed(nfr_verdict, asked(said={"seats": "0"}), "nfr check")[0] == ("answer `incomplete`",)
    assert obeyed(nfr_verdict, asked(is_home=False), "nfr check")[0] == ("answer `no_request`",)


def test_only_the_help_desk_says_that_more_was_approved_of() -> None:
    """A tick of the one who asked is asked about, and until then the limit counts."""
    owned = text(REQUEST, ("exception",), seats="60")
    owned = owned.replace("- [", "## Check <!-- owner: partner_help_desk -->\n\n- [", 1)
    facts = asked(description=owned)
    assert isinstance(facts.case, Templated)
    case = replace(facts.case, master=read_checklist(owned))
    line = "marked the checklist item **exception &lt;!-- t:nfr_request.exception optional --&gt;** as completed"

    def said(by: Person) -> list[Say]:
        notes = (Note(1, line, by, system=True, created_at=at("2026-11-23 10:00")),)
        known = replace(facts, case=case, notes=notes, holders={"partner_help_desk": frozenset({PHD.id})})
        wished = nfr_verdict.decide_templated(known, nfr_verdict.Settings())
        return [one for one in wished if isinstance(one, Say)]

    assert [one.topic for one in said(CAM)] == ["verdict", "doubtful", "over"]
    assert [one.topic for one in said(PHD)] == ["verdict"]
    assert "`@cam-emea` ticked that the exception" in words("nfr_verdict", said(CAM))


def test_what_was_sent_is_not_judged_anew() -> None:
    facts = asked("sent", said={"sent_on": "2026-11-20", "expires": "2027-11-20"})
    wishes, answer = obeyed(nfr_verdict, facts, "nfr check")
    assert wishes == ("answer `was_sent`",)
    assert "was sent on 2026-11-20" in answer
    said = order("nfr check", "2026-11-23 10:00", by=PHD)
    needed = set(nfr_verdict.order_needs(facts, nfr_verdict.Settings(), said))
    assert {NoteHistory(), IssuesOf(REQUEST)} <= needed
