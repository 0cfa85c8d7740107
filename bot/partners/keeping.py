"""What is known of a partner becomes two issues in the Channels project: its record, and what its folder lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from bot.domain.actions import Say
from bot.domain.audible import audible
from bot.domain.facts import PartnerFacts
from bot.domain.gitlab import Issue
from bot.domain.partners.deadlines import deadline_of
from bot.domain.partners.folder import COLLABORATION, INTERNAL, Group
from bot.domain.partners.programme import Programme
from bot.domain.partners.provisioning import project_of
from bot.domain.partners.record import Extension, Place, Record
from bot.domain.places import Folder, Room
from bot.domain.plan import Plan, Wish
from bot.domain.speech import code, dictated, handle, quoted
from bot.errors import NotThere
from bot.gateway import Gateway
from bot.granted import BeforeWrite
from bot.partners.lately import BELIEVED, STAFF_ONLY, Lately
from bot.partners.records import KEY, NAME, Records
from bot.voice.edition import Edition
from bot.voice.report import DAYS_TO_ACT, Reports

__all__ = ["AUDIT", "FOLDER", "NAME", "Keeping", "refused"]

AUDIT: Final = "partner_audit"
"""The handler whose points are about the folder."""
FOLDER: Final = "partner_folder"
"""The report of these, and its template."""
FOLDER_KEY: Final = "folder:"
LONGEST_REASON: Final = 240
Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Keeping:
    """`staff_only`: whether nobody but staff reads the Channels project, asked when there is something to hide."""

    gateway: Gateway
    reports: Reports
    records: Records
    lately: Lately
    staff_only: Callable[[], bool]

    def keep(
        self, facts: PartnerFacts, plan: Plan, record: Record | None, before_write: BeforeWrite
    ) -> tuple[Issue | None, str | None]:
        """Make the record's issue say what it should: the issue, if there is one, and what was done."""
        said, edition = self._record(facts, plan, record, self._lately_staff_only)
        issue, differs = self.reports.kept(NAME, edition, said, self._every())
        if not differs:
            return issue, None
        said, edition = self._record(facts, plan, record, self.staff_only)
        issue, done = self.reports.keep(NAME, edition, said, facts.today, before_write)
        if done:
            self.records.written()
        return issue, done

    def keep_folder(self, facts: PartnerFacts, plan: Plan, before_write: BeforeWrite) -> str | None:
        """The same for the folder's."""
        said, edition = self._folder(facts, plan, self._lately_staff_only)
        if not self.reports.kept(FOLDER, edition, said, self._every())[1]:
            return None
        said, edition = self._folder(facts, plan, self.staff_only)
        _, done = self.reports.keep(FOLDER, edition, said, facts.today, before_write)
        if done:
            self.records.written()
        return done

    def differs(self, facts: PartnerFacts, plan: Plan, record: Record | None) -> bool:
        """Whether either would be written."""
        said, edition = self._record(facts, plan, record, self._lately_staff_only)
        folder, folder_edition = self._folder(facts, plan, self._lately_staff_only)
        differs, every = self.reports.kept, self._every()
        return differs(NAME, edition, said, every)[1] or differs(FOLDER, folder_edition, folder, every)[1]

    def _every(self) -> Sequence[Issue]:
        """All reports as the look read them; before one is written GitLab is asked again."""
        return self.records.every(BELIEVED)

    def _lately_staff_only(self) -> bool:
        """Where nothing is written by it, one answer is enough for all partners of a sweep."""
        return self.lately.of(STAFF_ONLY, BELIEVED, self.staff_only)

    def _record(
        self, facts: PartnerFacts, plan: Plan, record: Record | None, staff_only: Callable[[], bool]
    ) -> tuple[Plan, Edition]:
        said = audible(_points(plan, about_folder=False), staff_only)
        if record and _is_on_its_way(facts, record):
            # It holds the issue open while the programme runs.
            said = replace(said, wishes=(*said.wishes, Wish(NAME, Say("", "running"))))
        edition = Edition(
            key=f"{KEY}{facts.partner.id}",
            due=_deadline(facts, record) or facts.today + timedelta(days=DAYS_TO_ACT),
            reader=facts.partner.account_manager,
            values=self._values(facts, record),
            solo=True,
            record=record.to_json() if record else "",
        )
        return said, edition

    def _folder(self, facts: PartnerFacts, plan: Plan, staff_only: Callable[[], bool]) -> tuple[Plan, Edition]:
        said, priorities = _points(plan, about_folder=True), facts.site.labels.priority
        if said.wishes and not staff_only():
            withheld = Say("", "withheld", {"count": str(len(said.wishes))})
            said = replace(said, wishes=(Wish(NAME, withheld),))
        edition = Edition(
            key=f"{FOLDER_KEY}{facts.partner.id}",
            due=facts.today + timedelta(days=DAYS_TO_ACT),
            reader=facts.partner.account_manager,
            values={"partner": dictated(facts.partner.name)},
            solo=True,
            labels=(priorities.name(priorities.levels[0]),) if priorities.levels else (),
        )
        return said, edition

    def _values(self, facts: PartnerFacts, record: Record | None) -> Values:
        programme, deadline = facts.site.programmes.tracked, _deadline(facts, record)
        is_enrolled = record is not None and record.ctp
        return {
            "partner": dictated(facts.partner.name),
            "kind": "none" if record is None else "enrolment" if is_enrolled else "folder",
            "asked": self._asked(record),
            "places": [*_places(facts, programme if is_enrolled else None)],
            "tracking": self._tracking(facts, record),
            "started_on": _iso(record.started_on if record else None),
            "deadline": _iso(deadline),
            "extensions": [_extension(one) for one in record.extensions] if record else [],
            "withdrawn_on": _iso(record.withdrawn_on if record else None),
            "withdrawn_by": handle(record.withdrawn_by) if record else "",
        }

    def _asked(self, record: Record | None) -> Mapping[str, str]:
        if record is None:
            return {}
        return {"by": handle(record.by), "on": record.on.isoformat(), "at": self._reference(record.request)}

    def _tracking(self, facts: PartnerFacts, record: Record | None) -> str:
        """`gone` also where the bot does not see it any more."""
        if record is None or record.tracking is None:
            return ""
        if facts.tracking and (facts.tracking.issue.project_id, facts.tracking.issue.iid) == record.tracking:
            return facts.tracking.issue.reference
        return self._reference(record.tracking) or "gone"

    def _reference(self, place: Place) -> str:
        """As GitLab makes a link of it; empty for an issue that is gone or hidden."""
        try:
            return self.gateway.issue(*place).reference
        except NotThere:
            return ""


def refused(step: str, reason: str) -> Wish:
    """What there is to say of a step (in the words of `told`) that cannot be carried out."""
    return Wish(NAME, Say("", "refused", {"step": step, "reason": quoted(reason, LONGEST_REASON)}))


def _points(plan: Plan, *, about_folder: bool) -> Plan:
    """The plan's points that belong to one of the two reports, and nothing else of it."""
    says = (wish for wish in plan.wishes if isinstance(wish.action, Say))
    return replace(plan, wishes=tuple(wish for wish in says if (wish.handler == AUDIT) is about_folder))


def _is_on_its_way(facts: PartnerFacts, record: Record) -> bool:
    """Until the tracking issue is closed; what comes then has an issue of its own."""
    return record.is_running and (facts.tracking is None or facts.tracking.issue.is_open)


def _deadline(facts: PartnerFacts, record: Record | None) -> date | None:
    programme = facts.site.programmes.tracked
    return deadline_of(record, programme) if record and programme else None


def _places(facts: PartnerFacts, programme: Programme | None) -> Iterator[Mapping[str, str]]:
    """What there should be, each with its address once it is there."""
    tree = facts.tree
    named: dict[str, Group | None] = {
        "company": tree.company,
        COLLABORATION: tree.collaboration,
        INTERNAL: tree.internal,
    }
    for what, group in named.items():
        yield _place(what, group.folder if group else None)
    if programme:
        yield _place("project", project_of(facts, programme))


def _place(what: str, found: Folder | Room | None) -> Mapping[str, str]:
    return {"what": what, "path": code(found.path) if found else "", "url": found.web_url if found else ""}


def _extension(one: Extension) -> Mapping[str, str]:
    words = quoted(one.reason, LONGEST_REASON)
    return {"until": one.until.isoformat(), "by": handle(one.by), "on": one.on.isoformat(), "reason": words}


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
