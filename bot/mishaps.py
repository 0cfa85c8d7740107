"""What went wrong with a look becomes its outcome: another try, a dead letter, or nothing where the thing is gone."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from bot import rights
from bot.errors import AskAPerson, BadToken, Forbidden, NotThere, TryLater, Unclear
from bot.inbox import Inbox
from bot.queue.leases import Again, Dead, Done, Lease, Outcome
from bot.sweeps.notices import Notices

log = structlog.get_logger(__name__)

TOKEN_PAUSE = 60.0
"""Seconds to the next try while GitLab refuses the token: it is not the subject's fault, so nothing is parked."""


@dataclass(frozen=True, slots=True)
class Mishaps:
    """Knows what becomes of a lease whose look broke off; what it is not told of is a mistake of ours."""

    inbox: Inbox
    notices: Notices

    def outcome(self, lease: Lease, mishap: Exception) -> Outcome:
        match mishap:
            case NotThere():
                return self._gone(lease, mishap)
            case BadToken():
                log.warning("GitLab refuses the token", reason=str(mishap))
                return Again(TOKEN_PAUSE, str(mishap))
            case Unclear():
                # Held against the subject, so that the next try knows that a write may have happened.
                return Again(None, str(mishap))
            case TryLater():
                return Again(mishap.after, str(mishap))
            case AskAPerson():
                if isinstance(mishap, Forbidden):
                    rights.missing(self.notices, lease.subject)
                return Dead(str(mishap))
            case _:
                log.error("a mistake of ours", subject=lease.subject.key, exc_info=mishap)
                return Again(None, f"{type(mishap).__name__}: {mishap}")

    def _gone(self, lease: Lease, gone: NotThere) -> Outcome:
        """An issue that is gone needs nothing; where a milestone is gone, the others still need a look.

        Without its project the registry is as it was, and nobody who waits for a sweep should wait for that.
        """
        self.inbox.count("subjects_gone_total")
        log.info("gone or hidden", subject=lease.subject.key, reason=str(gone))
        match lease.subject.kind:
            case "issue" | "group" | "project":
                return Done()
            case "registry" | "partner" | "recurring" | "practice":
                return Dead(str(gone))
            case _:
                return Again(None, str(gone))
