"""A comment of each kind, with values as they come, reads well: short, kind, plain, and with something to do.

`COMMENTS_TO=file` writes them all down, so that somebody can read them as their recipients do.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from bot.check.offline import NOTICES
from bot.config import load
from bot.domain.actions import Answer, Nudge, Say
from bot.domain.plan import Plan, Wish
from bot.domain.reminding import Reminder
from bot.domain.subject import Subject
from bot.render import Renderer, template_dirs
from bot.rules import discovered
from bot.talk import conversation, deeds, smalltalk
from bot.topics import Speaker, speakers
from bot.voice.wording import Wording
from tests.stage import ROOT

WINDOW = "[`Channel - FY27Q4 2b`](https://gitlab.example.com/groups/gitlab-com/channel/-/milestones/7)"
ROW = "| [#7](https://gitlab.example.com/7) | `Refresh the deck` | `@cam-emea` | `Channel - FY27Q4 2b` | 2026-12-31 |"
ME = "@channel-bot"
VALUES: Mapping[str, str] = {
    "allow": "`channel-bot sweep --apply --allow 312`",
    "assignees": "`@cam-amer`",
    "cap": "5",
    "checks": "- GL-02: the issue carries `Channel`: yes, Channel (labels)",
    "cleared": "2",
    "commands": "- `help`: what you can say\n- `push`: move the issue to the next window",
    "commit": "[1a2b3c4d](https://gitlab.example.com/commit/1a2b3c4d)",
    "count": "7",
    "date": "2026-12-18",
    "deed": "assign `@cam-emea`",
    "delegate": f"`{ME} delegate @somebody`",
    "due": "2027-01-20",
    "end": "2026-12-31",
    "ends": "ends",
    "field": "milestone",
    "handle": "`@cam-emea`",
    "handler": "`due`",
    "handlers": "`carry_over`, `milestone_titles`",
    "handles": "`@cam-emea`, `@cam-amer`",
    "head": "| DRI | 1 | 2 |\n| --- | --- | --- |",
    "highest": "5",
    "back": f"`{ME} hands-on`",
    "help": f"`{ME} help`",
    "home": "`gitlab-com/channel/channels`",
    "issue": "[`gitlab-com/channel/channels#7`](https://gitlab.example.com/7)",
    "issues": "42",
    "label": "`bot::hands-off`",
    "leads": "`@ops-lead`",
    "left": "3",
    "length": "140",
    "link": "https://about.gitlab.com/handbook/sales/channel/",
    "lowest": "1",
    "milestone": "`Channel - FY27Q4 2b`",
    "missing": "DRI, due date",
    "more": "4",
    "most": "50",
    "move": "`/move gitlab-com/channel/channels`",
    "moved": "4",
    "near": f"`{ME} push`",
    "order": f"`{ME} rollover apply`",
    "orders": f"`{ME} dri @ops-lead`",
    "points": "- **Due date:** there is neither a due date nor a next best action.",
    "project": "`gitlab-com/channel/channels`",
    "push": f"`{ME} push`",
    "reason": "a month has the halves a and b only",
    "right": "Channel - FY27Q4 2b",
    "roles": "the Channels team",
    "rows": ROW,
    "seen": "900",
    "start": "2026-12-16",
    "teams": "| `Channel Ops` | 7 |",
    "text": "`call them`",
    "times": "twice",
    "title": WINDOW,
    "to": "`Channel - FY27Q4 3a`",
    "usage": f"`{ME} dri @handle`",
    "weight": "8",
    "what": "unknown role `account_manger`; did you mean `account_manager`?",
    "where": "`people.yml:4`",
    "window": WINDOW,
    "written": "`somebody`",
}
KINDS: Mapping[str, tuple[str, ...]] = {
    "fate": ("next", "unset", "escalate", "propose"),
    "why": ("everyone", "group", "inactive", "bot", "outsider", "one_assignee", "unknown"),
    "times": ("", "twice"),
}
"""Values that choose between sentences."""
IMPOSSIBLE = frozenset({"carry_over.often"})
"""What happened never is not told."""
TALK = Speaker(deeds.SPEAKER, conversation, (smalltalk, deeds))
LONGEST = 420
LISTS = frozenset({"enrolment_plans.blocked"})
"""What lists all that may be in the way; here all of it is."""
"""Characters of one point or answer, links and tables not counted."""
JARGON = re.compile(
    r"\b(subject|lease|reconcile|webhook|payload|handler|idempoten\w+|null|None|exception|stale|dirty|API|HTTP|JSON)\b"
)
ROBOTIC = re.compile(r"\b(invalid|illegal|must|failed|error|violat\w+|forbidden)\b", re.IGNORECASE)
TABLE = re.compile(r"^\|.*$", re.MULTILINE)
ADDRESS = re.compile(r"\]\(https?://[^)]*\)")


def sentences() -> Iterator[tuple[str, str]]:
    """Every sentence that anybody may read, by what it is called."""
    renderer = Renderer(template_dirs())
    for speaker in (*speakers(discovered()), TALK, *NOTICES):
        for point in speaker.points():
            open_ones = [name for name in sorted(KINDS) if name in point.values]
            for chosen in product(*(KINDS[name] for name in open_ones)):
                values = {name: VALUES.get(name, f"`{name}`") for name in point.values if name not in KINDS}
                values |= dict(zip(open_ones, chosen, strict=True))
                kind = ".".join((speaker.name, point.topic, *filter(None, chosen)))
                if kind in IMPOSSIBLE:
                    continue
                yield kind, renderer.note(speaker.name, point.topic, values)


SENTENCES = dict(sentences())


def whole() -> Iterator[tuple[str, str]]:
    """Whole comments, as the points make them."""
    config = load(ROOT / "config")
    wording = Wording(Renderer(template_dirs()), config.handbook, config.site.rules_url)
    over = {"window": WINDOW, "end": "2026-12-31", "times": "", "to": VALUES["to"], "order": VALUES["order"]}
    points = (
        ("carry_over", Say("GL-15", "over", {**over, "fate": "next"}, Nudge(0))),
        ("due", Say("GL-16", "missing", nudge=Nudge(2))),
    )
    plan = Plan(Subject.issue(1, 7), wishes=tuple(Wish(name, say) for name, say in points))
    deeds, day = [("priority", "set weight 1"), ("base_label", "add label `Channel`")], date(2027, 1, 4)
    yield "status", wording.status(plan, deeds, day, "channel-bot")
    yield "status, all set", wording.status(Plan(Subject.issue(1, 7)), deeds, day, "channel-bot")
    yield "reminder", wording.reminder(Reminder(("cam-emea",), points))
    said = [{"order": f"`{order}`", "text": wording.answer(name, answer)} for order, name, answer in ANSWERS]
    yield "answer", wording.answers(said[:1])
    yield "answer to several orders", wording.answers(said)
    doubtful = {"title": WINDOW, "reason": VALUES["reason"]}
    report = wording.report("milestone_titles", [("milestone_titles", Say("GL-14", "doubtful", doubtful))], "ops-lead")
    yield "report", "\n\n".join(report)


ANSWERS = (
    ("push", "delegate_or_push", Answer("pushed", {"to": WINDOW})),
    ("dri @cam-emea", "dri", Answer("named", {"handle": "`@cam-emea`"})),
)


@pytest.mark.parametrize("kind", SENTENCES)
def test_a_sentence_is_short_plain_and_ends(kind: str) -> None:
    text = ADDRESS.sub("]", TABLE.sub("", SENTENCES[kind])).strip()
    assert text
    assert len(text) <= LONGEST or kind in LISTS
    assert not JARGON.search(re.sub(r"`[^`]*`", "", text))
    assert not ROBOTIC.search(re.sub(r"`[^`]*`", "", text))


def test_they_can_be_read_in_one_go() -> None:
    every = [*SENTENCES.items(), *whole()]
    assert len({kind for kind, _ in every}) == len(every)
    if target := os.environ.get("COMMENTS_TO"):
        Path(target).write_text("\n".join(f"== {kind}\n{text}\n" for kind, text in every), encoding="utf-8")
