"""Cases: what an issue is beyond an ordinary one of the team's; a case is asked its own questions and no other."""

from __future__ import annotations

from typing import TypeAlias

from bot.domain.helping import HelpRequest
from bot.domain.partners.cases import Award, Candidate, Tracking
from bot.domain.templated import Templated

Case: TypeAlias = Tracking | Candidate | Award | Templated | HelpRequest
