"""CT-10's tracking issue as a table of cases: where it is, and who sees it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.handlers import ctp_whereabouts
from tests.tracking import PAT, RecordCase, Story, prove_record

CASES = (
    RecordCase("where it was opened, all is well"),
    RecordCase(
        "moved away, the account manager is told what to do",
        lambda story: story.close(PAT).fields.update(moved_to_id=9),
        wishes=("say `moved` (CT-10)", "tell `moved` once (`moved 5/1`)"),
        says=("was moved away", "`@channel-bot ctp enrol acme` opens another one"),
        tells=("cam-emea",),
    ),
    RecordCase(
        "made confidential, the account manager is told",
        lambda story: story.fields.update(confidential=True),
        wishes=("say `hidden` (CT-10)", "tell `hidden` once (`hidden 5/1`)"),
        says=("was made confidential",),
        tells=("cam-emea",),
    ),
    RecordCase(
        "not known as such, since its project is called otherwise",
        known={"tracking": replace(Story().facts(), case=None)},
        wishes=("say `unknown` (CT-10)", "tell `unknown` once (`unknown 5/1`)"),
        says=("its project was renamed",),
        tells=("cam-emea",),
    ),
    RecordCase("who withdrew may move it", lambda story: story.withdraw().fields.update(confidential=True)),
    RecordCase("gone, that is told elsewhere", known={"tracking": None}),
    RecordCase("of a partner without a record there is none", known={"record": None}),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_ctp_whereabouts(case: RecordCase) -> None:
    prove_record(ctp_whereabouts, case)
