"""The three ways a thing can fail: it is not ours, GitLab is busy, or a person has to act."""


class BotError(Exception):
    """Base of all errors the bot raises on purpose; the text is written for the person who reads it."""


class Refused(BotError):
    """Not ours: a forged or unusable request. `status` is the HTTP status of the answer."""

    def __init__(self, reason: str, status: int = 401) -> None:
        super().__init__(reason)
        self.status = status


class TryLater(BotError):
    """Temporary trouble: do the same again after `after` seconds (None: the inbox chooses the pause)."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after


class Unclear(TryLater):
    """A write whose fate is unknown (timeout, 5xx, dropped connection): look before repeating it."""


class AskAPerson(BotError):
    """Permanent trouble: repeating it changes nothing until somebody acts."""


class NotThere(AskAPerson):
    """GitLab answers 404: the thing is gone, or hidden from the bot; GitLab does not tell which."""


class Forbidden(AskAPerson):
    """GitLab answers 403: the bot may not, or the plan does not have it."""


class Conflict(AskAPerson):
    """GitLab answers 409: what was to be made is there already, or somebody's change stands against it."""


class BadToken(AskAPerson):
    """GitLab answers 401: it takes the bot's token no longer, whatever the subject."""


class Incomplete(TryLater):
    """A list could not be read to its end, so nothing that depends on absence may be decided from it."""


class ConfigError(AskAPerson):
    """Configuration that cannot be used; the text starts with `file:line:`."""
