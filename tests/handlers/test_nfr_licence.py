"""NF-05, NF-08, NF-10, NF-11 and AL-05 as a table of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.actions import Check, Say
from bot.domain.facts import IssueFacts
from bot.domain.letters import Letter
from bot.domain.licensing.request import INTEGRATION
from bot.handlers import nfr_licence
from bot.voice.wording import digest
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
            "If you make it on another day than 2026-11-23, it starts on that day and ends 12 months later to the day",
        ),
        never=("together",),
    ),
    LicenceCase("on a leap day", asked(today=date(2028, 2, 29)), (FIELDS,), ("Expires at   2029-02-28",)),
    LicenceCase(
        "together with another one",
        asked(of=with_licences(("saas", 5, "2027-04-30"))),
        (FIELDS,),
        ("Expires at   2027-04-30", "it starts on that day.\n", "the partner has, on 2027-04-30"),
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
        ("ends on 2026-12-10, and", "`Renewal: no`"),
        never=("Expires at",),
    ),
    LicenceCase(
        "new all the same",
        asked(of=SOON, said={"renewal": "no"}),
        (FIELDS,),
        ("Expires at   2026-12-10", "the partner has, on 2026-12-10"),
    ),
    LicenceCase(
        "on days that the form names",
        asked(said={"sent_on": "2026-11-25", "expires": "2027-06-30"}),
        (FIELDS,),
        ("Starts at    2026-11-25", "Expires at   2027-06-30"),
        never=("on another day",),
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


def _news(known: IssueFacts) -> str:
    """What tells one comment from another."""
    every = nfr_licence.decide_templated(known, nfr_licence.Settings())
    return digest([("nfr_licence", one) for one in every if isinstance(one, Say)])


def test_a_new_day_is_no_news() -> None:
    """The values stay those of the day on which something that matters changed; the comment is not edited each day."""
    shared = with_licences(("saas", 5, "2027-04-30"))
    for known in (asked(), asked(of=shared), asked(of=SOON)):
        assert _news(known) == _news(replace(known, today=date(2026, 11, 24)))
    assert _news(asked()) != _news(asked(said={"seats": "9"}))
    assert _news(asked(of=shared)) != _news(asked(of=with_licences(("saas", 5, "2027-05-31"))))
    named = [asked(said={"expires": day}) for day in ("2027-06-30", "2027-07-31")]
    assert _news(named[0]) != _news(named[1])
    begun = [asked(said={"sent_on": day}) for day in ("2026-11-25", "2026-11-26")]
    assert _news(begun[0]) != _news(begun[1])
