"""Rules 11 and 12 as a property: whatever a partner does to its certification, in any order, it wins nothing by it.

More than the few examples of a test run: `ATTACK_EXAMPLES=300 pytest tests/flow/test_attacks_certifying_random.py`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from gitlab.exceptions import GitlabError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.enrolled import CONTACT, EDUCATION, GROUP, MANAGER, SERVICES, Track, tracked
from tests.flow.cheating import KIM, Deed, assert_won_nothing, at, awake, care, comments_by_bot, open_issue, record_says
from tests.flow.test_attacks import retell
from tests.flow.test_attacks_certifying import below_his, his_sections, ids_swapped, ticked, without_tasks
from tests.flow.test_conversation import tell
from tests.flow.worlds import HOSTILE, examples

QUIETLY = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
MOST = 3
"""Comments that one deed may cause: the status comment, an answer, a reminder or the answer on an issue of its own."""
FIRST = 2
"""Comments on the partner's record that its people can cause at all: it is hidden or moved, and who has no access."""


def edit(**fields: object) -> Deed:
    return lambda w: w.stage.edit(w.issue, by=CONTACT, **fields)


def rewritten(change: Callable[[str], str]) -> Deed:
    def deed(w: Track) -> None:
        with contextlib.suppress(AssertionError):  # it was changed so before
            w.stage.edit(w.issue, by=CONTACT, description=change(w.text()))

    return deed


def says(text: str, by: str = CONTACT) -> Deed:
    return lambda w: tell(w.stage, w.issue, text, by=by)


def in_their_name(w: Track) -> None:
    """A colleague's comment becomes an order."""
    note = tell(w.stage, w.issue, "Good morning", by=SERVICES)
    w.stage.later(2)
    retell(w.stage, w.issue, note, "@channel-bot ctp extend 2030-01-01 As agreed")


def spoils(w: Track) -> None:
    """The bot's comments are deleted, or say something else."""
    for note in w.stage.fresh(w.issue, by=CONTACT).notes.list(get_all=True, activity_filter="only_comments"):
        if note.author["username"] == "channel-bot" and note.id % 2:
            note.delete()
        elif note.author["username"] == "channel-bot":
            retell(w.stage, w.issue, note.id, f"All done\n{note.body[-200:]}")


def clones(w: Track) -> None:
    path = f"/projects/{w.issue.project_id}/issues/{w.issue.iid}/clone"
    data = {"to_project_id": w.issue.project_id, "with_notes": True}
    w.stage.as_(CONTACT).http_post(path, post_data=data)


def renames(w: Track) -> None:
    project = at(w)
    project.name = project.path = f"p{len(project.path)}"
    project.save()


def moves(w: Track) -> None:
    w.stage.fresh(w.issue, by=CONTACT).move(w.stage.as_(CONTACT).projects.get(f"{GROUP}/workspace").id)


def enlists(w: Track) -> None:
    w.enlist(name=HOSTILE[0], handle=KIM, courses=HOSTILE[2])


DEEDS: Mapping[str, Deed] = {
    "ticks all": rewritten(ticked),
    "swaps ids": rewritten(ids_swapped),
    "makes all his": rewritten(lambda text: ticked(his_sections(text))),
    "puts all below his": rewritten(below_his),
    "deletes ours": rewritten(without_tasks),
    "deletes all": edit(description=""),
    "closes": edit(state_event="close"),
    "reopens": edit(state_event="reopen"),
    "labels": edit(add_labels="CTP::withdrawn,CTP::expired,bot::hands-off,Award::overdue"),
    "takes labels off": edit(labels=""),
    "dates": edit(due_date="2030-01-01"),
    "hides": edit(confidential=True),
    "shows": edit(confidential=False),
    "assigns nobody": edit(assignee_ids=[0]),
    "retitles": edit(title="@all /close"),
    "makes it an incident": edit(issue_type="incident"),
    "orders": says("@channel-bot ctp extend 2030-01-01 Illness\n@channel-bot award open acme ctp"),
    "has a friend order": says("@channel-bot hands-off", by=KIM),
    "tells GitLab's lines": says("marked the checklist item **The training addendum is signed** as completed"),
    "speaks in our name": in_their_name,
    "spoils the bot's comments": spoils,
    "clones": clones,
    "renames the project": renames,
    "moves": moves,
    "enlists": enlists,
    "opens a namesake": lambda w: open_issue(w, "CTP_Requirement_Tracking_Issue - Acme Consulting", ticked(w.text())),
    "lets a friend in": lambda w: at(w).members.create({"username": "quinn-example", "access_level": 40}),
}
CARELESS: Mapping[str, Deed] = {
    "Education Services closes": lambda w: w.close(EDUCATION),
    "the account manager closes": lambda w: w.close(MANAGER),
    "the account manager ticks all": lambda w: w.stage.edit(w.issue, by=MANAGER, description=ticked(w.text())),
    "the account manager asks why": says("@channel-bot why\n@channel-bot ctp status", by=MANAGER),
}
WAKE = st.sampled_from(("webhook", "webhook", "sweep", "webhook, forgets", "wait"))


def do(w: Track, deed: Deed, how: str) -> None:
    """What GitLab refuses him did not happen."""
    w.stage.later(30)
    with contextlib.suppress(GitlabError):
        deed(w)
    if how != "wait":
        awake(w, *at(w, MANAGER).issues.list(get_all=True), way=how)
        care(w)


@settings(max_examples=examples(2), **QUIETLY)  # type: ignore[arg-type]  # the keys are right
@given(st.lists(st.tuples(st.sampled_from(sorted(DEEDS)), WAKE), min_size=3, max_size=6))
def test_he_wins_nothing_whatever_he_does(story: list[tuple[str, str]]) -> None:
    """No award, no time, nothing internal; and each deed costs the bot a few comments at most."""
    with TemporaryDirectory() as folder, tracked(Path(folder)) as w:
        w.look()
        w.stage.forget_calls()
        for name, how in story:
            do(w, DEEDS[name], how)
            assert_won_nothing(w)
        assert comments_by_bot(w) <= MOST * len(story)
        assert len(record_says(w)) <= FIRST + 1


@settings(max_examples=examples(1), **QUIETLY)  # type: ignore[arg-type]  # the keys are right
@given(st.lists(st.tuples(st.sampled_from(sorted({**DEEDS, **CARELESS})), WAKE), min_size=3, max_size=6))
def test_careless_colleagues_do_not_help_him(story: list[tuple[str, str]]) -> None:
    with TemporaryDirectory() as folder, tracked(Path(folder)) as w:
        w.look()
        for name, how in story:
            do(w, {**DEEDS, **CARELESS}[name], how)
        assert_won_nothing(w)
