"""The configured group as it is becomes a plan of what it lacks, and the plan, once agreed to, what was lacking.

`survey` only reads, `grant` only writes; a survey after a grant finds everything kept.
"""

from bot.setup.grant import grant
from bot.setup.steps import Hands
from bot.setup.survey import survey

__all__ = ["Hands", "grant", "survey"]
