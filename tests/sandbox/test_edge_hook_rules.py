"""When a hook is paused, ended, over its budget, or the cause of itself."""

from datetime import UTC, datetime, timedelta

from bot.sandbox.hook_rules import NamespaceBudget, Recursion, alert_status, note_answer
from bot.sandbox.records import Hook


def test_pauses_double_to_a_day_and_the_fortieth_failure_is_the_end() -> None:
    hook, now = Hook(1, "http://x", datetime(2026, 11, 21, tzinfo=UTC)), datetime(2026, 11, 21, tzinfo=UTC)
    pauses = []
    for _ in range(39):
        note_answer(hook, good=False, now=now)
        pauses.append(hook.disabled_until and (hook.disabled_until - now).total_seconds() / 60)
    assert pauses[:7] == [None, None, None, 1, 2, 4, 8]
    assert pauses[13:16] == [1024, 1440, 1440]
    assert (alert_status(hook, now), alert_status(hook, now + timedelta(days=2))) == (
        "temporarily_disabled",
        "executable",
    )
    note_answer(hook, good=False, now=now)
    assert alert_status(hook, now + timedelta(days=365)) == "disabled"
    note_answer(hook, good=True, now=now)
    assert alert_status(hook, now) == "executable"


def test_over_the_budget_of_a_minute_every_hook_of_the_namespace_is_silent() -> None:
    now = [0.0]
    budget = NamespaceBudget(2, now=lambda: now[0])
    assert [budget.take("gitlab-com") for _ in range(3)] == [True, True, False]
    assert budget.take("elsewhere")
    now[0] = 60.0
    assert budget.take("gitlab-com")
    assert all(NamespaceBudget(None).take("x") for _ in range(3))


def test_a_hook_does_not_fire_again_for_what_it_caused() -> None:
    now = [0.0]
    recursion = Recursion(now=lambda: now[0])
    assert recursion.allows("u", 7, "first")
    assert recursion.allows("u", 7, "first"), "two events of one request"
    assert not recursion.allows("u", 7, "second")
    assert recursion.allows("u", 8, "second")
    for hook in range(100, 198):
        assert recursion.allows("u", hook, "third")
    assert not recursion.allows("u", 999, "third"), "a hundred hooks have fired"
    now[0] = 31 * 60
    assert recursion.allows("u", 7, "second"), "forgotten after half an hour"
