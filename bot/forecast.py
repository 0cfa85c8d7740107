"""What is there today becomes what would happen on each of the coming days if people did nothing. It writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias

from bot.domain.actions import OpenIssue, Say
from bot.domain.concern import concerns
from bot.domain.course import Course
from bot.domain.facts import CalendarFacts, Facts, IssueFacts, PartnerFacts, RecurringFacts, Time
from bot.domain.gitlab import Issue
from bot.domain.partners.steps import Tell
from bot.domain.plan import Plan, Wish
from bot.domain.recurrence.occurrence import occurrence_called
from bot.domain.reminding import Reminder, When, after, carried_on, reminder
from bot.domain.telling import told
from bot.domain.windows import Window
from bot.errors import AskAPerson, BadToken
from bot.render import Renderer
from bot.rules import Rules
from bot.snapshot import Snapshot
from bot.voice.reminders import Reminders
from bot.voice.wording import Wording

Kind: TypeAlias = Literal["open", "due", "remind", "change", "say"]
Dated: TypeAlias = CalendarFacts | IssueFacts | PartnerFacts | RecurringFacts
DIGEST: Final = "digest"


@dataclass(frozen=True, slots=True, order=True)
class Coming:
    """One thing that would happen on a day.

    `where` is an issue's reference, or what the bot looks at; `what` is text on one line. `key` tells it from whatever
    else happens there, however it is worded.
    """

    on: date
    where: str
    kind: Kind
    handler: str
    what: str
    url: str = ""
    key: str = ""


@dataclass(slots=True)
class Track:
    """One subject through the days: what was seen of it so far, and of whom its people were reminded."""

    where: str
    facts: Dated
    url: str = ""
    course: Course = field(default_factory=lambda: Course({}, {}))
    seen: frozenset[str] = frozenset()
    is_new: bool = True
    """Whether no day of it was looked at."""

    def on(self, day: date) -> Dated:
        """The facts as they would be on that day, if nothing else changed."""
        facts = self.facts
        if isinstance(facts, PartnerFacts):
            tracking = replace(facts.tracking, today=day) if facts.tracking else None
            return replace(
                facts, today=day, tracking=tracking, awards=tuple(replace(one, today=day) for one in facts.awards)
            )
        return replace(facts, today=day)


@dataclass(frozen=True, slots=True)
class Forecaster:
    """Decides for every day from the facts of today; a list that breaks off raises Incomplete."""

    snapshot: Snapshot
    rules: Rules
    reminders: Reminders
    wording: Wording
    renderer: Renderer
    says_news: Callable[[Facts, Plan], bool]
    """Whether GitLab does not say yet what the plan says."""

    def coming(self, days: int) -> tuple[Coming, ...]:
        """What would happen from today on through so many days, in order."""
        every = [self.snapshot.today() + timedelta(days=number) for number in range(days)]
        found = {one for track in self._tracks() for day in every for one in self._day(track, day)}
        digests = {one for day in every for one in _digest(day)}
        return tuple(sorted(one for one in found | digests if one.on <= every[-1]))

    def _tracks(self) -> Iterator[Track]:
        snapshot = self.snapshot
        yield Track("milestones", snapshot.calendar())
        for issue in snapshot.gateway.issues(snapshot.site.group):
            facts = snapshot.complete(snapshot.bare(issue))
            if concerns(facts).holds:
                yield Track(issue.reference, facts, issue.web_url, self.reminders.course(facts))
        for partner in snapshot.registry().partners:
            try:
                yield Track(f"partner {partner.id}", snapshot.partner(partner.id))
            except BadToken:
                raise
            except AskAPerson:
                continue  # nobody can tell what comes where GitLab shows nothing
        for recurrence in snapshot.site.recurrences:
            if recurrence.enabled:
                yield Track(f"recurring {recurrence.key}", snapshot.recurring(recurrence.key))

    def _day(self, track: Track, day: date) -> Iterator[Coming]:
        facts = track.on(day)
        plan = self.rules.decide(facts)
        if plan.is_off:
            return
        wished = {_key(wish): wish for wish in plan.wishes}
        if track.is_new and plan.points and not self.says_news(facts, plan):
            track.seen = frozenset(key for key, wish in wished.items() if isinstance(wish.action, Say))
        due = self._due(track, facts, plan) if isinstance(facts, IssueFacts) else None
        told_now = {_said(handler, say) for handler, say in due.points} if due else set()
        for key in sorted(wished.keys() - track.seen - told_now):
            yield from self._wished(track, day, wished[key])
        if due:
            yield self._reminded(track, day, due)
        track.seen, track.is_new = track.seen | frozenset(wished), False
        if isinstance(facts, RecurringFacts):
            track.facts = _with_opened(facts, plan)

    def _wished(self, track: Track, day: date, wish: Wish) -> Iterator[Coming]:
        kind: Kind
        match wish.action:
            case OpenIssue() as step:
                title = self._title(step)
                yield Coming(day, track.where, "open", wish.handler, title, track.url, step.key)
                if step.due and step.due >= day:
                    yield Coming(step.due, track.where, "due", wish.handler, title, track.url, step.key)
                return
            case Say():
                kind, words = "say", self._words(wish)
            case Tell(who=who):
                kind, words = "remind", f"{_mentions(who)}: {self._words(wish)}"
            case _:
                kind, words = "change", self._words(wish)
        yield Coming(day, track.where, kind, wish.handler, words, track.url, _key(wish))

    def _reminded(self, track: Track, day: date, due: Reminder) -> Coming:
        words = " ".join(self.wording.sentence(handler, say) for handler, say in due.points)
        handlers = ", ".join(dict.fromkeys(handler for handler, _ in due.points))
        return Coming(day, track.where, "remind", handlers, f"{_mentions(due.who)}: {_flat(words)}", track.url)

    def _due(self, track: Track, facts: IssueFacts, plan: Plan) -> Reminder | None:
        """Of what people are reminded that day, which the track's course then knows."""
        course = Course(carried_on(plan.points, track.course.since, facts.today), track.course.log)
        when = When(facts.today, facts.site.workdays, self.reminders.cadence)
        speaks = self.reminders.speaks(facts, plan)
        due = reminder(facts.issue, facts.site.bot, plan.points, course, when) if speaks else None
        track.course = replace(course, log=after(course, due, facts.today)) if due else course
        return due

    def _words(self, wish: Wish) -> str:
        if isinstance(wish.action, Say):
            return _flat(self.wording.sentence(wish.handler, wish.action))
        return _flat(told(wish.action))

    def _title(self, step: OpenIssue) -> str:
        template = self.snapshot.site.templates.get(step.template)
        return self.renderer.templated(template.name, **step.values)[0] if template else step.key


def _key(wish: Wish) -> str:
    """What is the same on the next day, whatever its values."""
    if isinstance(wish.action, Say):
        return _said(wish.handler, wish.action)
    return f"{wish.handler} {told(wish.action)}"


def _said(handler: str, say: Say) -> str:
    return f"{handler} says {say.topic}"


def _with_opened(facts: RecurringFacts, plan: Plan) -> RecurringFacts:
    """As if the issues had been opened."""
    keys = (step.key for _, step in plan.openings)
    found = (occurrence_called(key, (facts.recurrence,)) for key in keys)
    issue = Issue(0, 0, facts.site.home, "", author=facts.site.bot)
    return replace(facts, times=(*facts.times, *(Time(one, issue) for one in found if one)))


def _digest(day: date) -> Iterator[Coming]:
    window = Window.of(day)
    if window.start == day:
        yield Coming(day, DIGEST, "open", "priority_digest", f"the digest of {window.title}")


def _mentions(names: tuple[str, ...]) -> str:
    return ", ".join(f"@{name}" for name in names)


def _flat(text: str) -> str:
    return " ".join(text.split())
