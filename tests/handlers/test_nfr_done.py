"""NF-12 and NF-13 as a table of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.actions import Action, Say
from bot.domain.checklist import read_checklist
from bot.domain.facts import Guard, IssueFacts
from bot.domain.gitlab import Note, Person
from bot.domain.licensing.request import INTEGRATION, RENEWAL, REQUEST, REQUESTS
from bot.domain.marks import Mark
from bot.domain.needs import HoldersOf, IssuesOf, Need, NoteHistory, StateHistory
from bot.domain.partners.changes import Licensed, name_of
from bot.domain.partners.steps import Propose, Tell
from bot.domain.registry import Licence, Status
from bot.domain.subject import Subject
from bot.domain.telling import told
from bot.domain.templated import Templated
from bot.handlers import nfr_done, nfr_licence, nfr_verdict
from tests.builders import BOT, CAM
from tests.builders import at as moment
from tests.licences import ACME, PHD, LicenceCase, asked, obeyed, prove_licence, text, with_licences
from tests.partnerfacts import known
from tests.templatedfacts import event

REFERENCE = "gitlab-com/channel/channels#42"
SENT_ON, EXPIRES = (
    "list `Sent on: 2026-11-23` under `The license`",
    "list `Expires: 2027-11-23` under `The license`",
)
TELLS, CLOSES, ASKS = "tell `sent` once (`license sent`)", "close the issue", "say `open_tasks` (NF-12)"
WRITTEN = "- Sent on: 2026-11-23 <!-- item:sent_on -->\n- Expires: 2027-11-23 <!-- item:expires -->"
TOLD = (Mark("told", "license sent", "issue:77/42"),)
DAYS = {"sent_on": "2026-11-20", "expires": "2027-11-20"}
CASES = (
    LicenceCase("not sent yet", asked()),
    LicenceCase("sent", asked("sent"), (SENT_ON, EXPIRES, TELLS, ASKS), ("`salesforce`",)),
    LicenceCase(
        "all is done", asked("sent", "salesforce"), (SENT_ON, EXPIRES, TELLS, CLOSES), ("you asked for was sent",)
    ),
    LicenceCase("the days are people's", asked("sent", "salesforce", said=DAYS), (TELLS, CLOSES)),
    LicenceCase(
        "sent to a partner that the registry lacks",
        asked("sent", "salesforce", said={"partner": "Zed", **DAYS}),
        (TELLS, "say `against` (NF-12)"),
        ("I wrote it down; its seats count once the registry has the partner.",),
    ),
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
    def who(facts: IssueFacts) -> tuple[str, ...]:
        said = nfr_done.decide_templated(facts, nfr_done.Settings())
        return next(one.who for one in said if isinstance(one, Tell))

    assert who(asked("sent", author=Person(6, "cam-amer"))) == ("cam-amer",)
    assert who(asked("sent", said={"requested_by": "@cam-amer"})) == ("cam-amer",)
    assert who(asked("sent", author=BOT)) == ("cam-emea",)


@pytest.mark.parametrize("handler", [nfr_done, nfr_verdict, nfr_licence], ids=lambda one: one.__name__)
def test_comments_are_read_once_something_was_ticked(handler: Any) -> None:
    """Who ticked it and when; also while the days of a tick that was taken back stand there."""

    def needs(facts: IssueFacts) -> list[Need]:
        return list(handler.templated_needs(facts, handler.Settings()))

    others, journal = [*map(IssuesOf, REQUESTS)], [NoteHistory(), HoldersOf("partner_help_desk")]
    assert needs(asked("sent")) == needs(asked("exception")) == [*others, *journal]
    assert needs(asked(description=f"{text(REQUEST)}\n{WRITTEN}")) == [*others, *journal]
    assert needs(asked()) == others
    assert needs(asked(is_home=False)) == needs(asked(said={"partner": ""})) == []


def test_whoever_opens_it_again_keeps_it_open() -> None:
    done = asked("sent", "salesforce", said=DAYS, marks=TOLD)
    assert list(nfr_done.templated_needs(done, nfr_done.Settings()))[-1] == StateHistory()
    assert StateHistory() not in list(nfr_done.templated_needs(asked("sent"), nfr_done.Settings()))
    events = (event("2026-11-23 12:00", "closed", BOT), event("2026-11-23 13:00", "reopened"))
    again = replace(done, state_events=events, guard=Guard(bots=frozenset({BOT.id})))
    assert (wished(replace(again, state_events=events[:1])), wished(again)) == ((CLOSES,), ())


def test_the_partner_looks_until_it_is_recorded() -> None:
    def wakes(facts: IssueFacts) -> list[Subject]:
        return list(nfr_done.templated_affects(facts, nfr_done.Settings()))

    assert wakes(asked("sent", said=DAYS)) == [Subject.partner("acme")]
    recorded = replace(ACME, nfr=(Licence("self_managed", 10, date(2027, 11, 20), REFERENCE),))
    assert wakes(asked("sent")) == [Subject.partner("acme")]
    for one in (
        asked(said=DAYS),
        asked("sent", said=DAYS, of=recorded),
        asked("sent", said={**DAYS, "partner": "Zed"}),
        asked("sent", is_home=False),
    ):
        assert wakes(one) == []


def told_of(*lines: str, by: Person = PHD) -> tuple[Note, ...]:
    """GitLab's own lines about the box, a day after the other since Friday."""
    said = "marked the checklist item **sent &lt;!-- t:nfr_request.sent --&gt;** as {0}"
    return tuple(
        Note(at, said.format(state), by, system=True, created_at=moment(f"2026-11-2{at} 16:00"))
        for at, state in enumerate(lines)
    )


def wished(facts: IssueFacts) -> tuple[str, ...]:
    said = nfr_done.decide_templated(facts, nfr_done.Settings())
    return tuple(told(one) for one in said if isinstance(one, Action))


def test_it_was_sent_on_the_day_of_the_tick() -> None:
    """Not on that of the look: a weekend may lie between the two."""
    found = wished(replace(asked("sent"), notes=told_of("completed")))
    assert found[:2] == (SENT_ON.replace("23", "20", 1), EXPIRES.replace("-23", "-20"))


def test_a_tick_that_was_taken_back_takes_its_days_along() -> None:
    """Whoever was told hears of it, once, and the next tick is another occasion."""
    back = asked(description=f"{text(REQUEST)}\n{WRITTEN}", marks=TOLD, today=date(2026, 12, 14))
    back = replace(back, notes=told_of("completed", "incomplete"))
    drops = ("drop the item `sent_on`", "drop the item `expires`")
    assert wished(back) == ("tell `taken_back` once (`license sent taken back`)", *drops)
    assert wished(replace(back, marks=())) == drops
    again = replace(asked("sent", marks=TOLD), notes=told_of("completed", "incomplete", "completed"))
    assert "tell `sent` once (`license sent 2`)" in wished(again)


def test_only_the_help_desk_says_that_it_was_sent() -> None:
    """A tick of another's is asked about, and until then nothing is sent."""
    owned = text(REQUEST, ("sent",)).replace("- [", "## Send <!-- owner: partner_help_desk -->\n\n- [", 1)
    facts = asked(description=owned)
    assert isinstance(facts.case, Templated)
    case = replace(facts.case, master=read_checklist(owned))
    mine = replace(facts, case=case, notes=told_of("completed", by=CAM), holders={"partner_help_desk": frozenset({4})})
    assert wished(mine) == ("say `doubtful` (NF-12)",)
    assert wished(replace(mine, notes=told_of("completed")))[-1] == ASKS
    ordered = replace(mine, notes=told_of("completed", by=BOT), guard=Guard(bots=frozenset({BOT.id})))
    assert wished(ordered)[-1] == ASKS


def test_what_was_sent_against_the_verdict_is_recorded_and_told_to_the_chief() -> None:
    """It stays open then: somebody has to answer for it."""
    facts = asked("sent", "salesforce", of=replace(ACME, status=Status.PENDING), said={"seats": "500", **DAYS})
    assert wished(facts) == (TELLS, "say `against` (NF-12)")
    (said,) = [one for one in nfr_done.decide_templated(facts, nfr_done.Settings()) if isinstance(one, Say)]
    assert said.internal
    assert proposed(facts) == [Propose("acme", Licensed("self_managed", 500, date(2027, 11, 20), REFERENCE))]


def test_what_was_granted_later_makes_no_licence_wrong() -> None:
    later = asked("sent", iid=99, said={"seats": "25", "sent_on": "2026-11-21", "expires": "2027-04-30"})
    facts = asked("sent", "salesforce", said=DAYS, marks=TOLD, others={REQUEST: (later,)})
    assert wished(facts) == (CLOSES,)


def proposed(*issues: IssueFacts, **more: Any) -> list[Propose]:
    facts = known(partner=issues[0].site.registry.partners[0], licences=issues, **more)
    return list(nfr_done.decide_partner(facts, nfr_done.Settings()))


def test_the_licence_is_proposed_to_the_registry() -> None:
    change = Licensed("self_managed", 10, date(2027, 11, 20), REFERENCE)
    assert proposed(asked("sent", said=DAYS)) == [Propose("acme", change)]
    assert proposed(asked(said=DAYS), asked("sent", is_home=False)) == []
    for status in ("open !3", "closed !3"):
        assert proposed(asked("sent", said=DAYS), proposed={name_of(change): status}) == []


def test_what_people_correct_once_it_is_proposed_is_proposed_too() -> None:
    """The issue asks for the days as they were typed in, and the merge request is open by then."""
    first = Licensed("self_managed", 10, date(2027, 11, 20), REFERENCE)
    corrected = asked("sent", said={**DAYS, "seats": "8", "expires": "2027-11-30"})
    now = replace(first, seats=8, expires=date(2027, 11, 30))
    assert proposed(corrected, proposed={name_of(first): "open !3"}) == [Propose("acme", now)]


def test_a_renewal_names_the_licence_it_replaces() -> None:
    old = with_licences(("self_managed", 10, "2026-12-31"))
    (found,) = proposed(asked("sent", of=old, key=RENEWAL, said={**DAYS, "ends": "2026-12-31"}))
    assert found.change == Licensed("self_managed", 10, date(2027, 11, 20), REFERENCE, date(2026, 12, 31))


def test_whoever_says_so_has_it_ticked() -> None:
    wishes, answer = obeyed(nfr_done, asked(), "nfr sent")
    assert wishes == ("tick the task `nfr_request.sent`", "answer `ticked`")
    assert "Noted, `@phd-emea`: I tick that the license was sent" in answer
    assert obeyed(nfr_done, asked(said={"seats": "ten"}), "nfr sent")[0] == ("answer `incomplete`",)
    assert obeyed(nfr_done, asked(is_home=False), "nfr sent")[0] == ("answer `no_request`",)
