"""An award issue shows all that its certification asks for, and is labelled as blocked while the partner lacks some.

The form has to say which partner and which certification it is about; what cannot be read, or is
otherwise in the registry, is asked about by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.actions import AddLabel, Check, Nudge, RemoveLabel, Say
from bot.domain.answers import spelt
from bot.domain.facts import IssueFacts
from bot.domain.flags import flag
from bot.domain.form import ProblemKind
from bot.domain.formwords import fields_with
from bot.domain.needs import Need
from bot.domain.partners.awarding import charge_of, journey_needs, known, needs_of, requirements_of
from bot.domain.partners.cases import Award
from bot.domain.partners.eligibility import PARTNERS, Requirement, failing, is_stale
from bot.domain.partners.naming import choices
from bot.domain.partners.readiness import failing_lines, shown_source
from bot.domain.partners.showing import requirement_rows
from bot.domain.speech import clean, code, quoted

HANDBOOK = ("AW-01",)
KINDS = (ProblemKind.MISSING, ProblemKind.UNREADABLE, ProblemKind.CONTRADICTING)


@dataclass(frozen=True, slots=True)
class Settings:
    """Data older than `stale_days` is called old; people hear again of what is open `remind_after` business days later.

    With `evidence` the comment holds the table of all requirements.
    """

    enabled: bool = True
    stale_days: int = 30
    remind_after: int = 2
    evidence: bool = True


def award_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    if facts.issue.is_open:
        yield from needs_of(facts)
        yield from journey_needs(facts)


def decide_award(facts: IssueFacts, settings: Settings) -> Iterator[Check | AddLabel | RemoveLabel | Say]:
    if not facts.issue.is_open or not isinstance(facts.case, Award):
        return
    yield from _form(facts, facts.case, settings)
    award = known(facts)
    if award is None:
        return
    rows = requirements_of(facts, award)
    yield from (Check(clean(row.claim), row.holds, row.seen, shown_source(row)) for row in rows)
    lacks, stale = failing(rows), _stale(rows, facts.today, settings)
    yield from flag(facts.issue, facts.site.labels.certification.award_blocked.name, wanted=bool(lacks))
    name = quoted(award.partner.name)
    if settings.evidence:
        yield Say("AW-01", "evidence", {"rows": requirement_rows(rows), "stale": stale}, internal=True, block=True)
    if lacks:
        nudge = Nudge(settings.remind_after, who=(charge_of(facts, award).handle,))
        values = {"partner": name, "rows": failing_lines(lacks), "stale": stale}
        yield Say("AW-01", "blocked", values, nudge, internal=True)


def _stale(rows: Sequence[Requirement], today: date, settings: Settings) -> str:
    """As of which day the registry's data is, if that is too long ago; empty: it is fresh."""
    days = [row.as_of for row in rows if row.source == PARTNERS]
    old = [day for day in days if is_stale(day, today, settings.stale_days)]
    return min((day.isoformat() if day else "an unknown day" for day in old), default="")


def _form(facts: IssueFacts, award: Award, settings: Settings) -> Iterator[Check | Say]:
    nudge = Nudge(settings.remind_after)
    partners = choices(facts.site.registry, award.form.values.get("partner", ""))
    titles = ", ".join(code(one.title) for one in facts.site.programmes.active)
    valid = {"partners": partners, "certifications": titles}
    missing, unreadable, contradicting = (fields_with(award.form.problems, kind) for kind in KINDS)
    named = {"partner": award.partner, "certification": award.programme}
    foreign = [key for key, found in named.items() if found is None and key in award.form.values]
    unknown = ", ".join(f"**{key.capitalize()}** {quoted(award.form.values[key])}" for key in foreign)
    differing = "; ".join(_differing(facts, award))
    wrong = [one for one in (missing, unreadable, contradicting, unknown, differing) if one]
    yield Check("the form can be read", not wrong, "; ".join(wrong) or "all fields", "description")
    if missing:
        yield Say("AW-01", "missing", {"fields": missing, **valid}, nudge)
    if unreadable:
        yield Say("AW-01", "unreadable", {"fields": unreadable, **valid}, nudge)
    if contradicting:
        yield Say("AW-01", "contradicting", {"fields": contradicting, **valid}, nudge)
    if unknown:
        yield Say("AW-01", "unknown", {"fields": unknown, **valid}, nudge)
    if differing:
        yield Say("AW-01", "differing", {"fields": differing}, nudge)


def _differing(facts: IssueFacts, award: Award) -> Iterator[str]:
    """What the form says otherwise than the registry, which counts."""
    if award.partner is None or award.programme is None:
        return
    region, said = facts.site.registry.region(award.partner.region), award.form.values.get("region", "")
    names = {spelt(one) for one in (region.key, region.name, region.path, region.agreement_name)} if region else set()
    if region and said and spelt(said) not in names:
        yield f"**Region** {quoted(said)}, where it has {quoted(region.name)}"
    others = any(one.cert != award.programme.key for one in award.partner.certifications)
    first = "no" if others else "yes"
    if award.form.values.get("first", first) != first:
        yield f"**First certification** {quoted(award.form.values['first'])}, where it has {quoted(first)}"
