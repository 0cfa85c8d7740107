"""An issue becomes the case it is: told by where it lies, its form and the records, never by a partner's word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.domain.cases import Case
from bot.domain.checklist import Checklist, read_checklist
from bot.domain.facts import Site
from bot.domain.form import Reading, read_form
from bot.domain.forms import AWARD, CANDIDATE
from bot.domain.gitlab import Issue
from bot.domain.partners.cases import Award, Candidate, Draft, Tracking
from bot.domain.partners.programme import Programme
from bot.domain.partners.provisioning import NAMED_ALIKE
from bot.domain.partners.record import Record
from bot.domain.registry import Partner
from bot.domain.scope import is_among_partners
from bot.partners.post import Writing
from bot.partners.records import BELIEVED, HARDLY_CHANGES, Records
from bot.render import Renderer
from bot.voice.cases import AWARD as TEMPLATE
from bot.voice.cases import Awarding, render_award, render_candidate, render_tracking


@dataclass(frozen=True, slots=True)
class Masters:
    """What the bot's templates ask, each rendered once."""

    renderer: Renderer
    _kept: dict[str, Checklist] = field(default_factory=dict)

    def tracking(self, programme: Programme) -> Checklist:
        return self._of(f"tracking {programme}", lambda: render_tracking(self.renderer, programme)[1])

    def candidate(self, programme: Programme) -> Checklist:
        return self._of(f"candidate {programme}", lambda: render_candidate(self.renderer, programme)[1])

    def award(self, site: Site, partner: Partner | None, programme: Programme | None) -> Checklist:
        """What a partner's first certification asks is not what a later one does."""
        region = site.registry.region(partner.region) if partner else None
        if partner is None or programme is None or region is None:
            return self._of("award", lambda: render_award(self.renderer, site.programmes)[1])
        is_first = not partner.certifications
        awarding = Awarding(partner, programme, region, partner.account_manager, None, is_first)
        text = lambda: render_award(self.renderer, site.programmes, awarding)[1]  # noqa: E731
        return self._of(f"award {is_first}", text)

    def _of(self, key: str, text: Callable[[], str]) -> Checklist:
        if key not in self._kept:
            self._kept[key] = read_checklist(text())
        return self._kept[key]


@dataclass(frozen=True, slots=True)
class Cases:
    """Recognises cases; asks GitLab only about issues in a partner's CTP project, and then for one list in a while."""

    records: Records
    masters: Masters
    writing: Writing

    def of(self, issue: Issue, site: Site) -> Case | None:
        if issue.issue_type != "issue":
            return None
        if issue.project == site.home:
            return self._award(issue, site)
        if not is_among_partners(issue, site):
            return None
        # A partner may give the project another path, so its name only says how new the list has to be.
        is_named = NAMED_ALIKE.search(issue.project.rpartition("/")[2])
        return self._in_project(issue, site, BELIEVED if is_named else HARDLY_CHANGES)

    def _award(self, issue: Issue, site: Site) -> Award | None:
        if TEMPLATE.casefold() not in f"{issue.title}\n{issue.description}".casefold():
            return None
        form = read_form(issue.description, AWARD)
        named = set(form.values) | {problem.field.key for problem in form.problems if problem.seen}
        if not named & {"partner", "certification"} and not self._is_template(issue, site):
            return None
        partner = site.registry.partner_called(form.values.get("partner", ""))
        programme = site.programmes.called(form.values.get("certification", ""))
        draft = Draft()
        if issue.is_open and partner and programme:
            draft = self.writing.draft(site, issue, partner, programme)
        return Award(partner, programme, form, self.masters.award(site, partner, programme), draft)

    def _is_template(self, issue: Issue, site: Site) -> bool:
        """Whether its tasks tell that it began with the template, which nobody filled in yet."""
        asked = {task.id for task in self.masters.award(site, None, None).tasks}
        return bool(asked & {task.id for task in read_checklist(issue.description).tasks})

    def _in_project(self, issue: Issue, site: Site, max_age: float) -> Tracking | Candidate | None:
        for partner_id, (_, record) in self.records.all(max_age).items():
            partner, programme = site.registry.partner(partner_id), site.programmes.tracked
            if partner is None or programme is None or record.tracking is None:
                continue
            if record.tracking == (issue.project_id, issue.iid):
                return Tracking(partner, programme, record, self.masters.tracking(programme))
            if record.tracking[0] == issue.project_id:
                return self._candidate(issue, partner, programme, record)
        return None

    def _candidate(self, issue: Issue, partner: Partner, programme: Programme, record: Record) -> Candidate | None:
        form: Reading = read_form(issue.description, CANDIDATE)
        is_named = programme.candidate_template.casefold() in f"{issue.title}\n{issue.description}".casefold()
        if not (is_named or "candidate" in form.values) or self._is_clone(issue, programme):
            return None
        return Candidate(partner, programme, record, form, self.masters.candidate(programme))

    def _is_clone(self, issue: Issue, programme: Programme) -> bool:
        """Whether it is a tracking issue that the record does not know: a copy of one, or one from the template."""
        ids = {task.id for task in read_checklist(issue.description).tasks}
        return bool(ids & {task.id for task in self.masters.tracking(programme).tasks})
