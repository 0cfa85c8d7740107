"""What people have to know or decide becomes one report issue in the Channels project, kept current.

A report is one of its kind, or an edition: then there is a new issue for each period, and it ends the one before. An
edition may also stand alone under its key; then it is kept for good, and may carry a record of the bot's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.domain.facts import Site
from bot.domain.gitlab import Issue
from bot.domain.marks import Mark, Marker
from bot.domain.plan import Plan
from bot.domain.scope import REPORT
from bot.domain.superseding import gives_way, giving_way
from bot.gateway import Gateway
from bot.memory import Memory
from bot.voice.edition import DIGESTS, Edition
from bot.voice.ownissues import OwnIssues
from bot.voice.silence import Silences
from bot.voice.standing import Standing, everything
from bot.voice.wording import NOTHING, Wording, digest

DAYS_TO_ACT = 7
DIGEST_REPORT = "priority_digest"
PLACE = "report:"
RECORD = "record"
"""The kind of mark that holds an edition's record."""


@dataclass(frozen=True, slots=True)
class Reports:
    """Keeps one issue a report, made from `templates/issue/<name>.issue.md.j2`.

    The DRI of an edition is its reader, that of any other report the operator; they are assigned when it opens.
    """

    gateway: Gateway
    marker: Marker
    wording: Wording
    site: Site
    memory: Memory
    operator: str = ""

    def settle(
        self, name: str, plan: Plan, today: date, before_write: Callable[[], None], edition: Edition | None = None
    ) -> str | None:
        """Open, edit or close the report so that it lists the plan's points; what was done, None for nothing."""
        if edition and edition.solo:
            return self.keep(name, edition, plan, today, before_write)[1]
        wanted, silence = digest(plan.points), self._silences.known(name)
        if edition is None and self._silences.holds(silence, wanted):
            return None
        if edition is None and wanted != NOTHING:
            self._silences.breaks(name)
        every = self.every()
        found = self._find(_place(name, edition), every, before_write)
        kept, said = found[0] if found else None, None
        if self._is_news(found, wanted, edition):
            before_write()
            if kept is None:
                kept, said = self._open(name, plan, today, edition), "open report"
            else:
                self._rewrite(name, kept, plan, edition)
                said = "close report" if wanted == NOTHING else "edit report"
        if edition and wanted == NOTHING:
            self._empty_earlier(name, edition, every, before_write)
        earlier = [(one, kept) for one in self._earlier(edition, kept, every)] if edition and kept else []
        for one, successor in earlier:
            before_write()
            self._supersede(one, successor)
        # What somebody told the bot to leave as it is may say anything.
        is_said = said is not None or found is None or found[1] == NOTHING
        if edition is None and wanted == NOTHING and is_said:
            self._silences.seen(name, silence)
        return said or ("close earlier report" if earlier else None)

    def keep(
        self, name: str, edition: Edition, plan: Plan, today: date, before_write: Callable[[], None]
    ) -> tuple[Issue | None, str | None]:
        """Make the issue of a solo edition say what it should; the issue, and what was done, None for nothing.

        There is none until there is a point or a record. It is open while there is a point: one that a person closed
        all the same is opened again once.
        """
        found = self._find(_place(name, edition), self.every(), before_write)
        if found is None and not (_asks(plan) or edition.record):
            return None, None
        if found is None:
            before_write()
            opened = self._open(name, plan, today, edition)
            if _asks(plan):
                return opened, "open report"
            found = opened, str(Standing(_everything(plan, edition)))
        issue, before = found[0], Standing.parse(found[1])
        edition = self._with_record(name, issue, edition)
        after = self._after(found, plan, edition)
        if after == before:
            return issue, None
        before_write()
        event = before.event_to(after, is_open=issue.is_open)
        changed = self._put(issue, self._text(name, plan, edition, after), edition, event)
        return changed, f"{event.get('state_event', 'edit')} report"

    def every(self) -> list[Issue]:
        """Whatever may be a report, oldest first."""
        return OwnIssues(self.gateway, self.memory, self.site.home, self.site.bot.id).holding(PLACE)

    def records(self, begin: str, every: Iterable[Issue]) -> dict[str, tuple[Issue, str]]:
        """The record of every edition whose key begins so, and the issue that keeps it, by the whole key."""
        kept: dict[str, tuple[Issue, str]] = {}
        for issue in every:
            for place, record in self._marks(issue, RECORD).items():
                if place.startswith(f"{PLACE}{begin}"):
                    kept.setdefault(place.removeprefix(PLACE), (issue, record))
        return kept

    def kept(self, name: str, edition: Edition, plan: Plan, every: Iterable[Issue]) -> tuple[Issue | None, bool]:
        """The issue of a solo edition in a list of all reports, and whether `keep` would change anything about it."""
        ours = self._ours(_place(name, edition), every)
        if not ours:
            return None, _asks(plan) or bool(edition.record)
        issue, said = ours[0]
        after = self._after(ours[0], plan, self._with_record(name, issue, edition))
        has_twins = any(gives_way(twin) for twin, _ in ours[1:])
        return issue, has_twins or Standing.parse(said) != after

    def differs(self, name: str, plan: Plan, edition: Edition | None = None) -> bool:
        """Whether the report says something else than it should, or an earlier edition is still open."""
        wanted, silence = digest(plan.points), self._silences.known(name)
        if edition is None and self._silences.holds(silence, wanted):
            return False
        every = self.every()
        if edition and edition.solo:
            return self.kept(name, edition, plan, every)[1]
        ours = self._ours(_place(name, edition), every)
        found = ours[0] if ours else None
        earlier = self._earlier(edition, found[0], every) if edition and found else []
        is_news = bool(earlier) or self._is_news(found, wanted, edition)
        has_twins = any(gives_way(twin) for twin, _ in ours[1:])
        if edition is None and wanted == NOTHING and not has_twins and (found is None or found[1] == NOTHING):
            self._silences.seen(name, silence)
        return is_news

    @property
    def _silences(self) -> Silences:
        return Silences(self.memory, self.gateway.now)

    def digest_of(self, issue: Issue) -> str | None:
        """The title of the window whose digest the issue is; None for every other issue."""
        begin = f"{PLACE}{DIGESTS}"
        # Elsewhere somebody outside the team may edit what the bot wrote, and copy a mark into it.
        places = self._marks(issue) if issue.project == self.site.home else {}
        return next((place.removeprefix(begin) for place in places if place.startswith(begin)), None)

    def _ours(self, place: str, every: Iterable[Issue]) -> list[tuple[Issue, str]]:
        """Every report at that place with the digest it carries, oldest first; more than one is a mishap."""
        found = ((issue, self._marks(issue).get(place)) for issue in every)
        return [(issue, said) for issue, said in found if said is not None]

    def _find(self, place: str, every: list[Issue], before_write: Callable[[], None]) -> tuple[Issue, str] | None:
        """The oldest report and the digest it carries; younger twins are closed with a link to it."""
        ours = self._ours(place, every)
        for twin, _ in ours[1:]:
            if gives_way(twin):
                before_write()
                self._supersede(twin, ours[0][0])
        return ours[0] if ours else None

    def _empty_earlier(self, name: str, edition: Edition, every: list[Issue], before_write: Callable[[], None]) -> None:
        """Where the newest edition may say nothing, those before it say nothing either."""
        begin = f"{PLACE}{edition.series}"
        for issue in every:
            for place, said in self._marks(issue).items():
                if place.startswith(begin) and place != _place(name, edition) and said != NOTHING:
                    before_write()
                    mark = self.marker.write(Mark(REPORT, NOTHING, place))
                    changes = {"description": mark, "state_event": "close"} if issue.is_open else {"description": mark}
                    self.gateway.update_issue(issue.project_id, issue.iid, changes)

    def _earlier(self, edition: Edition, kept: Issue, every: list[Issue]) -> list[Issue]:
        """The editions before this one that are still open, and were not closed in its favour once already."""
        series = f"{PLACE}{edition.series}"
        older = (one for one in every if gives_way(one) and one.iid < kept.iid and not self._is_off(one))
        return [one for one in older if any(place.startswith(series) for place in self._marks(one))]

    def _marks(self, issue: Issue, kind: str = REPORT) -> dict[str, str]:
        """The value of each mark of a report by its place, when the bot wrote the issue."""
        if issue.author.id != self.site.bot.id:
            return {}
        marks = (found.mark for found in self.marker.find(issue.description) if found.valid)
        return {mark.place: mark.value for mark in marks if mark.kind == kind}

    def _open(self, name: str, plan: Plan, today: date, edition: Edition | None) -> Issue:
        title, description = self._text(name, plan, edition)
        due = edition.due if edition else today + timedelta(days=DAYS_TO_ACT)
        handles = (edition.reader, *edition.assignees) if edition else (self.operator,)
        # An assignment is what tells them: nobody is notified of a mere name in a description.
        people = [self.gateway.user(handle) for handle in dict.fromkeys(handles) if handle]
        ids = [person.id for person in people if person]
        fields = {
            "title": title,
            "description": description,
            "labels": ",".join((self.site.labels.base.name, *(edition.labels if edition else ()))),
            "due_date": due.isoformat(),
            **({"assignee_ids": ids} if ids else {}),
        }
        # Who sweeps beside us and shares no database may have opened it since we looked.
        meanwhile = self._ours(_place(name, edition), self.every())
        return meanwhile[0][0] if meanwhile else self.gateway.create_issue(self.site.home, fields)

    def _rewrite(self, name: str, issue: Issue, plan: Plan, edition: Edition | None) -> None:
        _, description = self._text(name, plan, edition)
        wanted_open = bool(plan.points)
        state = {} if wanted_open == issue.is_open else {"state_event": "reopen" if wanted_open else "close"}
        self.gateway.update_issue(issue.project_id, issue.iid, {"description": description, **state})

    def _put(self, issue: Issue, text: tuple[str, str], edition: Edition, event: Mapping[str, str]) -> Issue:
        """Rewrite a solo edition; whom it is about may have been renamed, or given more time in what it records."""
        title, description = text
        moved = edition.record and issue.due_date not in (None, edition.due)
        changes = {
            "description": description,
            **({} if title == issue.title else {"title": title}),
            **({"due_date": edition.due.isoformat()} if moved else {}),
            **event,
        }
        return self.gateway.update_issue(issue.project_id, issue.iid, changes)

    def _with_record(self, name: str, issue: Issue, edition: Edition) -> Edition:
        """The edition with the record that its issue keeps, where it brings none: what is kept is never wiped out."""
        if edition.record:
            return edition
        return replace(edition, record=self._marks(issue, RECORD).get(_place(name, edition), ""))

    def _after(self, found: tuple[Issue, str], plan: Plan, edition: Edition) -> Standing:
        """How a solo edition is to be left; as it is where the bot was told to keep off."""
        issue, before = found[0], Standing.parse(found[1])
        if self._is_off(issue):
            return before
        return before.next(_everything(plan, edition), is_open=issue.is_open, asks=_asks(plan))

    def _supersede(self, other: Issue, kept: Issue) -> None:
        self.gateway.update_issue(other.project_id, other.iid, giving_way(other, kept))

    def _text(self, name: str, plan: Plan, edition: Edition | None, after: Standing | None = None) -> tuple[str, str]:
        """Title and description; `after` is how a solo edition is left, None: it opens."""
        dri, values = (edition.reader, edition.values) if edition else (self.operator, {})
        title, description = self.wording.report(name, plan.points, dri, {**values, "bot": self.site.bot.username})
        place, said = _place(name, edition), digest(plan.points)
        if edition and edition.solo:
            said = str(after or Standing(_everything(plan, edition)))
        record = [Mark(RECORD, edition.record, place)] if edition and edition.record else []
        marks = "\n".join(map(self.marker.write, [Mark(REPORT, said, place), *record]))
        return title, f"{description}\n\n{marks}"

    def _is_news(self, found: tuple[Issue, str] | None, wanted: str, edition: Edition | None) -> bool:
        """Whether the report, as found, does not say what is wanted; a closed one says nothing.

        An edition that a person closed was read, and is left alone; so is what the bot is told to keep off. One that
        says nothing was emptied by the bot, and may speak again.
        """
        if found is None:
            return wanted != NOTHING
        issue, said = found
        answers = issue.is_open or (wanted != NOTHING and (edition is None or said == NOTHING))
        return said != wanted and answers and not self._is_off(issue)

    def _is_off(self, issue: Issue) -> bool:
        return self.site.labels.hands_off.name in issue.labels


def _asks(plan: Plan) -> bool:
    return any(not say.block for _, say in plan.points)


def _everything(plan: Plan, edition: Edition) -> str:
    return everything(digest(plan.points), edition.values, edition.record)


def _place(name: str, edition: Edition | None) -> str:
    return f"{PLACE}{edition.key if edition else name}"
