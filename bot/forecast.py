"""What is there today becomes what would happen on each of the coming days if people did nothing. It writes nothing.

What would be opened meanwhile is followed too, as an issue that nobody touches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final, Literal, TypeAlias

from bot.domain.actions import Action, Close, OpenIssue, Say
from bot.domain.asking import opened_on
from bot.domain.concern import concerns
from bot.domain.course import Course
from bot.domain.facts import CalendarFacts, Facts, IssueFacts, PartnerFacts, RecurringFacts, Tier, Time
from bot.domain.fiscal import FIRST_DAY, LAST_DAY
from bot.domain.gitlab import Issue, Person
from bot.domain.needs import Journal, Need
from bot.domain.partners.steps import Tell
from bot.domain.plan import Plan, Wish, distinct
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
NOON: Final = time(12)


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
    is_over: bool = False
    """Whether the bot closed it: of what nobody touches, nothing is heard after that."""
    read: frozenset[Need] = frozenset()
    """What was read for the issues of a recurrence."""
    begins: date = FIRST_DAY
    opened: list[Track] = field(default_factory=list)
    """What was opened because of it."""

    def on(self, day: date) -> Dated:
        """The facts as they would be on that day, if nothing else changed."""
        facts = self.facts
        if isinstance(facts, PartnerFacts):
            tracking = replace(facts.tracking, today=day) if facts.tracking else None
            return replace(
                facts, today=day, tracking=tracking, awards=tuple(replace(one, today=day) for one in facts.awards)
            )
        return replace(facts, today=day)


@dataclass(slots=True)
class Drafts:
    """Makes the issues that are not opened yet, each key once; `draft` gives their text, labels and days."""

    snapshot: Snapshot
    rules: Rules
    draft: Callable[[OpenIssue], Issue]
    _kept: dict[str, Issue] = field(default_factory=dict)
    _places: dict[str, int] = field(default_factory=dict)

    def of(self, step: OpenIssue) -> Issue:
        """The issue by itself."""
        if step.key not in self._kept:
            self._kept[step.key] = self.draft(step)
        return self._kept[step.key]

    def opened(self, step: OpenIssue, facts: Dated) -> IssueFacts | None:
        """All that is known of the issue on the day of `facts`; None when something opened it before."""
        if step.key in self._kept:
            return None
        snapshot, zone, draft = self.snapshot, facts.site.zone, self.of(step)
        if draft.project not in self._places:
            self._places[draft.project] = snapshot.gateway.project(draft.project).id
        place = self._places[draft.project]
        people, born = tuple(self._people(step, place)), datetime.combine(facts.today, NOON, zone)
        issue = replace(draft, project_id=place, assignees=people, created_at=born, updated_at=born)
        guard, case = snapshot.guards.guard(place), snapshot.partners.case(issue, facts.site)
        return self._complete(IssueFacts(facts.today, facts.site, issue, guard=guard, wrote=frozenset(), case=case))

    def _people(self, step: OpenIssue, place: int) -> Iterator[Person]:
        for handles, most in ((step.assign, len(step.assign)), (step.backup, 1)):
            found = [self.snapshot.accounts.account(place, one).person for one in distinct(handles)]
            if able := [one for one in found if one and one.is_active]:
                yield from able[: 1 if self.snapshot.site.tier is Tier.FREE else most]
                return

    def _complete(self, facts: IssueFacts) -> IssueFacts:
        """With everything the rules want to know; an issue that is not there has no journals."""
        while needs := self.rules.needs(facts):
            beyond = {one for one in needs if not isinstance(one, Journal)}
            facts = replace(self.snapshot.read(facts, beyond), read=facts.read | needs)
        return facts


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
    drafts: Drafts

    def coming(self, days: int) -> tuple[Coming, ...]:
        """What would happen from today on through so many days, in order."""
        first = self.snapshot.today()
        # Where the fiscal years end that two digits can name, so does the calendar.
        every = [first + timedelta(days=number) for number in range(min(days, (LAST_DAY - first).days + 1))]
        found = {one for track in self._tracks() for one in self._through(track, every)}
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
                known = snapshot.recurring(recurrence.key)
                yield Track(f"recurring {recurrence.key}", known, read=self.rules.needs(known))

    def _through(self, track: Track, every: Sequence[date]) -> Iterator[Coming]:
        """The track's days, and then those of what was opened on them."""
        for day in every:
            if day >= track.begins and not track.is_over:
                yield from self._day(track, day)
        for opened in track.opened:
            yield from self._through(opened, every)

    def _day(self, track: Track, day: date) -> Iterator[Coming]:
        facts = self._informed(track, track.on(day))
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
            self._open(track, facts, wished[key].action)
        if due:
            yield self._reminded(track, day, due)
        track.seen, track.is_new = track.seen | frozenset(wished), False
        track.is_over = any(isinstance(action, Close) for _, action in plan.granted)
        if isinstance(facts, RecurringFacts):
            track.facts = self._with_opened(facts, plan)

    def _informed(self, track: Track, facts: Dated) -> Dated:
        """With what the issues that open on that day list, as things stand today; each of it is read once."""
        if not isinstance(facts, RecurringFacts):
            return facts
        needs = self.rules.needs(facts) - track.read
        track.read |= needs
        track.facts = self.snapshot.listing(facts, needs)
        return track.facts

    def _open(self, track: Track, facts: Dated, action: Action) -> None:
        """From now on what was opened is a track of its own."""
        if isinstance(action, OpenIssue) and (made := self.drafts.opened(action, facts)):
            track.opened.append(Track(made.issue.title, made, is_new=False, begins=facts.today))

    def _with_opened(self, facts: RecurringFacts, plan: Plan) -> RecurringFacts:
        """As if the issues had been opened."""
        found = ((occurrence_called(one.key, (facts.recurrence,)), one) for _, one in plan.openings)
        times = tuple(Time(time, self.drafts.of(step)) for time, step in found if time)
        return replace(facts, times=(*facts.times, *times))

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
        when = When(facts.today, facts.site.workdays, self.reminders.cadence, opened_on(facts))
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


def _digest(day: date) -> Iterator[Coming]:
    window = Window.of(day)
    if window.start == day:
        yield Coming(day, DIGEST, "open", "priority_digest", f"the digest of {window.title}", key=window.title)


def _mentions(names: tuple[str, ...]) -> str:
    return ", ".join(f"@{name}" for name in names)


def _flat(text: str) -> str:
    return " ".join(text.split())
