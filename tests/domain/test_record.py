"""Records and requests survive being written down, and say where a partner stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.partners.record import Extension, Record, Request

RECORD = Record("acme", "cam-emea", date(2026, 11, 23), (77, 12))
TRACKED = replace(
    RECORD,
    ctp=True,
    tracking=(80, 1),
    started_on=date(2026, 11, 24),
    extensions=(Extension(date(2027, 6, 30), "services-lead", date(2027, 5, 1), "the trainer was ill"),),
    heard=("a", "b"),
)
WITHDRAWN = replace(TRACKED, withdrawn_on=date(2027, 1, 1), withdrawn_by="cam-emea")


@pytest.mark.parametrize("record", [RECORD, TRACKED, WITHDRAWN], ids=["a folder", "an enrolment", "withdrawn"])
def test_a_record_is_read_as_it_was_written(record: Record) -> None:
    assert Record.from_json(record.to_json()) == record


def test_a_request_is_read_as_it_was_written() -> None:
    request = Request("key", "acme", "extend", "services-lead", date(2027, 5, 1), (77, 12), {"until": "2027-06-30"})
    assert Request.from_json(request.to_json()) == request


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"on": 1}', RECORD.to_json().replace("2026-11-23", "yesterday")])
def test_what_nobody_wrote_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        Record.from_json(text)


@pytest.mark.parametrize(
    ("record", "is_running"),
    [(RECORD, False), (replace(RECORD, ctp=True), False), (TRACKED, True), (WITHDRAWN, False)],
    ids=["a folder", "not begun", "on its way", "withdrawn"],
)
def test_a_partner_is_on_its_way_with_a_tracking_issue(record: Record, is_running: bool) -> None:
    assert record.is_running is is_running


def test_the_last_extension_counts() -> None:
    later = Extension(date(2027, 7, 31), "services-lead", date(2027, 6, 1), "once more")
    assert RECORD.extended_to is None
    assert TRACKED.extended_to == date(2027, 6, 30)
    assert replace(TRACKED, extensions=(*TRACKED.extensions, later)).extended_to == date(2027, 7, 31)
