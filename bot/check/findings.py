"""What `check` looked at becomes a list of findings: fine, doubtful or wrong, each with what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` names what was looked at; `advice` says what is wrong and what to do, and is empty when nothing is."""

    verdict: Verdict
    what: str
    advice: str = ""


def failed(findings: Iterable[Finding]) -> bool:
    return any(finding.verdict == "fail" for finding in findings)
