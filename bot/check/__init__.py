"""Configuration, templates and the configured GitLab become findings: fine, doubtful, or wrong and what to do."""

from bot.check.findings import Finding, failed
from bot.check.offline import look_offline
from bot.check.online import look_online

__all__ = ["Finding", "failed", "look_offline", "look_online"]
