"""The query of an issue list turns into the issues it selects, in the order it asks for.

Unknown names are ignored; wrong values of known ones are refused with 400. Without a `state` all states are listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from bot.sandbox import full_text
from bot.sandbox.params import Params
from bot.sandbox.records import Issue, Label, Milestone, User
from bot.sandbox.refusals import bad_parameter
from bot.sandbox.world import World

Test = Callable[[Issue], bool]
STATES = ("opened", "closed", "all")
SCOPES = ("created-by-me", "assigned-to-me", "created_by_me", "assigned_to_me", "all")
ORDERS = (
    "created_at",
    "due_date",
    "label_priority",
    "milestone_due",
    "popularity",
    "priority",
    "relative_position",
    "title",
    "updated_at",
    "weight",
)
TYPES = ("issue", "incident", "test_case", "requirement", "task", "ticket")
DUE = ("0", "any", "today", "tomorrow", "overdue", "week", "month", "next_month_and_previous_two_weeks", "")
MILESTONES = ("Any", "None", "Upcoming", "Started")
TITLE_WORDS = {
    "any": "Any",
    "any milestone": "Any",
    "none": "None",
    "no milestone": "None",
    "#upcoming": "Upcoming",
    "#started": "Started",
}
"""What is no title in `milestone=`, by GitLab's source; "Upcoming" and "Started" are titles there."""


def select(world: World, asked: Params, rows: Iterable[Issue], me: User | None, *, default_scope: str) -> list[Issue]:
    """`default_scope` is "all" for projects and groups, "created_by_me" for the list over everything."""
    tests = [
        *_plain_tests(asked),
        *_time_tests(asked),
        *_people_tests(world, asked, me, default_scope),
        *_label_tests(world, asked),
        *_milestone_tests(world, asked),
        *_due_tests(asked, world.clock.now().date()),
    ]
    chosen = [row for row in rows if all(test(row) for test in tests)]
    return _sorted(world, asked, chosen)


def _plain_tests(asked: Params) -> Iterable[Test]:
    state = asked.choice("state", STATES)
    if state in ("opened", "closed"):
        yield lambda row: row.state == state
    kind = asked.choice("issue_type", TYPES)
    if kind is not None:
        yield lambda row: row.issue_type == kind
    secret = asked.boolean("confidential")
    if secret is not None:
        yield lambda row: row.confidential == secret
    iids = asked.numbers("iids")
    if iids is not None:
        yield lambda row: row.iid in iids
    if word := asked.text("search"):
        places = (asked.text("in") or "title,description").split(",")
        yield lambda row: full_text.matches(word, _texts(row, places))


def _texts(row: Issue, places: list[str]) -> list[str]:
    texts = {"title": row.title, "description": row.description or ""}
    return [text for place, text in texts.items() if place in places]


def _time_tests(asked: Params) -> Iterable[Test]:
    """Both bounds are inclusive, as GitLab's are."""
    updated_after, updated_before = asked.moment("updated_after"), asked.moment("updated_before")
    created_after, created_before = asked.moment("created_after"), asked.moment("created_before")
    if updated_after is not None:
        yield lambda row: row.updated_at >= updated_after
    if updated_before is not None:
        yield lambda row: row.updated_at <= updated_before
    if created_after is not None:
        yield lambda row: row.created_at >= created_after
    if created_before is not None:
        yield lambda row: row.created_at <= created_before


def _people_tests(world: World, asked: Params, me: User | None, default_scope: str) -> Iterable[Test]:
    scope = (asked.choice("scope", SCOPES) or default_scope).replace("-", "_")
    mine = me.id if me else None
    if scope == "created_by_me":
        yield lambda row: row.author_id == mine
    if scope == "assigned_to_me":
        yield lambda row: mine in row.assignee_ids
    author = asked.integer("author_id")
    if author is not None:
        yield lambda row: row.author_id == author
    if (name := asked.text("author_username")) is not None:
        writer = world.user_by_name(name)
        yield lambda row: writer is not None and row.author_id == writer.id
    for name in asked.words("assignee_username") or []:
        yield _assigned_to(world.user_by_name(name))
    yield from _assignee_id_tests(world, asked)


def _assignee_id_tests(world: World, asked: Params) -> Iterable[Test]:
    match asked.text("assignee_id"):
        case None:
            return
        case "None" | "0":
            yield lambda row: not row.assignee_ids
        case "Any":
            yield lambda row: bool(row.assignee_ids)
        case _:
            yield _assigned_to(world.users.get(asked.integer("assignee_id") or 0))


def _assigned_to(user: User | None) -> Test:
    return lambda row: user is not None and user.id in row.assignee_ids


def _label_tests(world: World, asked: Params) -> Iterable[Test]:
    names = asked.words("labels")
    if not names:
        return
    if [name.lower() for name in names] == ["none"]:
        yield lambda row: not row.label_ids
    elif [name.lower() for name in names] == ["any"]:
        yield lambda row: bool(row.label_ids)
    else:
        for name in names:
            yield _bears({label.id for label in _labels_named(world, name)})


def _labels_named(world: World, name: str) -> list[Label]:
    return [names[name] for names in world.index.labels.values() if name in names]


def _bears(ids: set[int]) -> Test:
    return lambda row: any(number in ids for number in row.label_ids)


def _milestone_tests(world: World, asked: Params) -> Iterable[Test]:
    wildcard = asked.choice("milestone_id", MILESTONES)
    title = asked.text("milestone")
    if wildcard and title:
        raise bad_parameter("milestone_id, milestone are mutually exclusive")
    word = wildcard or TITLE_WORDS.get((title or "").lower())
    if word is not None:
        today = world.clock.now().date()
        yield lambda row: _milestone_is(world.milestones.get(row.milestone_id or 0), word, today)
    elif title:
        yield lambda row: row.milestone_id is not None and world.milestones[row.milestone_id].title == title


def _milestone_is(milestone: Milestone | None, word: str, today: date) -> bool:
    if milestone is None:
        return word == "None"
    if word == "Any":
        return True
    start, due, active = milestone.start_date, milestone.due_date, milestone.state == "active"
    if word == "Started":
        return active and start is not None and start <= today and (due is None or due >= today)
    return word == "Upcoming" and active and start is not None and start > today


def _due_tests(asked: Params, today: date) -> Iterable[Test]:
    word = asked.choice("due_date", DUE)
    if word is None or word == "":
        return
    if word == "0":
        yield lambda row: row.due_date is None
    elif word == "any":
        yield lambda row: row.due_date is not None
    else:
        first, last = _span(word, today)
        yield lambda row: row.due_date is not None and first <= row.due_date <= last


def _span(word: str, today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    following = (month + timedelta(days=32)).replace(day=1)
    match word:
        case "today":
            return today, today
        case "tomorrow":
            return today + timedelta(days=1), today + timedelta(days=1)
        case "overdue":
            return date.min, today - timedelta(days=1)
        case "week":
            return monday, monday + timedelta(days=6)
        case "month":
            return month, following - timedelta(days=1)
        case _:
            return today - timedelta(days=14), (following + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _sorted(world: World, asked: Params, rows: list[Issue]) -> list[Issue]:
    order = asked.choice("order_by", ORDERS) or "created_at"
    down = (asked.choice("sort", ("asc", "desc")) or "desc") == "desc"
    rows.sort(key=lambda row: row.id, reverse=down)
    if order == "title":
        rows.sort(key=lambda row: row.title.lower(), reverse=down)
    elif order in ("created_at", "updated_at"):
        rows.sort(key=lambda row: _moment(row, order), reverse=down)
    elif order in ("due_date", "milestone_due", "weight"):
        rows.sort(key=lambda row: _number(world, row, order) or 0, reverse=down)
        rows.sort(key=lambda row: _number(world, row, order) is None)  # those without one come last, both ways
    return rows


def _moment(row: Issue, order: str) -> datetime:
    return row.created_at if order == "created_at" else row.updated_at


def _number(world: World, row: Issue, order: str) -> int | None:
    if order == "weight":
        return row.weight
    day = row.due_date
    if order == "milestone_due":
        day = world.milestones[row.milestone_id].due_date if row.milestone_id else None
    return day.toordinal() if day else None
