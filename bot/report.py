"""What a person has to decide about the milestones becomes one report issue in the Channels project, kept current."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.facts import Issue, Site
from bot.domain.marks import Mark, Marker
from bot.domain.plan import Plan
from bot.gateway import Gateway
from bot.wording import NOTHING, Wording, digest

KIND = "report"
DAYS_TO_ACT = 7


@dataclass(frozen=True, slots=True)
class Reports:
    """Keeps one issue a report, made from `templates/issue/<name>.issue.md.j2`; its DRI is the operator."""

    gateway: Gateway
    marker: Marker
    wording: Wording
    site: Site
    operator: str = ""

    def settle(self, name: str, plan: Plan, today: date, before_write: Callable[[], None]) -> str | None:
        """Open, edit or close the report so that it lists the plan's points; what was done, None for nothing."""
        wanted = digest(plan.points)
        found = self._find(name, before_write)
        if not _is_news(found, wanted):
            return None
        before_write()
        if found is None:
            self._open(name, plan, today)
            return "open report"
        self._rewrite(name, found[0], plan)
        return "close report" if wanted == NOTHING else "edit report"

    def differs(self, name: str, plan: Plan) -> bool:
        """Whether the report says something else than it should."""
        ours = self._ours(name)
        return _is_news(ours[0] if ours else None, digest(plan.points))

    def _ours(self, name: str) -> list[tuple[Issue, str]]:
        """Every report of that name with the digest it carries, oldest first; more than one is a mishap."""
        issues = sorted(self.gateway.find_issues(self.site.home, self._mark(name, "").place), key=lambda one: one.iid)
        return [(issue, said) for issue in issues if (said := self._said(name, issue)) is not None]

    def _find(self, name: str, before_write: Callable[[], None]) -> tuple[Issue, str] | None:
        """The oldest report and the digest it carries; younger twins are closed with a link to it."""
        ours = self._ours(name)
        for twin, _ in ours[1:]:
            if twin.is_open:
                before_write()
                self._close_twin(twin, ours[0][0])
        return ours[0] if ours else None

    def _said(self, name: str, issue: Issue) -> str | None:
        if issue.author.id != self.site.bot.id:
            return None
        marks = (found.mark for found in self.marker.find(issue.description) if found.valid)
        return next((mark.value for mark in marks if mark.place == self._mark(name, "").place), None)

    def _open(self, name: str, plan: Plan, today: date) -> None:
        title, description = self._text(name, plan)
        fields = {
            "title": title,
            "description": description,
            "labels": self.site.labels.base.name,
            "due_date": (today + timedelta(days=DAYS_TO_ACT)).isoformat(),
        }
        self.gateway.create_issue(self.site.home, fields)

    def _rewrite(self, name: str, issue: Issue, plan: Plan) -> None:
        _, description = self._text(name, plan)
        wanted_open = bool(plan.points)
        state = {} if wanted_open == issue.is_open else {"state_event": "reopen" if wanted_open else "close"}
        self.gateway.update_issue(issue.project_id, issue.iid, {"description": description, **state})

    def _close_twin(self, twin: Issue, kept: Issue) -> None:
        text = f"Superseded by {kept.web_url}.\n\n{twin.description}"
        self.gateway.update_issue(twin.project_id, twin.iid, {"description": text, "state_event": "close"})

    def _text(self, name: str, plan: Plan) -> tuple[str, str]:
        title, description = self.wording.report(name, plan.points, self.operator)
        return title, f"{description}\n\n{self.marker.write(self._mark(name, digest(plan.points)))}"

    def _mark(self, name: str, said: str) -> Mark:
        return Mark(KIND, said, f"report:{name}")


def _is_news(found: tuple[Issue, str] | None, wanted: str) -> bool:
    """Whether the report, as found, does not say what is wanted; a closed one says nothing."""
    if found is None:
        return wanted != NOTHING
    issue, said = found
    return said != wanted and (wanted != NOTHING or issue.is_open)
