"""What is done for a partner, in plain words that are safe to print."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.actions import Ask, Close, Reopen, SendMail
from bot.domain.partners.changes import Withdrawn
from bot.domain.partners.record import Record, Request
from bot.domain.partners.steps import (
    CloseTwin,
    Drop,
    HideGroup,
    KeepRecord,
    MakeGroup,
    MakeProject,
    MoveProject,
    OpenCase,
    PartnerAction,
    Propose,
    PutDraft,
    PutMember,
    PutTemplates,
    Tell,
)
from bot.domain.places import Room
from bot.domain.telling import before, past, told
from tests.builders import issue
from tests.partnerfacts import PAT, PATH

DAY = date(2026, 11, 23)
ROOM = Room(5, "other/place", "Acme CTP", "other", "main", "https://g/r", "private")
REQUEST = Request("key", "acme", "enrol", "cam-emea", DAY, (77, 12))
WORDS: tuple[tuple[PartnerAction, str], ...] = (
    (MakeGroup(PATH, "Acme"), f"make the private group `{PATH}`"),
    (HideGroup(PATH), f"make the group `{PATH}` private"),
    (PutMember(PATH, 40, PAT), f"make `@pat-example` Maintainer of `{PATH}`"),
    (PutMember(PATH, 33, email="pat@acme.example"), f"invite `pat@acme.example` 33 of `{PATH}`"),
    (MakeProject(f"{PATH}/ctp", "Acme CTP"), f"make the empty private project `Acme CTP` at `{PATH}/ctp`"),
    (MoveProject(ROOM, PATH), f"move the project `other/place` to `{PATH}`"),
    (PutTemplates(PATH, "ctp", "acme"), f"commit the issue templates and the README to `{PATH}`"),
    (
        OpenCase("award acme psp", "award", PATH, "acme", "psp", {}),
        f"open the award issue in `{PATH}` (`award acme psp`)",
    ),
    (PutDraft(issue(7), "acme", "psp"), "have the e-mail ready in `gitlab-com/channel/channels#7`"),
    (
        CloseTwin(issue(8), issue(7)),
        "close `gitlab-com/channel/channels#8`, which `gitlab-com/channel/channels#7` stands for",
    ),
    (KeepRecord(Record("acme", "cam-emea", DAY, (77, 12))), "write down what is asked for `acme`"),
    (Drop(REQUEST), "tick off the request `enrol`"),
    (Propose("acme", Withdrawn(DAY)), "propose withdrawn of `acme` to the registry"),
    (Tell("CT-14", "expired", "expired 2027-05-24", ()), "tell `expired` once (`expired 2027-05-24`)"),
)


@pytest.mark.parametrize(("step", "words"), WORDS, ids=[type(step).__name__ for step, _ in WORDS])
def test_a_step_is_told(step: PartnerAction, words: str) -> None:
    assert told(step) == words


def test_what_orders_come_to_is_told() -> None:
    assert told(Ask(REQUEST)) == "have `enrol` carried out for `acme`"
    assert told(SendMail("key", "award_ctp", "acme")) == "send the mail `award_ctp` to `acme`"


def test_opening_and_closing_is_told() -> None:
    assert [told(Reopen()), past(told(Reopen()))] == ["reopen the issue", "reopened the issue"]
    assert [told(Close()), past(told(Close()))] == ["close the issue", "closed the issue"]
    assert before(Close(), issue()) == "opened"
