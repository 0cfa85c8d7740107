"""NF-09 as tables of cases: what a form lacks is asked for, shown by a label, and ends in a friendly close."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.actions import Nudge
from bot.domain.answers import Field, Kind
from bot.domain.facts import IssueFacts
from bot.domain.needs import LabelHistory, NoteHistory, StateHistory
from bot.domain.registry import Registry
from bot.handlers import missing_answers
from bot.handlers.missing_answers import Settings, templated_needs
from tests.builders import BOT, SITE, facts, issue
from tests.cases import Case as Played
from tests.cases import named, prove
from tests.stage import Stage
from tests.templatedfacts import (
    ANSWERS,
    NEEDS_INFO,
    TemplatedCase,
    decided,
    event,
    labelled,
    prove_decision,
    said,
    says,
    templated,
    text,
    words,
)

LACKS = text({"Partner": "Acme Consulting", "License kind": "SaaS"})
STRANGE, KNOWN = text({**ANSWERS, "Partner": "Zed"}), {"known_partner": True}
FLAGGED = frozenset({"Channel", NEEDS_INFO})
ASKED = labelled("2026-11-23 10:05")
JOURNALS = frozenset({LabelHistory(), StateHistory()})
SET, UNSET = f"add label `{NEEDS_INFO}`", f"remove label `{NEEDS_INFO}`"


def asked(today: str, description: str = LACKS, **more: Any) -> IssueFacts:
    """One whose form lacks something since Monday, 23 November; a week of business days later is the 30th."""
    given = {"labels": FLAGGED, "label_events": (ASKED,), "read": JOURNALS, **more}
    return templated(description, today, **given)


CASES = (
    TemplatedCase("a complete form needs nothing", templated()),
    TemplatedCase("an ordinary issue is none of its business", facts(issue())),
    TemplatedCase("a template that asks for nothing has nothing to lack", templated(LACKS, template={"form": ()})),
    TemplatedCase("elsewhere its template is not asked for", templated(LACKS, is_home=False)),
    TemplatedCase(
        "what is missing is asked for",
        templated(LACKS),
        (SET,),
        (
            "please fill in **Seats** in the description",
            "Numbers are written in digits",
            "for 5 business days, I close",
        ),
    ),
    TemplatedCase(
        "how many is told apart from other numbers",
        templated(text({**ANSWERS, "Seats": "-5"}), template={"form": (Field("seats", "Seats", (), Kind.COUNT),)}),
        (SET,),
        ("I cannot read **Seats** `-5`. How many is a whole number above 0, in digits.",),
    ),
    TemplatedCase(
        "what cannot be read is asked for, with what may be written",
        templated(
            text({**ANSWERS, "License kind": "floating", "Seats": "ten", "Until": "soon", "Requested by": "me?"})
        ),
        (SET,),
        (
            "I cannot read **License kind** `floating`, **Seats** `ten`, **Requested by** `me?`, **Until** `soon`",
            "**License kind** is one of `saas`, `self-managed`",
            "Days are written `YYYY-MM-DD`",
            "by their handle",
        ),
    ),
    TemplatedCase(
        "a partner that the registry lacks is asked for",
        templated(STRANGE, template=KNOWN),
        (SET,),
        ("I do not find the partner `Zed` in our registry", "for 5 business days, I close"),
    ),
    TemplatedCase("where anybody may ask it need not know them", templated(STRANGE)),
    TemplatedCase(
        "a partner that it has is all there is to say", asked("2026-11-24", text(), template=KNOWN), (UNSET,)
    ),
    TemplatedCase(
        "nobody corrected the partner",
        asked("2026-11-30", STRANGE, template=KNOWN),
        ("close the issue",),
        ("Closed for now",),
    ),
    TemplatedCase(
        "what was done all the same is not forgotten",
        asked("2026-12-09", text({**ANSWERS, "Partner": "Zed"}, ticked=1), template=KNOWN),
        (),
        ("I do not find the partner `Zed` in our registry",),
    ),
    TemplatedCase(
        "several answers are asked about",
        templated(text(ANSWERS) + "\n- Seats: 7\n"),
        (SET,),
        ("The description says several things for **Seats** `5`, `7`",),
    ),
    TemplatedCase("what is complete again loses its label", asked("2026-11-24", text()), (UNSET,)),
    TemplatedCase(
        "a template without a label only asks",
        templated(LACKS, template={"needs_info": "", "stale_after": None}),
        (),
        ("please fill in **Seats** in the description.",),
    ),
    TemplatedCase("while there is time nothing is closed", asked("2026-11-27"), (), ("please fill in **Seats**",)),
    TemplatedCase(
        "when nobody answered it is closed with a word",
        asked("2026-11-30"),
        ("close the issue",),
        ("**Closed for now:** `@cam-emea`, some answers were missing", "please open it again"),
    ),
    TemplatedCase(
        "a template without an end waits for ever",
        asked("2027-11-30", template={"stale_after": None}),
        (),
        ("fill in",),
    ),
    TemplatedCase(
        "somebody's word gives more time",
        asked("2026-11-30", notes=(said("2026-11-25"),)),
        (),
        ("please fill in **Seats**",),
    ),
    TemplatedCase(
        "the bot's own word gives none",
        asked("2026-11-30", notes=(said("2026-11-26", BOT),)),
        ("close the issue",),
        ("Closed for now",),
    ),
    TemplatedCase(
        "nor does it after somebody's",
        asked("2026-12-02", notes=(said("2026-11-25"), said("2026-11-26", BOT))),
        ("close the issue",),
        ("Closed for now",),
    ),
    TemplatedCase(
        "which ends too", asked("2026-12-02", notes=(said("2026-11-25"),)), ("close the issue",), ("Closed for now",)
    ),
    TemplatedCase(
        "the days count from when it was asked last",
        asked("2026-11-30", label_events=(ASKED, labelled("2026-11-24", "remove"), labelled("2026-11-25"))),
        (),
        ("please fill in",),
    ),
    TemplatedCase("where no journal tells, from today", asked("2026-11-30", label_events=()), (), ("please fill in",)),
    TemplatedCase(
        "one that was opened again stays open, and nothing is threatened",
        asked("2026-12-09", state_events=(event("2026-11-30 09:00", "closed", BOT), event("2026-12-01", "reopened"))),
        (),
        ("please fill in **Seats** in the description. Numbers are written in digits.",),
    ),
    TemplatedCase(
        "once closed, the word stays there",
        asked("2026-12-09", state="closed", state_events=(event("2026-11-30 09:00", "closed", BOT),)),
        (),
        ("Closed for now",),
    ),
    TemplatedCase(
        "what a person closed is over",
        asked("2026-12-09", state="closed", state_events=(event("2026-11-30", "closed"),)),
    ),
    TemplatedCase(
        "so is what the bot closed for another reason",
        asked("2026-12-09", state="closed", state_events=(event("2026-11-24 09:00", "closed", BOT),)),
    ),
    TemplatedCase("closed, its label taken off, it is over", asked("2026-12-09", state="closed", labels=frozenset())),
)


@pytest.mark.parametrize(**named(CASES))  # type: ignore[arg-type]  # a table of its own
def test_missing_answers(case: TemplatedCase) -> None:
    prove_decision(missing_answers, case)


def test_no_end_is_named_where_there_is_none() -> None:
    for one in (
        templated(LACKS, template={"needs_info": "", "stale_after": None}),
        asked("2026-12-09", state_events=(event("2026-11-30 09:00", "closed", BOT), event("2026-12-01", "reopened"))),
        asked("2026-11-24", text({**ANSWERS, "Seats": ""}, ticked=1)),
    ):
        (point,) = says(decided(missing_answers, one))
        assert "I close" not in words("missing_answers", point)


def test_whoever_wrote_it_is_reminded() -> None:
    (point,) = says(decided(missing_answers, templated(LACKS), remind_after=3))
    assert point.nudge == Nudge(3, who=("cam-emea",))


def test_for_what_the_bot_wrote_whoever_has_it_in_hand_is_reminded() -> None:
    (point,) = says(decided(missing_answers, templated(LACKS, author=BOT)))
    assert point.nudge == Nudge(2, who=("phd-emea",))


@pytest.mark.parametrize(
    ("more", "begins"),
    [({}, "`@phd-emea`, some answers"), ({"site": replace(SITE, registry=Registry())}, "Some answers")],
)
def test_what_the_bot_wrote_is_closed_with_a_word_to_them(more: dict[str, Any], begins: str) -> None:
    point = says(decided(missing_answers, asked("2026-11-30", author=BOT, **more)))[-1]
    assert words("missing_answers", point).startswith(f"**Closed for now:** {begins} were missing")


def test_the_journals_are_read_once_they_matter() -> None:
    """The label stands there only when something was asked; people's words count on the last day alone."""
    looks = (
        templated(LACKS),
        asked("2026-11-27", read=frozenset()),
        asked("2026-11-27"),
        asked("2026-11-30"),
        facts(issue()),
    )
    needs = [list(templated_needs(one, Settings())) for one in looks]
    journals = [LabelHistory(), StateHistory()]
    assert needs == [[], journals, journals, [*journals, NoteHistory()], []]


REQUEST = "- Partner: Acme Consulting\n\n- [ ] Sent <!-- t:nfr_request.sent -->\n\nTemplate: `NFR_License_Request`"
PLAYED = (
    Played(
        "a request without its seats is labelled and asked",
        issue={"description": REQUEST, "labels": "Channel"},
        wishes=(SET, "say `lacks` (NF-02)"),
        after={"labels": {"Channel", NEEDS_INFO}},
        says=("please fill in", "**Seats**"),
    ),
)


@pytest.mark.parametrize(**named(PLAYED))
def test_it_is_so_in_gitlab(shared: Stage, case: Played) -> None:
    prove(shared, "missing_answers", case)


def test_what_nobody_answers_is_closed_once_and_stays_open_when_somebody_opens_it_again(scene: Stage) -> None:
    scene.play(only="missing_answers")
    request = scene.issue(description=REQUEST, labels="Channel")
    scene.look(request)
    scene.later(14 * 86400)
    scene.look(request)
    scene.look(request)
    assert scene.fresh(request).state == "closed"
    (status,) = scene.comments(request)
    assert "Closed for now" in status
    scene.edit(request, state_event="reopen")
    scene.look(request)
    scene.look(request)
    assert scene.fresh(request).state == "opened"
    assert "please fill in" in scene.comments(request)[0]
