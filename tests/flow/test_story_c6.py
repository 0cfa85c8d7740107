"""The director reviews priorities (story C.6), played from outside with everything that goes wrong in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.windows import Window
from tests.flow.ways import WAYS, Way, morning, way
from tests.stage import GROUP, HOME

pytestmark = pytest.mark.kills

START, REVIEW, AFTER = date(2026, 11, 10), date(2026, 12, 17), date(2027, 1, 4)
THEN, NOW = Window.of(REVIEW), Window.of(AFTER)
"""The window that the director plans, and the one that follows it."""
DIRECTOR = "channel-director"
OPEN = {"description": "DRI: @cam-emea", "labels": "Channel,Channel Ops"}
HIDDEN = re.compile(r"<!--.*?-->", re.DOTALL)
MISSPELT = ("FY21Q2M3a", "Channel - FY21Q2 3A", "FY2021 Q2 3a")


class Team:
    """What people do and see in one world."""

    def __init__(self, world: Way) -> None:
        self.world = world

    def open(self, title: str, by: str = "cam-emea", **fields: Any) -> Any:
        labels = f"{OPEN['labels']},{fields.pop('labels', '')}".strip(",")
        whole = {**OPEN, "due_date": "2026-12-30", **fields, "labels": labels, "title": title}
        return self.world.as_(by).projects.get(HOME).issues.create(whole)

    def edit(self, issue: Any, by: str = "cam-emea", **fields: Any) -> None:
        self.world.as_(by).projects.get(issue.project_id, lazy=True).issues.update(issue.iid, fields)

    def tell(self, issue: Any, order: str, by: str = "cam-emea") -> None:
        project = self.world.as_(by).projects.get(issue.project_id, lazy=True)
        project.issues.get(issue.iid, lazy=True).notes.create({"body": f"@channel-bot {order}"})

    def pause(self) -> None:
        """What GitLab stamps within the same instant counts as one deed, and the bot may be at it."""
        self.world.rest()
        self.world.desk("PUT", "clock", {"advance_seconds": 5})

    def see(self, issue: Any) -> Any:
        return self.world.as_(DIRECTOR).projects.get(issue.project_id, lazy=True).issues.get(issue.iid)

    def comments(self, issue: Any) -> list[str]:
        notes = self.see(issue).notes.list(get_all=True, sort="asc")
        ours = (note for note in notes if note.author["username"] == "channel-bot" and not note.system)
        return [HIDDEN.sub("", note.body) for note in ours]

    def window(self, window: Window) -> int:
        """The id of the group's milestone."""
        group = self.world.as_("ops-lead").groups.get(GROUP)
        return int(
            self.world.until(
                f"{window.title} is there", lambda: group.milestones.list(title=window.title), lambda found: found
            )[0].id
        )

    def digests(self, window: Window) -> list[Any]:
        """But for those that gave way to the first: two bots that share nothing may open one each at once."""
        home = self.world.as_(DIRECTOR).projects.get(HOME)
        every = home.issues.list(get_all=True, search="priorities", sort="asc")
        found = [one for one in every if one.title == named(window)]
        return [one for at, one in enumerate(found) if at == 0 or one.state == "opened"]

    def digest(self, window: Window, *fragments: str) -> Any:
        """The one digest of that window, once it says all this."""

        def says(found: list[Any]) -> bool:
            return len(found) == 1 and all(fragment in found[0].description for fragment in fragments)

        if self.digests(window) and not says(self.digests(window)):
            self.world.sweep()
        return self.world.until(f"the digest says {fragments}", lambda: self.digests(window), says)[0]

    def says(self, issue: Any, *fragments: str) -> str:
        """The comments of the bot on the issue, once they say all this."""
        found = self.world.until(
            f"{issue.title!r} is told {fragments}",
            lambda: self.comments(issue),
            lambda said: (
                all(any(fragment in one for one in said) for fragment in fragments)
                and sum("Almost there" in one or "All set" in one for one in said) <= 1
            ),
        )
        return "\n".join(found)

    def becomes(self, issue: Any, **fields: Any) -> Any:
        return self.world.until(
            f"{issue.title!r} is {fields}",
            lambda: {name: shown(getattr(self.see(issue), name)) for name in fields},
            lambda seen: seen == fields,
        )


def shown(value: Any) -> Any:
    match value:
        case {"title": title}:
            return title
        case [{"username": _}, *_]:
            return [one["username"] for one in value]
        case [*names]:
            return sorted(names)
        case _:
            return value


def named(window: Window) -> str:
    return f"Channel priorities - {window.title.removeprefix('Channel - ')}"


def labels(*more: str) -> list[str]:
    return sorted(("Channel", "Channel Ops", *more))


@pytest.fixture(params=WAYS)
def team(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Team]:
    with way(request.param, tmp_path, START) as world:
        morning(world, START)
        yield Team(world)


def carried_over_again_and_again(team: Team) -> Any:
    """A big bet that goes over the end of three windows in a row, moved by hand or by order."""
    often = team.open("Again", labels="Channel Priority:2", milestone_id=team.window(Window.of(START)))
    for day, how in ((date(2026, 11, 17), "by hand"), (date(2026, 12, 2), "by order"), (REVIEW, "by order")):
        morning(team.world, day)
        if how == "by hand":
            team.edit(often, milestone_id=team.window(Window.of(day)))
        else:
            team.tell(often, "rollover apply")
        team.becomes(often, milestone=Window.of(day).title)
    return often


def planned(team: Team) -> Mapping[str, Any]:
    """One issue of each priority on the window, and more of the first than it holds."""
    at = team.window(THEN)
    keys = ("1", "2", "3", "4", "Backlog")
    each = {key: team.open(f"P{key}", labels=f"Channel Priority:{key}", milestone_id=at) for key in keys}
    more = [team.open(f"First {count}", labels="Channel Priority:1", milestone_id=at) for count in range(5)]
    return {**each, "over the cap": more[-1]}


def test_the_director_reviews_priorities(team: Team) -> None:
    often, issues = carried_over_again_and_again(team), planned(team)
    bare = team.open("Bare", labels="", due_date=None, description="Somebody should.")
    promoted = team.open("Promoted")

    # The window has begun: its digest is the director's.
    team.becomes(often, labels=labels("Channel Priority:2", "Carry-over::often"))
    lists = ("First priorities: 6", "More first priorities than a milestone should hold (5)", "again and again: 1")
    digest = team.digest(THEN, *lists, "Without a priority: 2", "Without a DRI: 1", "With neither", "`Channel Ops`")
    assert shown(digest.assignees) == [DIRECTOR]
    assert digest.description.startswith(f"DRI: @{DIRECTOR}")
    assert digest.due_date == THEN.due.isoformat()
    team.says(bare, "**DRI:** nobody is named", "`@ops-lead` could be the DRI", "`@channel-bot dri @ops-lead`")
    team.says(issues["over the cap"], "**Priority:**", "5 is the most")

    # The director decides that one more is of the first priority.
    team.edit(promoted, by=DIRECTOR, weight=1)
    team.becomes(promoted, labels=labels("Channel Priority:1"), weight=1)
    team.says(promoted, "**Milestone:** with this priority the issue needs one")
    team.edit(promoted, by=DIRECTOR, milestone_id=team.window(THEN))
    team.says(promoted, "**Priority:**", "now has 7 issues")

    # The window ends: proposals, and nothing moves by itself.
    morning(team.world, AFTER)
    team.says(issues["2"], "**Window over:**", f"It would go on to `{NOW.title}`", "`@channel-bot rollover apply`")
    team.says(issues["4"], "With its priority it needs no window")
    team.says(issues["1"], "this top priority is still open")
    digest = team.digest(NOW, "Still open on a window that is over: ")
    team.world.until(
        "the former digest is closed", lambda: team.digests(THEN)[0].state, lambda state: state == "closed"
    )
    assert {shown(team.see(issues[key]).milestone) for key in ("1", "2", "3", "4", "Backlog")} == {THEN.title}

    # One of them is carried over by itself, then all that the table moves, on the digest.
    team.tell(issues["2"], "rollover apply", by=DIRECTOR)
    team.becomes(issues["2"], milestone=NOW.title)
    team.tell(digest, "rollover apply", by=DIRECTOR)
    team.becomes(often, milestone=NOW.title)
    for key in ("4", "Backlog"):
        team.becomes(issues[key], milestone=None)
    for key in ("1", "3"):
        team.becomes(issues[key], milestone=THEN.title)
    answers = [one for one in team.comments(digest) if "carried over" in one.lower()]
    assert len(answers) == 1, team.comments(digest)
    assert "Everything that the table moves is carried over now" in answers[0]
    assert sum("It is on" in one and NOW.title in one for one in team.comments(issues["2"])) == 1


def test_whatever_is_wrong_is_told_to_whom_it_concerns(team: Team) -> None:
    """The failure list: people, priorities, milestones."""
    nobody = team.open("Nobody", description="Words.", labels="Channel Services")
    world, root = team.world, team.world.as_("root")
    for user in root.users.list(username="cam-apac"):
        user.block()
    wrong = {
        "unknown": (team.open("Unknown", description="DRI: @no-such-person"), "I know nobody called `@no-such-person`"),
        "blocked": (team.open("Blocked", description="DRI: @cam-apac"), "`@cam-apac` has no active account"),
        "partner": (team.open("Partner", description="DRI: @pat-example"), "`@pat-example` has no access"),
        "zero": (team.open("Zero", weight=0), "weight 0 stands for no priority"),
        "eight": (team.open("Eight", weight=8), "weight 8 stands for no priority"),
    }
    two = team.open("Two", labels="Channel Priority:4")
    nba = "DRI: @cam-emea\nNBA: call them (2026-12-20)"
    fought = team.open("Fought", labels="Channel Priority:4", description=nba, due_date=None)
    group = world.as_("ops-lead").groups.get(GROUP)
    for title in (*MISSPELT, "Channel - FY21Q3 3c"):
        group.milestones.create({"title": title})
    double = Window.of(START).next()
    team.window(double)
    twin = world.as_("ops-lead").projects.get(HOME).milestones.create({"title": double.title.replace(" - ", " ")})

    # People.
    team.says(nobody, "**DRI:** nobody is named", "`@ops-lead` or `@services-lead` could be the DRI")
    team.becomes(nobody, labels=labels("Channel Services", "DRI::missing"))
    for issue, fragment in wrong.values():
        team.says(issue, fragment)

    # Priorities: the last of two labels wins.
    team.becomes(two, weight=4)
    team.pause()
    team.edit(two, add_labels="Channel Priority:2")
    team.becomes(two, labels=labels("Channel Priority:2"), weight=2)

    # Milestones: one window, once, with its dates; what nobody can know is reported.
    right = ("Channel - FY21Q2 3a", "2020-07-01", "2020-07-15")
    every = world.until(
        "the misspelt ones are one window",
        lambda: [(one.title, one.start_date, one.due_date, one.state) for one in group.milestones.list(get_all=True)],
        lambda seen: (
            sum(one[:3] == right for one in seen) == 1
            and not any(one[0] in MISSPELT and one[3] == "active" for one in seen)
        ),
    )
    assert sum(one[0] == right[0] for one in every) == 1
    report = world.until(
        "the report names what is left",
        lambda: [
            one.description
            for one in world.as_("ops-lead").projects.get(HOME).issues.list(get_all=True, search="need a decision")
        ],
        lambda seen: len(seen) == 1 and "FY21Q3 3c" in seen[0] and twin.title in seen[0],
    )
    assert "which window" in report[0]
    assert "belongs to one project" in report[0]

    # Somebody and the bot disagree twice: the bot withdraws, and the director reads of it.
    team.becomes(fought, assignees=["cam-emea"], due_date="2026-12-20")
    team.pause()
    team.edit(fought, assignee_ids=[0])
    team.says(fought, "somebody took that back")
    team.pause()
    team.edit(fought, due_date="")
    team.becomes(fought, labels=labels("Channel Priority:4", "bot::hands-off"), assignees=[], due_date=None)
    team.says(fought, "two things taken back", "hands-on`")
    team.digest(Window.of(START), "Where I was told to keep off: 1")


def test_nothing_is_written_twice(team: Team) -> None:
    """However many sweep at the same time: one status comment an issue, one digest, one answer."""
    issues = [team.open(f"Chore {number}", labels="Channel Priority:2", due_date=None) for number in range(5)]
    for issue in issues:
        team.tell(issue, "status")
        team.says(issue, "Almost there", "This is still open here")
    morning(team.world, START + timedelta(days=1))
    team.digest(Window.of(START), "Urgent and without a milestone: 5")
    team.world.rest()
    for issue in issues:
        said = team.comments(issue)
        assert sum("Almost there" in one for one in said) == 1
        assert sum("This is still open here" in one for one in said) == 1
    assert len(team.digests(Window.of(START))) == 1
