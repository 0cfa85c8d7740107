"""A comment of each kind, with values as they come, reads well: short, kind, plain, and with something to do.

`COMMENTS_TO=file` writes them all down, so that somebody can read them as their recipients do.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
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
from tests.flow.spoken import KINDS, OF, VALUES, WINDOW
from tests.stage import ROOT

IMPOSSIBLE = frozenset({"carry_over.often"})
"""What happened never is not told."""
TALK = Speaker(deeds.SPEAKER, conversation, (smalltalk, deeds))
LONGEST = 420
"""Characters of one point or answer; links, tables and what is to be copied are not counted."""
LISTS = frozenset({"enrolment_plans.blocked", "missing_answers.lacks", "nfr_licence.fields", "notice.too_short"})
"""What lists all that may be in the way; here all of it is."""
JARGON = re.compile(
    r"\b(subject|lease|reconcile|webhook|payload|handler|idempoten\w+|null|None|exception|stale|dirty|API|HTTP|JSON)\b"
)
ROBOTIC = re.compile(r"\b(invalid|illegal|must|failed|error|violat\w+|forbidden)\b", re.IGNORECASE)
TABLE = re.compile(r"^\|.*$", re.MULTILINE)
ADDRESS = re.compile(r"\]\(https?://[^)]*\)")
READY = re.compile(r"^(`{3,})text$.*?^\1$", re.MULTILINE | re.DOTALL)
"""What people copy, such as a letter."""
OWN_WORDS = {"nfr_verdict": "exception", "nfr_done": "exception"}
"""What the handbook calls so, and people too, by speaker."""


def sentences() -> Iterator[tuple[str, str]]:
    """Every sentence that anybody may read, by what it is called."""
    renderer = Renderer(template_dirs())
    for speaker in (*speakers(discovered()), TALK, *NOTICES):
        for point in speaker.points():
            open_ones = [name for name in sorted(KINDS) if name in point.values]
            for chosen in product(*(KINDS[name] for name in open_ones)):
                known = {**VALUES, **OF.get(speaker.name, {}), **OF.get(f"{speaker.name}.{point.topic}", {})}
                values = {name: known.get(name, f"`{name}`") for name in point.values if name not in KINDS}
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
    text = ADDRESS.sub("]", TABLE.sub("", READY.sub("", SENTENCES[kind]))).strip()
    assert text
    assert len(text) <= LONGEST or kind in LISTS
    found = JARGON.findall(re.sub(r"`[^`]*`", "", text))
    assert [word for word in found if word != OWN_WORDS.get(kind.partition(".")[0])] == []
    assert not ROBOTIC.search(re.sub(r"`[^`]*`", "", text))


def test_they_can_be_read_in_one_go() -> None:
    every = [*SENTENCES.items(), *whole()]
    assert len({kind for kind, _ in every}) == len(every)
    if target := os.environ.get("COMMENTS_TO"):
        Path(target).write_text("\n".join(f"== {kind}\n{text}\n" for kind, text in every), encoding="utf-8")
