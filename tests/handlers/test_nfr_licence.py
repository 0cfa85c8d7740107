"""NF-05, NF-08, NF-10, NF-11 and AL-05 as a table of cases."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.actions import Check, Say
from bot.domain.letters import Letter
from bot.domain.licensing.request import INTEGRATION
from bot.handlers import nfr_licence
from tests.licences import LicenceCase, asked, prove_licence, with_licences

LETTER = Letter("lee@acme.example", ("cam-emea@example.com",), "Your license", "Hello Lee,\n\nhere it is.\n")
SOON = with_licences(("saas", 5, "2026-12-10"))
FIELDS = "say `fields` (NF-10)"
CASES = (
    LicenceCase(
        "the values stand ready",
        asked(),
        (FIELDS,),
        (
            "Company      Acme Consulting",
            "GitLab Plan  Ultimate",
            "Starts at    2026-11-23",
            "Expires at   2027-11-23",
            "Notes        10 Ultimate NFR Licenses for Partner: Acme Consulting\n```",
        ),
        never=("in 365 days",),
    ),
    LicenceCase("on a leap day", asked(today=date(2028, 2, 29)), (FIELDS,), ("Expires at   2029-02-28",)),
    LicenceCase(
        "together with another one",
        asked(of=with_licences(("saas", 5, "2027-04-30"))),
        (FIELDS,),
        ("Expires at   2027-04-30", "in 158 days"),
    ),
    LicenceCase(
        "beside one whose end nobody knows",
        asked(of=with_licences(("self_managed", 5, None))),
        (FIELDS,),
        ("Expires at   2027-11-23", "does not say when one of the partner's licenses ends"),
    ),
    LicenceCase(
        "which a renewal need not ask about",
        asked(of=with_licences(("self_managed", 5, None)), said={"renewal": "yes"}),
        (FIELDS,),
        never=("does not say when",),
    ),
    LicenceCase(
        "renewal or new",
        asked(of=SOON, letter=LETTER),
        ("say `renewal_or_new` (NF-05)",),
        ("ends on 2026-12-10, in 17 days", "`Renewal: no`"),
        never=("Expires at",),
    ),
    LicenceCase(
        "new all the same",
        asked(of=SOON, said={"renewal": "no"}),
        (FIELDS,),
        ("Expires at   2026-12-10", "in 17 days"),
    ),
    LicenceCase("a renewal", asked(of=SOON, said={"renewal": "yes"}), (FIELDS,), ("Expires at   2027-11-23",)),
    LicenceCase(
        "the letter lies beside them",
        asked(letter=LETTER),
        (FIELDS, "say `letter` (NF-08)"),
        ("To: `lee@acme.example`", "Cc: `cam-emea@example.com`", "Subject: Your license\n\nHello Lee,"),
    ),
    LicenceCase(
        "without copies",
        asked(letter=Letter("lee@acme.example", (), "s", "t")),
        (FIELDS, "say `letter` (NF-08)"),
        never=("Cc:",),
    ),
    LicenceCase(
        "a letter that must not leave",
        asked(letter=Letter(problem="`lee@gmail.example` is no contact")),
        (FIELDS, "say `no_letter` (NF-08)"),
        ("**No letter yet:** `lee@gmail.example` is no contact",),
    ),
    LicenceCase("once sent only the letter is left", asked("sent", letter=LETTER), ("say `letter` (NF-08)",)),
    LicenceCase("until that is sent too", asked("sent", "letter", letter=LETTER)),
    LicenceCase(
        "an integration's six months",
        asked(key=INTEGRATION, said={"partner": "Zed", "seats": ""}),
        ("say `fields` (AL-05)",),
        (
            "runs 6 months",
            "Users count  5",
            "Expires at   2027-05-23",
            "5 Ultimate Integration Licenses",
            "dotcom-internal",
        ),
    ),
    LicenceCase("what is not granted is not made", asked(said={"seats": "30"}, letter=LETTER)),
    LicenceCase("nor what is incomplete", asked(said={"seats": "-3"})),
    LicenceCase("elsewhere nothing is said", asked(is_home=False)),
    LicenceCase("closed is closed", asked(state="closed", letter=LETTER)),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nfr_licence(case: LicenceCase) -> None:
    prove_licence(nfr_licence, case)


def test_nothing_of_it_is_for_others() -> None:
    for case in CASES:
        for one in nfr_licence.decide_templated(case.known, nfr_licence.Settings()):
            assert isinstance(one, Say | Check)
            assert one.internal
