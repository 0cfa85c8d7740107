"""What people took back, read from GitLab's journals."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.actions import (
    AddLabel,
    Assign,
    Close,
    DropItem,
    FieldAction,
    PutItem,
    RemoveLabel,
    Reopen,
    SetDueDate,
    SetMilestone,
    SetWeight,
    TickTask,
    WriteLine,
)
from bot.domain.facts import Guard, IssueFacts, Site, Tier
from bot.domain.gitlab import Issue, LabelEvent, Milestone, MilestoneEvent, Note, Person
from bot.domain.labels import Label, Labels, Level, Priorities
from bot.domain.needs import LabelHistory, MilestoneHistory, NoteHistory
from bot.domain.reversals import REWRITTEN, doubts, field_of, fields_of, is_off, taken_back

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
BOT, CAM, PAT = Person(9, "channel-bot"), Person(1, "cam-emea"), Person(5, "pat-example")
ONE, TWO = Milestone(1, 1, "Channel - FY27Q4 1a"), Milestone(2, 2, "Channel - FY27Q4 1b")
LABELS = Labels(
    Label("Channel"), (), Priorities("Channel Priority", (Level("1", 1, "Home runs"),)), Label("DRI::missing")
)
SITE = Site(BOT, "g", "g/p", ("g/p",), LABELS, tier=Tier.PREMIUM)


def facts(*journal: LabelEvent | MilestoneEvent | Note, labels: str = "", **fields: object) -> IssueFacts:
    plain = IssueFacts(
        date(2026, 11, 20),
        SITE,
        Issue(7, 1, "g/p", "Refresh", labels=frozenset(filter(None, labels.split(",")))),
        label_events=tuple(one for one in journal if isinstance(one, LabelEvent)),
        milestone_events=tuple(one for one in journal if isinstance(one, MilestoneEvent)),
        notes=tuple(one for one in journal if isinstance(one, Note)),
        guard=Guard(frozenset({BOT.id})),
        genuine=frozenset(one.id for one in journal if isinstance(one, Note) and not one.system),
    )
    return replace(plain, **fields)  # type: ignore[arg-type]  # fields of IssueFacts


def at(hour: int) -> datetime:
    return START + timedelta(hours=hour)


def label(hour: int, who: Person, action: str, name: str = "Channel") -> LabelEvent:
    return LabelEvent(hour, at(hour), who.id, action, name)


def milestone(hour: int, who: Person, action: str, which: Milestone) -> MilestoneEvent:
    return MilestoneEvent(hour, at(hour), who.id, action, which)


def line(hour: int, who: Person, body: str) -> Note:
    return Note(hour, body, who, at(hour), at(hour), system=True)


def said(hour: int, who: Person, body: str) -> Note:
    return Note(hour, body, who, at(hour), at(hour))


TAKEN_BACK = {
    "a label": (AddLabel("Channel"), [label(1, BOT, "add"), label(2, CAM, "remove")]),
    "a label taken away": (RemoveLabel("X"), [label(1, BOT, "remove", "X"), label(2, CAM, "add", "X")]),
    "an assignee": (Assign(CAM), [line(1, BOT, "assigned to @cam-emea"), line(2, CAM, "unassigned @cam-emea")]),
    "an assignee among others": (
        Assign(CAM),
        [
            line(1, BOT, "assigned to @phd-emea, @cam-emea, and @cam-apac"),
            line(2, CAM, "assigned to @cam-amer and unassigned @cam-emea"),
        ],
    ),
    "a due date": (
        SetDueDate(date(2026, 12, 1)),
        [line(1, BOT, "changed due date to December 01, 2026"), line(2, CAM, "removed due date December 01, 2026")],
    ),
    "a milestone, by another one": (SetMilestone(TWO), [milestone(1, BOT, "add", TWO), milestone(2, CAM, "add", ONE)]),
    "a milestone, by none": (SetMilestone(TWO), [milestone(1, BOT, "add", TWO), milestone(2, CAM, "remove", TWO)]),
    "no milestone": (SetMilestone(None), [milestone(1, BOT, "remove", ONE), milestone(2, CAM, "add", ONE)]),
    "a milestone, on its way to another one": (
        SetMilestone(TWO),
        [milestone(1, BOT, "add", TWO), milestone(2, CAM, "add", ONE), milestone(3, BOT, "remove", ONE)],
    ),
    "an assignee, after the description was written anew": (
        Assign(CAM),
        [line(1, CAM, REWRITTEN), line(2, BOT, "assigned to @cam-emea"), line(3, CAM, "unassigned @cam-emea")],
    ),
    "a label that does not follow from the description": (
        AddLabel("Channel"),
        [label(1, BOT, "add"), label(2, CAM, "remove"), line(3, CAM, REWRITTEN)],
    ),
    "a milestone, which does not follow from it either": (
        SetMilestone(TWO),
        [milestone(1, BOT, "add", TWO), milestone(2, CAM, "remove", TWO), line(3, CAM, REWRITTEN)],
    ),
    "twice": (
        AddLabel("Channel"),
        [label(1, BOT, "add"), label(2, CAM, "remove"), label(3, CAM, "add"), label(4, CAM, "remove")],
    ),
    "after an older hands-on": (
        AddLabel("Channel"),
        [said(0, CAM, "@channel-bot hands-on"), label(1, BOT, "add"), label(2, CAM, "remove")],
    ),
}
STILL_THE_BOTS = {
    "a verdict that somebody took off": (
        AddLabel("Notice::too-short"),
        [label(1, BOT, "add", "Notice::too-short"), label(2, CAM, "remove", "Notice::too-short")],
    ),
    "an approval that somebody gave again": (
        RemoveLabel("Notice::approved"),
        [label(1, BOT, "remove", "Notice::approved"), label(2, CAM, "add", "Notice::approved")],
    ),
    "nothing happened": (AddLabel("Channel"), []),
    "a person added and removed it": (AddLabel("Channel"), [label(1, CAM, "add"), label(2, CAM, "remove")]),
    "the bot itself took it away": (AddLabel("Channel"), [label(1, BOT, "add"), label(2, BOT, "remove")]),
    "another label": (AddLabel("Channel"), [label(1, BOT, "add", "X"), label(2, CAM, "remove", "X")]),
    "another person": (
        Assign(CAM),
        [line(1, BOT, "assigned to @pat-example"), line(2, CAM, "unassigned @pat-example")],
    ),
    "a comment that only says so": (
        Assign(CAM),
        [line(1, BOT, "assigned to @cam-emea"), said(2, CAM, "unassigned @cam-emea")],
    ),
    "a priority": (AddLabel("Channel Priority:1"), [label(1, BOT, "add", "Channel Priority:1")]),
    "a weight": (SetWeight(1), []),
    "what somebody dictated": (WriteLine("DRI", "@cam-emea"), []),
    "the milestone was left, and is another one now": (
        SetMilestone(TWO),
        [milestone(1, CAM, "add", ONE), milestone(2, BOT, "remove", ONE), milestone(3, CAM, "add", ONE)],
    ),
    "the bot emptied it, and it is on another one now": (
        SetMilestone(None),
        [milestone(1, CAM, "add", ONE), milestone(2, BOT, "remove", ONE), milestone(3, CAM, "add", TWO)],
    ),
    "a milestone that took another's place and was never the wished one": (
        SetMilestone(TWO),
        [milestone(1, BOT, "add", ONE), milestone(2, CAM, "add", Milestone(3, 3, "Later"))],
    ),
    "the DRI was handed over and back": (
        Assign(CAM),
        [
            *(line(1, BOT, "assigned to @cam-emea"), line(2, PAT, "assigned to @pat-example and unassigned @cam-emea")),
            line(3, CAM, REWRITTEN),
        ],
    ),
    "the DRI was handed over in one edit": (
        Assign(CAM),
        [
            *(line(1, BOT, "assigned to @cam-emea"), line(2, CAM, REWRITTEN)),
            replace(line(3, CAM, "unassigned @cam-emea"), created_at=at(2) + timedelta(seconds=2)),
        ],
    ),
    "the next step was written anew, and its date cleared": (
        SetDueDate(date(2026, 12, 1)),
        [
            line(1, BOT, "changed due date to December 01, 2026"),
            line(2, CAM, "removed due date"),
            line(2, CAM, REWRITTEN),
        ],
    ),
    "the missing DRI was named, and the label taken off": (
        AddLabel("DRI::missing"),
        [label(1, BOT, "add", "DRI::missing"), label(2, CAM, "remove", "DRI::missing"), line(2, CAM, REWRITTEN)],
    ),
    "somebody had the bot write the description": (
        Assign(CAM),
        [
            *(line(1, BOT, "assigned to @cam-emea"), line(2, CAM, "unassigned @cam-emea")),
            line(3, BOT, REWRITTEN),
        ],
    ),
    "hands-on was said since": (
        AddLabel("Channel"),
        [label(1, BOT, "add"), label(2, CAM, "remove"), said(3, CAM, "@channel-bot hands-on")],
    ),
    "the label that keeps it away was removed since": (
        AddLabel("Channel"),
        [label(1, BOT, "add"), label(2, CAM, "remove"), label(3, CAM, "remove", "bot::hands-off")],
    ),
}


@pytest.mark.parametrize(("action", "journal"), TAKEN_BACK.values(), ids=TAKEN_BACK)
def test_taken_back(action: FieldAction, journal: list[LabelEvent]) -> None:
    assert taken_back(facts(*journal), action)


@pytest.mark.parametrize(("action", "journal"), STILL_THE_BOTS.values(), ids=STILL_THE_BOTS)
def test_still_the_bots(action: FieldAction, journal: list[LabelEvent]) -> None:
    assert not taken_back(facts(*journal), action)


def test_where_the_guard_is_up_only_the_team_takes_back() -> None:
    up = Guard(frozenset({BOT.id}), is_up=True, team=frozenset({CAM.id}))
    by_pat = facts(label(1, BOT, "add"), label(2, PAT, "remove"), guard=up)
    by_cam = facts(label(1, BOT, "add"), label(2, CAM, "remove"), guard=up)
    assert not taken_back(by_pat, AddLabel("Channel"))
    assert taken_back(by_cam, AddLabel("Channel"))


def test_where_the_guard_is_up_only_the_team_says_hands_on() -> None:
    up = Guard(frozenset({BOT.id}), is_up=True, team=frozenset({CAM.id}))
    journal = (label(1, BOT, "add"), label(2, CAM, "remove"), said(3, PAT, "@channel-bot hands-on"))
    assert taken_back(facts(*journal, guard=up), AddLabel("Channel"))


def test_where_the_guard_is_up_only_the_team_writes_the_description_anew() -> None:
    up = Guard(frozenset({BOT.id}), is_up=True, team=frozenset({CAM.id}))
    journal = (line(1, BOT, "assigned to @cam-emea"), line(2, CAM, "unassigned @cam-emea"), line(3, PAT, REWRITTEN))
    assert taken_back(facts(*journal, guard=up), Assign(CAM))


def test_what_another_person_took_back_before_the_edit_is_not_part_of_it() -> None:
    other = replace(line(3, PAT, "unassigned @cam-emea"), created_at=at(2) + timedelta(seconds=2))
    journal = (line(1, BOT, "assigned to @cam-emea"), line(2, CAM, REWRITTEN), other)
    assert taken_back(facts(*journal), Assign(CAM))


def test_hands_on_that_was_refused_changes_nothing() -> None:
    journal = (label(1, BOT, "add"), label(2, CAM, "remove"), said(3, PAT, "@channel-bot hands-on"))
    assert taken_back(facts(*journal, genuine=frozenset()), AddLabel("Channel"))


OFF = "bot::hands-off"


def test_the_team_ends_what_somebody_else_withholds() -> None:
    up = Guard(frozenset({BOT.id}), is_up=True, team=frozenset({CAM.id}))
    withheld = frozenset({OFF})
    added, removed = label(1, CAM, "add", OFF), label(2, PAT, "remove", OFF)
    assert is_off(facts(added, removed, withheld=withheld, guard=up))
    for who, hour, is_kept_off in ((CAM, 3, False), (PAT, 3, True), (CAM, 0, True)):
        order = said(hour, who, "@channel-bot hands-on")
        assert is_off(facts(added, removed, order, withheld=withheld, guard=up)) is is_kept_off
    assert list(doubts(facts(added, removed, withheld=withheld, guard=up), [])) == [NoteHistory()]


def test_who_may_keep_the_bot_away() -> None:
    up = Guard(frozenset({BOT.id}), is_up=True, team=frozenset({CAM.id}))
    assert not is_off(facts())
    assert is_off(facts(labels=OFF))
    assert is_off(facts(label(1, CAM, "add", OFF), labels=OFF, guard=up))
    assert is_off(facts(label(1, BOT, "add", OFF), labels=OFF, guard=up))
    assert not is_off(facts(label(1, PAT, "add", OFF), labels=OFF, guard=up))


JOURNALS = {
    "a label": (AddLabel("Channel"), LabelHistory()),
    "an assignee": (Assign(CAM), NoteHistory()),
    "a due date": (SetDueDate(date(2026, 12, 1)), NoteHistory()),
    "a milestone": (SetMilestone(TWO), MilestoneHistory()),
    "no milestone": (SetMilestone(None), MilestoneHistory()),
    "a line of a list": (PutItem("News", "x", "up"), NoteHistory()),
}


@pytest.mark.parametrize(("action", "journal"), JOURNALS.values(), ids=JOURNALS)
def test_journals_are_read_where_the_bot_may_have_been(action: FieldAction, journal: object) -> None:
    assert list(doubts(facts(wrote=None), [action])) == [journal]
    assert list(doubts(facts(wrote=frozenset({field_of(action)})), [action])) == [journal]
    assert list(doubts(facts(wrote=frozenset({"another field"})), [action])) == []


@pytest.mark.parametrize(
    "action", [SetWeight(1), WriteLine("DRI", "@x"), AddLabel("Channel Priority:1"), AddLabel(OFF)]
)
def test_no_journal_is_read_for_what_nobody_can_take_back(action: FieldAction) -> None:
    assert list(doubts(facts(wrote=None), [action])) == []


def test_once_something_was_taken_back_the_comments_are_read_for_hands_on() -> None:
    known = facts(label(1, BOT, "add"), label(2, CAM, "remove"), wrote=frozenset())
    assert list(doubts(known, [AddLabel("Channel")])) == [NoteHistory()]


def test_the_label_that_keeps_the_bot_away_is_looked_into() -> None:
    assert list(doubts(facts(labels=OFF), [])) == [LabelHistory()]


def test_each_field_has_a_name_of_its_own() -> None:
    actions: list[FieldAction] = [
        *(AddLabel("x"), AddLabel("y"), Assign(CAM), Assign(PAT), SetMilestone(ONE), SetMilestone(None)),
        *(SetDueDate(date(2026, 12, 1)), SetWeight(1), WriteLine("DRI", "@x"), WriteLine("NBA", "x")),
        *(TickTask("x"), TickTask("y"), PutItem("News", "x", "up"), DropItem("y"), Close()),
    ]
    assert len({*map(field_of, actions)}) == len(actions)
    assert field_of(AddLabel("x")) == field_of(RemoveLabel("x"))
    assert field_of(PutItem("News", "x", "up")) == field_of(DropItem("x"))
    assert field_of(Close()) == field_of(Reopen())


ITEM = PutItem("News", "x", "up")
WRITTEN, TAKEN_OFF = line(1, BOT, REWRITTEN), line(2, CAM, REWRITTEN)
TICK = "marked the checklist item **Sent** as completed"
OFF_THE_LIST: dict[str, tuple[list[Note], bool]] = {
    "by an edit after the bot's": ([WRITTEN, TAKEN_OFF], True),
    "by one that ticked a box too": ([WRITTEN, line(2, CAM, TICK)], True),
    "and the bot edited other lines since": ([WRITTEN, TAKEN_OFF, line(3, BOT, REWRITTEN)], True),
    "nobody edited it since": ([line(0, CAM, REWRITTEN), WRITTEN], False),
    "the bot was never there": ([TAKEN_OFF], False),
    "and the bot was asked to care": ([WRITTEN, TAKEN_OFF, said(3, CAM, "@channel-bot hands-on")], False),
    "and again after that": (
        [WRITTEN, TAKEN_OFF, said(3, CAM, "@channel-bot hands-on"), line(4, BOT, REWRITTEN), line(5, CAM, REWRITTEN)],
        True,
    ),
    "by somebody who does not count": ([WRITTEN, line(2, PAT, REWRITTEN)], False),
}


@pytest.mark.parametrize("wrote", [None, frozenset({"item x"})], ids=["nobody remembers", "it stood there"])
@pytest.mark.parametrize(("journal", "is_off_it"), OFF_THE_LIST.values(), ids=OFF_THE_LIST)
def test_what_people_took_off_a_list(journal: list[Note], is_off_it: bool, wrote: frozenset[str] | None) -> None:
    of = facts(*journal, wrote=wrote, guard=Guard(frozenset({BOT.id}), is_up=True, team=frozenset({CAM.id})))
    assert taken_back(of, ITEM) is is_off_it


def test_what_never_stood_there_or_stands_there_was_not_taken_off() -> None:
    assert not taken_back(facts(WRITTEN, TAKEN_OFF, wrote=frozenset({"item y"})), ITEM)
    there = facts(WRITTEN, TAKEN_OFF, wrote=frozenset({"item x"}))
    there = replace(there, issue=replace(there.issue, description="- up and up <!-- item:x -->"))
    assert not taken_back(there, ITEM)


def test_what_was_taken_off_before_somebody_did_what_it_follows_from_is_another() -> None:
    """Ticked, unticked and ticked: the days of the first tick were taken off, not those of the second."""
    of = facts(WRITTEN, TAKEN_OFF, line(3, BOT, REWRITTEN), line(5, CAM, TICK))
    assert not taken_back(of, replace(ITEM, since=at(5)))
    assert taken_back(of, replace(ITEM, since=at(1)))


def test_a_list_is_one_thing() -> None:
    """An editor who takes off two lines has not had enough of the bot."""
    assert fields_of([ITEM, replace(ITEM, key="y")]) == {"list"}
    assert fields_of([ITEM, AddLabel("Channel")]) == {"list", "label Channel"}
