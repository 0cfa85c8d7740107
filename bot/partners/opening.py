"""A case becomes the one issue in which it takes its course, known by its mark; others like it give way to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, assert_never

from bot.domain.facts import PartnerFacts, Tier
from bot.domain.gitlab import Issue, Person
from bot.domain.marks import Mark, Marker
from bot.domain.partners.programme import Programme
from bot.domain.partners.record import Place
from bot.domain.partners.steps import OpenCase
from bot.domain.speech import code
from bot.domain.subject import Subject
from bot.errors import AskAPerson, Unclear
from bot.gateway import Gateway
from bot.granted import BeforeWrite
from bot.render import Renderer
from bot.voice.cases import Awarding, Opening, render_award, render_tracking
from bot.voice.told import Told

KIND: Final = "case"
"""Of the mark in a case's description."""
CLOSED: Final = "closed"
WORDS: Final = "issue/partner_words.md.j2"


@dataclass(frozen=True, slots=True)
class Openings:
    """Works with the daily token: what is opened here the bot has to follow."""

    gateway: Gateway
    marker: Marker
    renderer: Renderer
    told: Told

    def open(
        self, facts: PartnerFacts, step: OpenCase, started_on: date, before_write: BeforeWrite
    ) -> tuple[Issue, bool]:
        """The issue of the case, and whether it was opened now; `started_on` is the programme's first day."""
        found = self._first(facts, step)
        if found is not None:
            return found, False
        fields = self._fields(facts, step, started_on)
        before_write()
        try:
            return self.gateway.create_issue(step.project, fields), True
        except Unclear:
            # GitLab may have got it.
            found = self._first(facts, step)
            if found is None:
                raise
            return found, True

    def tidy(self, facts: PartnerFacts, step: OpenCase, issue: Issue, before_write: BeforeWrite) -> bool:
        """Relate the issue to what it belongs to, and close those that gave way to it; whether that took a write.

        These are twins that a mishap made, and what a partner worked through before it withdrew.
        """
        wrote = [self.link(issue, step.link, before_write)] if step.link else []
        twins = [one for one in self._found(facts, step) if one.iid != issue.iid]
        former = self._former(facts, step, issue)
        wrote += [self.close(one, issue, before_write) for one in twins]
        return any([*wrote, *(self.close(one, issue, before_write, topic="former") for one in former)])

    def close(self, twin: Issue, original: Issue, before_write: BeforeWrite, *, topic: str = "twin") -> bool:
        """Close an issue with a link to the one that stands for it, once: who opens it again is left alone."""
        now = self.gateway.issue(twin.project_id, twin.iid)
        if not now.is_open or self._closed_before(now):
            return False
        self.link(now, (original.project_id, original.iid), before_write)
        place = (now.project_id, now.iid)
        words = self.renderer.text(WORDS, topic=topic, original=original.reference).strip()
        self.told.tell(*place, f"twin {original.project_id}/{original.iid}", words, before_write)
        before_write()
        self.gateway.update_issue(*place, {"state_event": "close"})
        return True

    def link(self, issue: Issue, other: Place, before_write: BeforeWrite) -> bool:
        """Relate two issues, unless they are; whether that took a write."""
        here = (issue.project_id, issue.iid)
        if other == here or other in self.gateway.linked(*here):
            return False
        before_write()
        self.gateway.link_issues(*here, *other)
        return True

    def _first(self, facts: PartnerFacts, step: OpenCase) -> Issue | None:
        return next(self._found(facts, step), None)

    def _found(self, facts: PartnerFacts, step: OpenCase) -> Iterator[Issue]:
        """The bot's own issues of this case, oldest first; a mark of another partner or case counts for nothing."""
        wanted = _mark(facts, step)
        return (issue for issue, mark in self._marked(step) if mark == wanted)

    def _former(self, facts: PartnerFacts, step: OpenCase, issue: Issue) -> Iterator[Issue]:
        """The partner's earlier tracking issues in the project, each with a key of its own."""
        wanted = _mark(facts, step)
        for one, mark in self._marked(step) if step.kind == "tracking" else ():
            is_tracking = mark.place == wanted.place and mark.value.startswith(f"{step.kind} ")
            if is_tracking and mark != wanted and one.iid < issue.iid:
                yield one

    def _marked(self, step: OpenCase) -> Iterator[tuple[Issue, Mark]]:
        for issue in self.gateway.find_issues(step.project, f" {KIND} "):
            for found in self.marker.find(issue.description):
                if found.valid and found.mark.kind == KIND:
                    yield issue, found.mark

    def _fields(self, facts: PartnerFacts, step: OpenCase, started_on: date) -> dict[str, object]:
        title, text = self._text(facts, step, started_on)
        people = [one for one in step.assign if one.is_active]
        first, also = (people[:1], people[1:]) if facts.site.tier is Tier.FREE else (people, [])
        words = [self.renderer.text(WORDS, topic="also", who=_mentions(also)).strip()] if also else []
        ids = [one.id for one in first]
        return {
            "title": title,
            "description": "\n\n".join([text.strip(), *words, self.marker.write(_mark(facts, step))]),
            **({"labels": ",".join(step.labels)} if step.labels else {}),
            **({"assignee_ids": ids} if ids else {}),
            **({"due_date": step.due.isoformat()} if step.due else {}),
        }

    def _text(self, facts: PartnerFacts, step: OpenCase, started_on: date) -> tuple[str, str]:
        programme = facts.site.programmes.get(step.programme)
        if programme is None:
            raise AskAPerson(f"certifications.yml knows no programme {code(step.programme)}: add it there")
        match step.kind:
            case "tracking":
                opening = _opening(facts, step, programme, started_on)
                return render_tracking(self.renderer, programme, opening)
            case "award":
                return render_award(self.renderer, facts.site.programmes, _awarding(facts, step, programme))
            case _:
                assert_never(step.kind)

    def _closed_before(self, issue: Issue) -> bool:
        events = self.gateway.state_events(issue.project_id, issue.iid)
        return any(one.state == CLOSED and one.user_id == self.gateway.me().id for one in events)


def _mark(facts: PartnerFacts, step: OpenCase) -> Mark:
    return Mark(KIND, step.key, Subject.partner(facts.partner.id).key)


def _opening(facts: PartnerFacts, step: OpenCase, programme: Programme, started_on: date) -> Opening:
    registry, partner, given = facts.site.registry, facts.partner, step.values
    return Opening(
        partner=partner,
        started_on=started_on,
        due=step.due or programme.deadline.due(started_on),
        contact=partner.contacts.primary,
        account_manager=given.get("account_manager", partner.account_manager),
        education=given.get("education", registry.holder("education_services")),
        services=given.get("services", registry.holder("channel_services")),
    )


def _awarding(facts: PartnerFacts, step: OpenCase, programme: Programme) -> Awarding:
    partner, region = facts.partner, facts.site.registry.region(facts.partner.region)
    if region is None:
        raise AskAPerson(f"regions.yml knows no region {code(partner.region)}: add it, or correct the partner's")
    manager = step.values.get("account_manager", partner.account_manager)
    return Awarding(partner, programme, region, manager, step.due, is_first=not partner.certifications)


def _mentions(people: list[Person]) -> str:
    return ", ".join(f"@{one.username}" for one in people)
