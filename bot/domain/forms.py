"""The forms of certifications: which fields each template asks for, and what else people call them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, TypeAlias

from bot.domain.form import Field, Kind

Form: TypeAlias = tuple[Field, ...]

PARTNER: Final = Field("partner", "Partner", ("Partner name", "Partner company", "Partner company name", "Company"))
REGION: Final = Field("region", "Region", ("Sales region", "Partner region"), required=False)
DRI: Final = Field(
    "dri",
    "DRI",
    (
        *("CAM", "Channel Account Manager", "Account Manager"),
        *("CSM", "Channel Sales Manager", "PAM", "Partner Account Manager"),
    ),
    Kind.HANDLE,
    required=False,
)
"""Whom the handbook calls by each of these names."""
CERTIFICATION: Final = Field(
    "certification",
    "Certification",
    ("Certificate", "Badge", "Program", "Programme"),
    Kind.CHOICE,
    MappingProxyType(
        {
            "psp": (
                "Professional Services Partner",
                "Certified Professional Services Partner",
                "GitLab Certified Professional Services Partner",
            ),
            "ctp": (
                *("TSP", "Training Partner", "Certified Training Partner", "GitLab Certified Training Partner"),
                *("Training Services Partner", "Certified Training Services Partner"),
            ),
        }
    ),
)
"""CTP was called TSP for a while."""

ONBOARDING: Final[Form] = (
    DRI,
    Field("nba", "NBA", ("Next best action",), required=False),
    PARTNER,
    Field("certification", "Certification", CERTIFICATION.aliases, Kind.CHOICE, CERTIFICATION.choices, required=False),
    REGION,
)
"""Service_Partner_Onboarding."""

AWARD: Final[Form] = (
    DRI,
    PARTNER,
    CERTIFICATION,
    REGION,
    Field("first", "First certification", ("First", "Is it the first certification"), Kind.YES_NO, required=False),
    Field("due", "Due", ("Due date", "Due on"), Kind.DATE, required=False),
)
"""Partner_Certification_Award."""

CANDIDATE: Final[Form] = (
    Field("candidate", "Candidate", ("Candidate name", "Trainer candidate", "Trainer", "Name", "Full name")),
    Field("handle", "GitLab handle", ("Handle", "GitLab username", "Username", "GitLab user", "GitLab"), Kind.HANDLE),
    PARTNER,
    Field("courses", "Courses", ("Course", "GitLab courses", "Courses to teach")),
)
"""GitLab_Certified_Trainer_Candidate_Enrollment_Issue_for_Partners."""
