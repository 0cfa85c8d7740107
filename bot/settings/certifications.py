"""What certifications.yml may hold, and the programmes it becomes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Final

from pydantic import AfterValidator, Field, create_model, model_validator

from bot.domain.partners.programme import (
    BOT,
    ENTRIES,
    NUMBERS,
    Candidacy,
    Compliance,
    Deadline,
    DeadlineRule,
    Programme,
    Programmes,
    Review,
)
from bot.settings.complaints import unknown
from bot.settings.section import Section
from bot.settings.yamlfile import Place

AT_LEAST_NONE = Annotated[int, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]
PARTNER: Final = "{partner}"


def programme_key(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,19}", value):
        raise ValueError(f"{value!r} is no key; write 2 to 20 small letters, digits and _, like ctp")
    return value


def known_entry(value: str) -> str:
    if value not in ENTRIES:
        raise ValueError(unknown("requirement", value, ENTRIES))
    return value


def one_line(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise ValueError("the name is one line of text")
    return value


def template_name(value: str) -> str:
    if not re.fullmatch(r"\w+", value, re.ASCII):
        raise ValueError(f"{value!r} is no template; write the name of its file without .md, of letters, digits and _")
    return value


def project_pattern(value: str) -> str:
    """GitLab's rule for names, with the partner's in it."""
    rest = value.replace(PARTNER, "P", 1)
    if PARTNER not in value or not re.fullmatch(r"[^\W_][\w .+()-]*", rest):
        raise ValueError(f"{value!r} is no name for every partner's project; write it with {PARTNER} in it, once")
    return value


class DeadlineSettings(Section):
    """By when a partner has to be done."""

    rule: DeadlineRule = DeadlineRule.FROM_ISSUE
    months: Annotated[int, Field(ge=1, le=60)] = 6


class ComplianceSettings(Section):
    """What a certified partner has to keep to; days count from the end of a delivery."""

    csat: Annotated[int, Field(ge=0, le=100)] = 80
    """Per cent of the answers that are a 4 or a 5."""
    survey_days: Count = 30
    """For sending in the survey."""
    attach_days: Count = 30
    """For registering the service."""


class CandidacySettings(Section):
    """What a trainer candidate has to show."""

    deliveries: Count = 2
    """Whole courses delivered and recorded."""
    rating: Annotated[int, Field(ge=1, le=5)] = 4
    """Of 5, the least for each of them."""
    quarters: Count = 2
    """Full fiscal quarters after the onboarding, by the end of which they are delivered."""


class ReviewSettings(Section):
    """The yearly review."""

    evidence_days: AT_LEAST_NONE = 30
    """Days before it by which the evidence is in."""
    grace_quarters: AT_LEAST_NONE = 1
    """Fiscal quarters in which a partner may put things right."""


CompetencySettings = create_model(
    "CompetencySettings",
    __base__=Section,
    __doc__="The least number of people, or of courses, that a partner needs; 0: none is asked for.",
    **dict.fromkeys(NUMBERS, (AT_LEAST_NONE, 0)),  # type: ignore[call-overload] # names that are data
)


class Certification(Section):
    """One programme."""

    name: Annotated[str, AfterValidator(one_line)]
    """As the handbook calls it today."""
    spellings: tuple[Annotated[str, AfterValidator(one_line)], ...] = ()
    """What else people call it, former names for example."""
    active: bool = True
    """False: nobody can enrol and nothing is awarded."""
    entry: tuple[Annotated[str, AfterValidator(known_entry)], ...] = ()
    """What a partner needs before it may begin: days in `agreements` of the registry, `invited`,
    `program_team_approval`."""
    competency: CompetencySettings = CompetencySettings()  # type: ignore[valid-type] # made from the registry's fields
    deadline: DeadlineSettings = DeadlineSettings()
    remind_days: tuple[AT_LEAST_NONE, ...] = (60, 30, 14, 7, 0)
    """Days before the deadline on which whoever is late is reminded."""
    project_name: Annotated[str, AfterValidator(project_pattern)] | None = None
    """Of the partner's project, with {partner} for the partner's name."""
    tracking_template: Annotated[str, AfterValidator(template_name)] | None = None
    """Left out: partners do not enrol, the award starts from the registry's numbers."""
    candidate_template: Annotated[str, AfterValidator(template_name)] | None = None
    closes: Annotated[str, Field(min_length=1)] | None = None
    """The role that closes the tracking issue."""
    opened_by: Annotated[str, Field(min_length=1)] = BOT
    """The role that opens the award issue, or `bot`."""
    compliance: ComplianceSettings = ComplianceSettings()
    candidacy: CandidacySettings = CandidacySettings()
    review: ReviewSettings = ReviewSettings()

    @model_validator(mode="after")
    def is_whole(self) -> Certification:
        """A programme that partners enrol in says where and who ends it."""
        if self.tracking_template:
            for what in ("project_name", "closes"):
                if not getattr(self, what):
                    raise ValueError(f"tracking_template needs {what!r} beside it; add it, or leave both out")
        return self


Certifications = dict[Annotated[str, AfterValidator(programme_key)], Certification]
"""certifications.yml: the programmes by key."""


def certification_troubles(certifications: Mapping[str, Certification]) -> Iterator[tuple[Place, str]]:
    """What is wrong with programmes that are each well-formed: the place in certifications.yml, and what to do."""
    owners: dict[str, str] = {}
    for key, one in certifications.items():
        named: list[tuple[Place, str]] = [((key,), key), ((key, "name"), one.name)]
        named += [((key, "spellings", at), spelling) for at, spelling in enumerate(one.spellings)]
        for place, name in named:
            owner = owners.setdefault(" ".join(name.split()).casefold(), key)
            if owner != key:
                yield place, f"{name!r} is a name of {owner} already; people could not tell the two apart"


def programmes(certifications: Mapping[str, Certification]) -> Programmes:
    return Programmes(tuple(programme(key, one) for key, one in certifications.items()))


def programme(key: str, one: Certification) -> Programme:
    numbers = {number: getattr(one.competency, number) for number in NUMBERS}
    return Programme(
        key=key,
        name=one.name,
        active=one.active,
        spellings=one.spellings,
        entry=one.entry,
        competency={number: least for number, least in numbers.items() if least},
        deadline=Deadline(one.deadline.rule, one.deadline.months),
        remind_days=tuple(sorted(set(one.remind_days), reverse=True)),
        project_name=one.project_name or "",
        tracking_template=one.tracking_template or "",
        candidate_template=one.candidate_template or "",
        closes=one.closes or "",
        opened_by=one.opened_by,
        compliance=Compliance(one.compliance.csat, one.compliance.survey_days, one.compliance.attach_days),
        candidacy=Candidacy(one.candidacy.deliveries, one.candidacy.rating, one.candidacy.quarters),
        review=Review(one.review.evidence_days, one.review.grace_quarters),
    )
