"""What the bot learnt about partners becomes merge requests to partners.yml, each made once and never repeated."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, Protocol

import structlog

from bot.domain.marks import Marker
from bot.domain.partners.changes import Certified, Licensed, Proposal, is_like, is_recorded, name_of
from bot.domain.registry import Registry
from bot.domain.speech import clean, code
from bot.errors import AskAPerson, Forbidden, NotThere
from bot.registry.editing import edited_together, in_words
from bot.registry.files import PARTNERS
from bot.registry.loader import Broken, understood
from bot.registry.remembered import Remembered, kind_of, mark_of, remembered
from bot.render import Renderer
from bot.rest.translate import Commit, MergeRequest

log = structlog.get_logger(__name__)

BRANCH: Final = "channel-bot/partner-"
COUNTS: Final = "channel-bot/practitioners"
"""The branch of a whole import: all partners' numbers in one merge request."""
TOGETHER: Final = {"reviewed": "channel-bot/reviews-", "advanced": "channel-bot/stages-"}
"""The branches of what an issue came to for its partners, by the sort of the changes; a key follows."""
OPEN: Final = {"opened", "locked"}
NUMBERED: Final = re.compile(r"(?P<stem>.+)-\d+")
RECORDED, NONE = "recorded", "none"
BELIEVED: Final = 15.0
"""Seconds for which a list of merge requests is believed where nothing is written."""
NOTHING_YET: Final = (float("-inf"), ())


class Hub(Protocol):
    """The part of the gateway that carries proposals."""

    def default_branch(self, project: int | str) -> str: ...
    def merge_requests(
        self, project: int | str, *, source_branch: str | None = None, state: str = "opened"
    ) -> tuple[MergeRequest, ...]: ...
    def commits(
        self, project: int | str, ref: str, *, path: str | None = None, limit: int = 20
    ) -> tuple[Commit, ...]: ...
    def file(self, project: int | str, path: str, ref: str) -> str | None: ...
    def propose(
        self,
        project: int | str,
        branch: str,
        title: str,
        description: str,
        files: Mapping[str, str],
        *,
        afresh: bool = False,
    ) -> MergeRequest: ...


@dataclass(slots=True)
class Proposals:
    """Proposes to the registry's `project`; without one it proposes nothing. `registry` is the one that counts.

    Threads may share it.
    """

    hub: Hub
    marker: Marker
    renderer: Renderer
    project: str
    registry: Callable[[], Registry]
    clock: Callable[[], float] = time.monotonic
    _kept: tuple[float, tuple[MergeRequest, ...]] = NOTHING_YET
    _lock: Lock = field(default_factory=Lock)

    def propose(self, texts: Mapping[str, str], proposal: Proposal, before_write: Callable[[], None]) -> str | None:
        """Open or renew the merge request; what was done, None when there is nothing to do.

        `texts` are the registry's files, by name, as far as they are known; the newest partners.yml is read before a
        write. Raises what the gateway raises, and AskAPerson, with what to write by hand, for a file that cannot be
        edited or a partner it does not have.
        """
        return self._settle(texts, _stem(proposal), (proposal,), before_write)

    def propose_counts(
        self, texts: Mapping[str, str], proposals: Sequence[Proposal], before_write: Callable[[], None]
    ) -> str | None:
        """The same for the counts of many partners, in one merge request."""
        return self._settle(texts, COUNTS, tuple(proposals), before_write)

    def propose_changes(
        self, texts: Mapping[str, str], key: str, proposals: Sequence[Proposal], before_write: Callable[[], None]
    ) -> str | None:
        """The same for what one issue came to for its partners, all of one sort; `key` as `ProposeChanges` has it."""
        return self._settle(texts, f"{TOGETHER[kind_of(proposals[0].change)]}{key}", tuple(proposals), before_write)

    def renew(self, texts: Mapping[str, str], before_write: Callable[[], None]) -> Iterator[str]:
        """Have all that are open follow the file, so that they can be merged one after the other."""
        for request in self._ours():
            said, numbered = self._said(request), NUMBERED.fullmatch(request.source_branch)
            if request.state not in OPEN or not (said.proposals and numbered):
                continue
            try:
                done = self._settle(texts, numbered["stem"], said.proposals, before_write)
            except AskAPerson as trouble:
                log.warning("a proposal cannot be renewed", request=request.iid, reason=str(trouble))
                continue
            if done:
                yield done

    def status(self, proposal: Proposal) -> str:
        """Where it stands: `recorded`, `open !12`, `closed !12` (somebody decided against it), `none`."""
        if self._is_recorded(self.registry(), proposal):
            return RECORDED
        same = [one for one in self._ours() if proposal in self._said(one).proposals]
        for request in sorted(same, key=lambda one: one.state not in OPEN):
            return f"{'open' if request.state in OPEN else 'closed'} !{request.iid}"
        return NONE

    def of(self, partner_id: str) -> Mapping[str, str]:
        """How far the proposals about a partner are, `open !12` or `closed !12`; by the changes' names.

        From a list that is at most 15 seconds old: one is enough for all partners. None where the project is hidden.
        """
        found: dict[str, str] = {}
        for request in self._lately():
            state = "open" if request.state in OPEN else "closed"
            for proposal in self._said(request).proposals:
                name = name_of(proposal.change)
                if proposal.partner_id == partner_id and not found.get(name, "").startswith("open"):
                    found[name] = f"{state} !{request.iid}"
        return found

    def _settle(
        self, texts: Mapping[str, str], stem: str, proposals: tuple[Proposal, ...], before_write: Callable[[], None]
    ) -> str | None:
        text = self._text(texts, proposals)
        if text is None:
            return None
        past = [one for one in self._ours() if re.fullmatch(rf"{re.escape(stem)}-\d+", one.source_branch)]
        # Whoever closed the request, or took the change out again later, has decided.
        if any(one.state not in OPEN and self._said(one).proposals == proposals for one in past):
            return None
        waiting = next((one for one in past if one.state in OPEN), None)
        wanted = Remembered(_digest(text), proposals)
        if waiting and (self._said(waiting) == wanted or self._is_somebodys(waiting, wanted)):
            return None
        newest = self._newest(texts)
        text = self._text(newest, proposals)
        if text is None or (waiting and self._said(waiting) == Remembered(_digest(text), proposals)):
            return None
        before_write()
        branch = waiting.source_branch if waiting else f"{stem}-{len(past) + 1}"
        return self._sent(branch, newest, text, proposals)

    def _text(self, texts: Mapping[str, str], proposals: Sequence[Proposal]) -> str | None:
        """partners.yml with what it lacks; None when that is nothing, or nobody can read the registry as it is."""
        registry = understood(texts) if self.project else None
        if not isinstance(registry, Registry):
            return None
        left = [one for one in proposals if not self._is_recorded(registry, one)]
        if not left:
            return None
        text = edited_together(texts[PARTNERS], left)
        found = understood({**texts, PARTNERS: text})
        if isinstance(found, Broken):
            raise AskAPerson(f"The registry would be broken by what I know: {found.problems[0]}. Please look at it")
        return text

    def _is_recorded(self, registry: Registry, proposal: Proposal) -> bool:
        partner = registry.partner(proposal.partner_id)
        return partner is not None and is_recorded(partner, proposal.change, registry.as_of)

    def _newest(self, texts: Mapping[str, str]) -> dict[str, str]:
        """With partners.yml as it is now: a branch with an older one would undo what came in since."""
        now = self.hub.file(self.project, PARTNERS, self.hub.default_branch(self.project))
        return {**texts, PARTNERS: now or ""}

    def _ours(self) -> tuple[MergeRequest, ...]:
        every = self.hub.merge_requests(self.project, state="all") if self.project else ()
        return tuple(one for one in every if one.source_branch.startswith((BRANCH, COUNTS, *TOGETHER.values())))

    def _lately(self) -> tuple[MergeRequest, ...]:
        with self._lock:
            at, kept = self._kept
            began = self.clock()
            if began - at >= BELIEVED:
                kept = self._visible()
                self._kept = (began, kept)
            return kept

    def _visible(self) -> tuple[MergeRequest, ...]:
        try:
            return self._ours()
        except (NotThere, Forbidden) as hidden:
            log.warning("the proposals to the registry are hidden", reason=str(hidden))
            return ()

    def _said(self, request: MergeRequest) -> Remembered:
        return remembered(self.marker, request.description)

    def _is_somebodys(self, request: MergeRequest, wanted: Remembered) -> bool:
        """Whether somebody else wrote to the branch: the file reads otherwise, or the last commit is not the bot's."""
        now = self.hub.file(self.project, PARTNERS, request.source_branch)
        if now is not None and _digest(now) not in {wanted.digest, self._said(request).digest}:
            return True
        last = self.hub.commits(self.project, request.source_branch, limit=1)
        return any(commit.message.strip() != request.title.strip() for commit in last)

    def _sent(self, branch: str, texts: Mapping[str, str], text: str, proposals: Sequence[Proposal]) -> str:
        title, words = self._words(texts, proposals)
        description = f"{words}\n\n{self.marker.write(mark_of(Remembered(_digest(text), tuple(proposals))))}"
        request = self.hub.propose(self.project, branch, title, description, {PARTNERS: text}, afresh=True)
        self._kept = NOTHING_YET
        return f"propose !{request.iid}: {title}"

    def _words(self, texts: Mapping[str, str], proposals: Sequence[Proposal]) -> tuple[str, str]:
        registry, first = understood(texts), proposals[0]
        partners = registry.partners if isinstance(registry, Registry) else ()
        names = {one.id: one.name for one in partners}
        rows = [{"name": code(names[one.partner_id]), "words": code(in_words(one.change))} for one in proposals]
        return self.renderer.issue(
            "registry_partner",
            topic=kind_of(first.change),
            partner=clean(names[first.partner_id]),
            cert=clean(first.change.cert.upper()) if isinstance(first.change, Certified) else "",
            issue=clean(first.change.issue) if isinstance(first.change, Certified | Licensed) else "",
            partners=rows,
            is_alike=isinstance(registry, Registry) and _is_alike(registry, first),
        )


def _is_alike(registry: Registry, proposal: Proposal) -> bool:
    """Whether the entry has such a licence of an issue that nobody wrote down."""
    partner, change = registry.partner(proposal.partner_id), proposal.change
    return partner is not None and isinstance(change, Licensed) and is_like(partner, change)


def _stem(proposal: Proposal) -> str:
    words = [kind_of(proposal.change), re.sub(r"[^a-z0-9]+", "-", _apart(proposal).casefold()).strip("-")]
    return f"{BRANCH}{proposal.partner_id}-{'-'.join(filter(None, words))}"


def _apart(proposal: Proposal) -> str:
    """What tells apart changes of one sort that may wait side by side: a partner may be sent several licences."""
    match proposal.change:
        case Certified(cert):
            return cert
        case Licensed(kind, issue=issue):
            return f"{kind} {issue.rpartition('#')[2]}"
        case _:
            return ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
