"""The story's fifth part: the team's calendar is switched on, and what comes again has its issue in time."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from bot.config import SHIPPED, load
from bot.demo.certify import Certify
from bot.demo.forms import filled
from bot.demo.pair import RECURRENCES
from bot.demo.stage import Unmet
from bot.domain.recurrence.period import Period
from bot.domain.recurrence.rule import event_on
from bot.domain.workdays import Workdays

MANAGER: Final = "programs-lead"
APPLICANT: Final = """
  - id: cedar
    name: Cedar Cloud
    region: emea
    account_manager: cam-emea
    status: applicant
    contacts:
      primary: {name: Jo Example, email: jo@cedar.example}
"""
WIDE: Final = 72
"""So many signs of what comes are printed."""
LINK: Final = re.compile(r"\[([^]]*)\]\([^)]*\)")
MENTIONS: Final = re.compile(r"^@[^:]*: ")
SIGNS: Final = str.maketrans("", "", "*`")
NAMED: Final = 3
"""So many of a kind are named."""


class Agenda(Certify):
    """The acts, in their order."""

    def play(self) -> Any:
        """The newsletter's issue that somebody opened by hand."""
        sent = self.next_newsletter()
        flash = self.a_month_by_hand(sent)
        self.a_new_file()
        self.a_monday()
        self.adopted(flash, f"Partner Flash - {sent:%Y-%m}")
        self.what_comes()
        return flash

    # Acts

    def a_month_by_hand(self, sent: date) -> Any:
        self.stage.act("The team's calendar is switched on")
        self.rewritten(lambda text: f"{text.rstrip()}\n{APPLICANT}", "Cedar Cloud applies for the program")
        manager = self.person(MANAGER)
        project = manager.project(self.config.site.projects["newsletter"])
        text = filled(self.form(project, "Partner_Flash"), {"Send date": str(sent)})
        made = project.issues.create({"title": f"Partner Flash {sent:%B %Y}", "description": text})
        self.stage.says(manager.username, f"opens a newsletter's issue by hand: {made.title}")
        return made

    def a_new_file(self) -> None:
        shutil.copy(shipped(), self.pair.config_dir / RECURRENCES)
        self.stage.says(MANAGER, f"has config/{RECURRENCES} merged: what comes again, when it opens, when it is due")
        former = self.pids()["worker"]
        os.kill(former, signal.SIGTERM)
        self.stage.expect("the worker started anew", lambda: self.pids()["worker"], lambda pid: pid != former)
        self.stage.says("", "(the worker starts anew, and reads it)")

    def a_monday(self) -> None:
        before = {one.web_url for one in self.of_bot()}
        self.move_on_to(self.next_monday())
        self.settled()
        made = [one for one in self.of_bot() if one.web_url not in before]
        weekly = [one for one in made if one.title.startswith("PHD weekly")]
        if not weekly or len(weekly) != len({one.title for one in weekly}):
            raise Unmet(f"the week's reviews are not there once each: {[one.title for one in weekly]}")
        self.stage.says(self.stage.bot, f"opens {len(made)} issues, among them the reviews of this week")
        ahead = [one for one in made if one not in weekly and one.due_date >= str(self.today())]
        for one in [*weekly, *sorted(ahead, key=lambda one: "Flash" not in one.title)[:NAMED]]:
            who = ", ".join(person["username"] for person in one.assignees) or "nobody"
            self.stage.says("", f"{one.title}, due {one.due_date}, for {who}")
        here = next(one for one in weekly if "Cedar Cloud" in one.description)
        self.stage.says("", f"Cedar Cloud stands in {here.references['short']}, with ten checks to tick")

    def adopted(self, flash: Any, twin: str) -> None:
        if any(one.title == twin for one in self.of_bot()):
            raise Unmet(f"{twin} was opened beside {flash.title}")
        self.stage.says(self.stage.bot, f"opens no second {flash.title}: the one that {MANAGER} opened counts")
        self.shown(self.person(MANAGER), flash, "**Timetable**")

    def what_comes(self) -> None:
        self.stage.act("What the next 30 days bring")
        self.stage.says("", "$ channel-bot forecast --days 30")
        status, output = self.command(("forecast", "--days", "30", "--format", "json"))
        if status:
            raise Unmet(f"the forecast ended with exit status {status}:\n{output}")
        coming = json.loads(output)
        for kind, word in (("open", "opens"), ("due", "is due"), ("remind", "reminds")):
            rows = [one for one in coming if one["kind"] == kind]
            first = {begin(one["what"]): one for one in reversed(rows)}
            chosen = sorted(first.values(), key=lambda one: str(one["on"]))[:NAMED]
            for one in chosen:
                self.stage.says("", f"{one['on']}  {word:<8} {shortened(one['what'])}")
            if len(rows) > len(chosen):
                self.stage.says("", f"{'':<10}  {word:<8} ... and {len(rows) - len(chosen)} more")

    # Props

    def next_monday(self) -> date:
        today = self.today()
        return today + timedelta(days=7 - today.weekday())

    def next_newsletter(self) -> date:
        """The first that is sent after next Monday."""
        recurrences = load(shipped().parent).recurrences
        flash = next(one for one in recurrences if one.key == "partner_flash")
        workdays, monday = Workdays(frozenset(self.config.site.holidays)), self.next_monday()
        months = Period.between(flash.unit, monday, monday + timedelta(days=62))
        return next(day for one in months if (day := event_on(flash, one, workdays)) > monday)

    def of_bot(self) -> list[Any]:
        """The issues that the bot opened in the team's projects, oldest first."""
        root = self.person("root")
        homes = [root.project(path) for path in self.config.site.projects.values()]
        listed = [home.issues.list(author_username=self.stage.bot, sort="asc", get_all=True) for home in homes]
        return [one for issues in listed for one in issues]


def shipped() -> Path:
    """The file with what the team does again and again."""
    return next(path for path in SHIPPED if path.is_dir()) / RECURRENCES


def begin(text: str) -> str:
    """What all times of a recurrence have in common, and all reminders of the same."""
    return MENTIONS.sub("", text).partition(" - ")[0].partition(":**")[0]


def shortened(text: str) -> str:
    """Without Markdown, on one line of the terminal."""
    bare = LINK.sub(r"\1", text).translate(SIGNS)
    return bare if len(bare) <= WIDE else f"{bare[: WIDE - 3]}..."
