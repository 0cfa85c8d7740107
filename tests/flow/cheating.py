"""A partner on its way becomes the ground on which it, and careless colleagues, are played against the bot."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from gitlab.v4.objects import ProjectIssue

from bot.domain.partners.record import Record
from bot.domain.subject import Subject
from bot.sandbox.permissions import can_read_issue, can_read_note
from bot.sandbox.records import User
from tests.enrolled import GROUP, LAST, Track
from tests.flow.worlds import MARKER, dangers

KIM, QUINN = "kim-example", "quinn-example"
OUTSIDERS = ("pat-example", KIM, QUINN)
INTERNAL = (
    "2026-03-02",  # when agreements were signed, and who approved of what
    "2026-04-01",
    "2026-09-01",
    "authorized",
    "partners.yml",
    "self_managed",
    "lee@acme.example",
    "Bolt Services",
    "robin@bolt.example",
    "programs-lead",
    "CTP enrolment",
    "Partner_Certification_Award",
    "acme/internal",
)
"""What only staff may read of the bot's words: the registry's, verdicts, other partners, escalations, the record."""
HIDDEN = re.compile(r"<!--.*?-->", re.DOTALL)
Deed = Callable[[Track], object]


def swapped(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


def rewrite(w: Track, change: Callable[[str], str], by: str = "pat-example") -> None:
    """One save of the description."""
    w.stage.later(5)
    w.stage.edit(w.issue, by=by, description=change(w.text()))


def at(w: Track, by: str = "pat-example") -> Any:
    """The tracking issue's project, as that person has it."""
    return w.stage.as_(by).projects.get(w.issue.project_id)


def open_issue(w: Track, title: str, text: str = "", by: str = "pat-example", **fields: Any) -> ProjectIssue:
    made = at(w, by).issues.create({"title": title, "description": text, **fields})
    assert isinstance(made, ProjectIssue)
    return made


def awake(w: Track, *issues: ProjectIssue, way: str = "webhook") -> None:
    """The bot hears of these and of the tracking issue, or sweeps; `forgets`: with an empty database."""
    if "forgets" in way:
        w.stage.forget_everything()
    if "sweep" in way:
        w.stage.sweep(full=False)
    else:
        for issue in (w.issue, *issues):
            w.stage.edited(issue)


def care(w: Track) -> None:
    """The bot looks at the partner, as each morning and whenever something of it changed."""
    w.stage.bot.inbox.mark([Subject.partner("acme")], "a test", now=True)
    w.stage.drain()


def at_home(w: Track) -> list[ProjectIssue]:
    """The issues of the Channels project, open and closed, as GitLab has them now."""
    return [*w.stage.home().issues.list(get_all=True, state="all")]


def record_issue(w: Track) -> ProjectIssue:
    (issue,) = [one for one in at_home(w) if one.title.startswith("CTP enrolment")]
    return issue


def record(w: Track) -> Record:
    """What stands in it, signed."""
    (mark,) = [found.mark for found in MARKER.find(record_issue(w).description) if found.mark.kind == "record"]
    return Record.from_json(mark.value)


def awards(w: Track) -> list[str]:
    """Award issues, by title, open and closed."""
    return [one.title for one in at_home(w) if one.title.startswith("Partner_Certification_Award")]


def record_says(w: Track) -> list[str]:
    """The comments on the partner's record, which are for staff."""
    notes = record_issue(w).notes.list(get_all=True, sort="asc", activity_filter="only_comments")
    return [HIDDEN.sub("", note.body).strip() for note in notes]


def record_text(w: Track) -> str:
    return HIDDEN.sub("", record_issue(w).description)


def said(w: Track, issue: ProjectIssue | None = None) -> list[str]:
    """The bot's comments there, as people read them."""
    return [HIDDEN.sub("", one).strip() for one in w.stage.comments(issue or w.issue)]


def answered(w: Track, issue: ProjectIssue) -> str:
    """The bot's one answer there."""
    (answer,) = [one for one in w.stage.comments(issue) if " answer " in one]
    return HIDDEN.sub("", answer).strip()


def told_outside(w: Track) -> Iterator[str]:
    """Every comment of the bot's that somebody of the partner's can read."""
    world, people, ours = w.stage.sandbox.world, outsiders(w), bots(w)
    for note in [one for one in list(world.notes.values()) if one.author_id in ours and not one.system]:
        issue = world.issues[note.issue_id]
        if any(can_read_issue(world, one, issue) and can_read_note(world, one, issue, note) for one in people):
            yield note.body


def read_outside(w: Track) -> Iterator[str]:
    """All that they can read of it: comments, what it opened, and mails to them."""
    world, people, ours = w.stage.sandbox.world, outsiders(w), bots(w)
    yield from told_outside(w)
    for issue in list(world.issues.values()):
        if issue.author_id in ours and any(can_read_issue(world, one, issue) for one in people):
            yield f"{issue.title}\n{issue.description}"
    numbers = {one.id for one in people}
    yield from (f"{mail.subject}\n{mail.body}" for mail in list(world.mails.values()) if mail.user_id in numbers)


def bots(w: Track) -> set[int]:
    return {one.id for one in w.stage.sandbox.world.users.values() if one.username.startswith("channel-bot")}


def outsiders(w: Track) -> list[User]:
    return [found for name in OUTSIDERS if (found := w.stage.sandbox.world.user_by_name(name))]


def leaked(w: Track) -> list[str]:
    """What of the internal words somebody of the partner's can read."""
    texts = [HIDDEN.sub("", text) for text in read_outside(w)]
    return [word for word in INTERNAL if any(word in text for text in texts)]


def inside(w: Track) -> set[str]:
    """Who of the partner's people is, in effect, in the group that is closed to them."""
    group = w.stage.as_("root").groups.get(GROUP.replace("collaboration", "internal"))
    return {one.username for one in group.members_all.list(get_all=True)} & {*OUTSIDERS}


def comments_by_bot(w: Track) -> int:
    """So many comments the bot has written until now, anywhere, also those that were deleted since."""
    log = [call for call in w.stage.calls(writes=True) if call.startswith("POST ") and call.endswith("/notes")]
    return len(log)


def assert_won_nothing(w: Track, *, last: str = LAST) -> None:
    """No award, no other deadline, no lost record, nothing internal outside, nobody let in, nothing said for others."""
    now = record(w)
    assert awards(w) == []
    assert (now.tracking, now.started_on) == (w.record.tracking, w.record.started_on)
    assert now.withdrawn_on is None
    shown = now.extended_to.isoformat() if now.extended_to else LAST
    assert shown == last
    assert leaked(w) == [], leaked(w)
    assert inside(w) == set()
    alive = [(danger, text[:200]) for text in told_outside(w) for danger in dangers(text)]
    assert alive == [], alive
