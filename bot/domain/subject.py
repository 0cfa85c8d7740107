"""A subject: the thing a webhook or a sweep says the bot should look at, as a key that one worker can hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self, cast, get_args

Kind = Literal[
    "issue",
    "calendar",
    "group",
    "project",
    "registry",
    "site",
    "sweep",
    "digest",
    "comments",
    "partner",
    "recurring",
    "practice",
]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """`kind` says what it is, `ref` which one: `issue:77/42` is issue 42 of project 77; a singleton has none.

    `comments:77/42` says that a comment of that issue was edited.
    """

    kind: Kind
    ref: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.ref}"

    @classmethod
    def parse(cls, key: str) -> Self:
        """Read a key back; ValueError names what is wrong with it."""
        kind, colon, ref = key.partition(":")
        if not colon or kind not in KINDS:
            raise ValueError(f"{key!r} is no subject key; expected one of {', '.join(KINDS)}, a colon and a reference")
        return cls(cast("Kind", kind), ref)

    @classmethod
    def issue(cls, project_id: int, iid: int) -> Self:
        return cls("issue", f"{project_id}/{iid}")

    @classmethod
    def partner(cls, partner_id: str) -> Self:
        """A partner by its id in the registry: its folder, its enrolment and its awards."""
        return cls("partner", partner_id)

    @classmethod
    def recurring(cls, recurrence: str) -> Self:
        """A recurrence by its key: the issues that are opened again and again."""
        return cls("recurring", recurrence)

    @property
    def issue_ref(self) -> tuple[int, int]:
        """Project id and iid of an issue subject; ValueError for any other."""
        if self.kind != "issue":
            raise ValueError(f"{self.key!r} is not an issue")
        project_id, _, iid = self.ref.partition("/")
        return int(project_id), int(iid)


CALENDAR = Subject("calendar")
REGISTRY = Subject("registry")
SITE = Subject("site")
DIGEST = Subject("digest")
PRACTICE = Subject("practice")
