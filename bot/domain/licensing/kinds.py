"""The kinds of licences that are given away: how long each runs, and how many seats whom it may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.registry import Track


@dataclass(frozen=True, slots=True)
class LicenceKind:
    """One kind by its `key`, as the registry has it; `word` stands for it in the notes of the licence system.

    `limits` are seats by the partner's track, who then has to be in the registry; `most` is the limit of a kind that
    anybody may have. `default_seats` are taken where the request names none.
    """

    key: str
    name: str
    word: str = "NFR"
    plan: str = "Ultimate"
    term_months: int = 12
    limits: Mapping[Track, int] = field(default_factory=dict)
    most: int = 0
    default_seats: int | None = None
    co_term: bool = True
    """Whether it ends together with the partner's other licences that do."""

    @property
    def is_for_partners(self) -> bool:
        """Whether only an authorized partner of the registry may have it."""
        return bool(self.limits)

    def limit(self, track: Track | None) -> int:
        return self.limits.get(track, self.most) if track else self.most


@dataclass(frozen=True, slots=True)
class Licences:
    """What the team decided about all of them."""

    kinds: tuple[LicenceKind, ...] = ()
    certification_required: bool = False
    """False: a partner without anybody certified is encouraged, and gets the licence."""
    short_below_days: int = 30
    """A licence that would end sooner, together with an older one, is of little use."""
    same_within_days: int = 7
    """Requests of one kind for one partner that are so near each other are the same."""

    def get(self, key: str) -> LicenceKind | None:
        return next((one for one in self.kinds if one.key == key), None)

    def co_terms(self, key: str) -> bool:
        """Whether a licence of this kind ends together with others."""
        kind = self.get(key)
        return kind is not None and kind.co_term
