"""The durable inbox, on both databases: rules 2, 3, 4 and 9 of the flow."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from bot.delivery import Floor
from bot.domain.subject import CALENDAR, Subject
from bot.inbox import Again, Dead, Done, Inbox, Lease, Timing
from bot.store.database import Database
from tests.plumbing.clocks import Clock
from tests.plumbing.conftest import Opener
from tests.plumbing.webhooks import arrived, issue_body

ISSUE = Subject.issue(77, 1)
BODY = issue_body(1)


def deliver(inbox: Inbox, id_: str = "d1", *iids: int, updated: float | None = None, note: int | None = None) -> bool:
    return inbox.accept(arrived(id_, *(iids or (1,)), updated=updated, note=note), BODY).fresh


def take(inbox: Inbox, owner: str = "w") -> Lease:
    (lease,) = inbox.claim(owner, 10)
    return lease


def park(inbox: Inbox, clock: Clock, reason: str = "no access") -> None:
    deliver(inbox)
    clock.pass_(0.5)
    inbox.settle(take(inbox), Dead(reason))


# Rule 4 and section 5: coalescing and the moment a subject falls due.


def test_a_subject_falls_due_half_a_second_after_its_latest_delivery(inbox: Inbox, clock: Clock) -> None:
    deliver(inbox, "d1")
    clock.pass_(0.4)
    deliver(inbox, "d2")
    clock.pass_(0.4)
    assert inbox.claim("w", 10) == []
    clock.pass_(0.11)
    assert take(inbox).subject == ISSUE


def test_a_subject_falls_due_two_seconds_after_its_first_delivery_at_the_latest(inbox: Inbox, clock: Clock) -> None:
    for number in range(5):
        deliver(inbox, f"d{number}")
        assert inbox.claim("w", 10) == []
        clock.pass_(0.4)
    assert take(inbox).subject == ISSUE


def test_fifty_deliveries_are_one_lease(inbox: Inbox, clock: Clock) -> None:
    for number in range(50):
        deliver(inbox, f"d{number}")
    clock.pass_(0.5)
    lease = take(inbox)
    inbox.settle(lease, Done())
    clock.pass_(60)
    assert (lease.generation, inbox.claim("w", 10), inbox.pending()) == (50, [], 0)


def test_rule_4_deliveries_during_a_lease_make_the_subject_dirty_once_more(inbox: Inbox, clock: Clock) -> None:
    deliver(inbox, "d1")
    clock.pass_(0.5)
    first = take(inbox)
    for number in range(2, 12):
        deliver(inbox, f"d{number}")
    clock.pass_(5)
    assert inbox.claim("other", 10) == []
    inbox.settle(first, Done())
    second = take(inbox)
    inbox.settle(second, Done())
    assert (second.generation, second.attempts, inbox.claim("w", 10), inbox.pending()) == (11, 1, [], 0)


def test_the_quiet_time_counts_anew_for_what_came_during_a_lease(inbox: Inbox, clock: Clock) -> None:
    deliver(inbox, "d1")
    clock.pass_(1.9)
    lease = take(inbox)
    deliver(inbox, "d2")
    inbox.settle(lease, Done())
    assert inbox.claim("w", 10) == []
    clock.pass_(0.5)
    assert take(inbox).generation == 2


def test_the_longest_overdue_comes_first_and_no_more_than_asked_for(inbox: Inbox, clock: Clock) -> None:
    for iid in (3, 1, 2):
        deliver(inbox, f"d{iid}", iid)
        clock.pass_(0.1)
    clock.pass_(1)
    first = inbox.claim("w", 2)
    assert [lease.subject.ref for lease in first + inbox.claim("w", 2)] == ["77/3", "77/1", "77/2"]


def test_a_delivery_without_subjects_is_kept_and_leaves_nothing_to_do(inbox: Inbox) -> None:
    assert inbox.accept(arrived("d1"), b"{}").fresh
    assert (inbox.pending(), inbox.next_due(), inbox.deliveries()[0].state) == (0, None, "done")


# Rule 4: one holder.


def test_rule_4_nobody_else_gets_a_leased_subject_until_the_lease_runs_out(inbox: Inbox, clock: Clock) -> None:
    deliver(inbox)
    clock.pass_(0.5)
    first = take(inbox, "one")
    clock.pass_(29.9)
    assert inbox.claim("two", 10) == []
    clock.pass_(0.2)
    second = take(inbox, "two")
    assert (first.attempts, second.attempts, second.subject) == (1, 2, ISSUE)


def test_rule_4_who_lost_the_lease_cannot_settle_it(inbox: Inbox, clock: Clock) -> None:
    deliver(inbox)
    clock.pass_(0.5)
    late = take(inbox, "one")
    clock.pass_(31)
    current = take(inbox, "two")
    inbox.settle(late, Done())
    assert inbox.pending() == 1
    inbox.settle(current, Done())
    assert inbox.pending() == 0


def test_rule_4_an_earlier_claim_by_the_same_owner_cannot_settle_a_later_one(inbox: Inbox, clock: Clock) -> None:
    deliver(inbox)
    clock.pass_(0.5)
    late = take(inbox)
    clock.pass_(31)
    take(inbox)
    inbox.settle(late, Done())
    assert inbox.pending() == 1


def test_a_lease_says_whether_it_outlasts_a_write(inbox: Inbox, clock: Clock) -> None:
    deliver(inbox)
    clock.pass_(0.5)
    lease = take(inbox)
    assert lease.outlasts(29)
    assert not lease.outlasts(30)
    clock.pass_(15)
    assert not lease.outlasts(20)


def test_a_heartbeat_prolongs_the_lease(inbox: Inbox, clock: Clock) -> None:
    deliver(inbox)
    clock.pass_(0.5)
    lease = take(inbox)
    for _ in range(5):
        clock.pass_(10)
        inbox.renew([lease])
    assert lease.outlasts(29)
    assert lease.expires_at == clock.now + 30
    assert inbox.claim("two", 10) == []


def test_a_heartbeat_tells_who_lost_the_lease(inbox: Inbox, clock: Clock) -> None:
    deliver(inbox)
    clock.pass_(0.5)
    late = take(inbox, "one")
    clock.pass_(31)
    current = take(inbox, "two")
    inbox.renew([late, current])
    assert (late.outlasts(0), current.outlasts(29)) == (False, True)


def test_rule_4_fifty_claimers_never_share_a_subject(database: Database) -> None:
    inbox = Inbox(database)
    inbox.mark([Subject.issue(77, iid) for iid in range(1, 201)], "test", now=True)

    def claim_all(name: int) -> list[str]:
        mine: list[str] = []
        while leases := inbox.claim(f"w{name}", 7):
            mine += [lease.subject.key for lease in leases]
        return mine

    with ThreadPoolExecutor(16) as pool:
        claimed = [key for mine in pool.map(claim_all, range(50)) for key in mine]
    assert len(claimed) == len(set(claimed)) == 200


# Rule 3: floors.


def test_rule_3_floors_merge_to_the_highest_of_each(inbox: Inbox, clock: Clock) -> None:
    deliver(inbox, "d1", updated=clock.now - 60.123456, note=9)
    deliver(inbox, "d2", updated=clock.now - 90, note=5)
    deliver(inbox, "d3")
    clock.pass_(0.5)
    moment = datetime.fromtimestamp(clock.now - 60.5 - 0.123456, UTC)
    assert take(inbox).floor == Floor(moment, 9)


def test_rule_3_floors_of_one_commit_merge_too(inbox: Inbox, clock: Clock) -> None:
    with ThreadPoolExecutor(20) as pool:
        for number in range(20):
            pool.submit(deliver, inbox, f"d{number}", updated=clock.now - number, note=number)
    clock.pass_(0.5)
    assert take(inbox).floor == Floor(datetime.fromtimestamp(clock.now - 0.5, UTC), 19)


def test_a_floor_is_forgotten_once_it_was_reached(inbox: Inbox, clock: Clock) -> None:
    deliver(inbox, "d1", note=9)
    clock.pass_(0.5)
    inbox.settle(take(inbox), Done())
    deliver(inbox, "d2")
    clock.pass_(0.5)
    assert take(inbox).floor == Floor()


def test_a_floor_that_came_during_a_lease_survives_it(inbox: Inbox, clock: Clock) -> None:
    deliver(inbox, "d1", note=9)
    clock.pass_(0.5)
    lease = take(inbox)
    deliver(inbox, "d2", note=12)
    inbox.settle(lease, Done())
    clock.pass_(0.5)
    assert take(inbox).floor == Floor(None, 12)


# Rule 2: dedupe on done.


def test_rule_2_a_delivery_whose_work_is_done_does_not_run_again(inbox: Inbox, clock: Clock) -> None:
    assert deliver(inbox)
    clock.pass_(0.5)
    inbox.settle(take(inbox), Done())
    assert not deliver(inbox)
    clock.pass_(60)
    assert inbox.claim("w", 10) == []


def test_rule_2_a_delivery_that_comes_twice_while_pending_runs_once(inbox: Inbox, clock: Clock) -> None:
    deliver(inbox)
    clock.pass_(0.1)
    deliver(inbox)
    assert inbox.claim("w", 10) == []
    clock.pass_(0.5)
    inbox.settle(take(inbox), Done())
    assert inbox.pending() == 0
    assert not deliver(inbox)


def test_rule_2_a_resend_of_a_dead_delivery_runs_with_all_its_attempts(inbox: Inbox, clock: Clock) -> None:
    park(inbox, clock)
    assert inbox.pending() == 0
    assert deliver(inbox)
    assert take(inbox).attempts == 1
    assert inbox.dead_letters() == []


def test_rule_2_a_resend_of_a_delivery_that_waits_after_a_failure_runs_now(inbox: Inbox, clock: Clock) -> None:
    deliver(inbox)
    clock.pass_(0.5)
    inbox.settle(take(inbox), Again(600, "busy"))
    assert deliver(inbox)
    assert take(inbox).attempts == 1


def test_rule_2_a_resend_runs_when_only_one_of_its_subjects_is_done(inbox: Inbox, clock: Clock) -> None:
    deliver(inbox, "d1", 1, 2)
    clock.pass_(0.5)
    one, two = inbox.claim("w", 10)
    inbox.settle(one, Done())
    inbox.settle(two, Dead("no access"))
    assert deliver(inbox, "d1", 1, 2)
    clock.pass_(0.5)
    assert {lease.subject.key for lease in inbox.claim("w", 10)} == {"issue:77/1", "issue:77/2"}


def test_rule_2_equal_bodies_without_an_id_are_two_events(inbox: Inbox, clock: Clock) -> None:
    deliver(inbox, "sha256:aa")
    clock.pass_(0.5)
    inbox.settle(take(inbox), Done())
    assert deliver(inbox, "sha256:aa")
    clock.pass_(0.5)
    assert take(inbox).generation == 2


# Rule 9: pauses and dead letters.


def test_rule_9_pauses_grow_and_the_eighth_attempt_is_the_last(inbox: Inbox, clock: Clock) -> None:
    deliver(inbox)
    clock.pass_(0.5)
    pauses = []
    for _ in range(8):
        lease = take(inbox)
        inbox.settle(lease, Again(None, "GitLab answers 502"))
        if wait := inbox.next_due():
            pauses.append(wait)
            clock.pass_(wait)
    assert all(0.75 * 2**n * 2 <= pause <= 2**n * 2 for n, pause in enumerate(pauses))
    (letter,) = inbox.dead_letters()
    assert (len(pauses), letter.name, letter.attempts, letter.reason) == (7, ISSUE.key, 8, "GitLab answers 502")
    assert (inbox.pending(), inbox.deliveries()[0].state) == (0, "dead")


def test_a_pause_never_exceeds_fifteen_minutes() -> None:
    assert 675 <= Timing().pause(5000) <= 900


def test_waiting_as_long_as_gitlab_says_uses_up_no_attempt(inbox: Inbox, clock: Clock) -> None:
    deliver(inbox)
    clock.pass_(0.5)
    for _ in range(20):
        lease = take(inbox)
        inbox.settle(lease, Again(60, "429"))
        clock.pass_(59.9)
        assert inbox.claim("w", 10) == []
        clock.pass_(0.2)
    assert take(inbox).attempts == 1


def test_rule_9_what_kills_its_worker_eight_times_reaches_the_dead_letters(inbox: Inbox, clock: Clock) -> None:
    deliver(inbox)
    clock.pass_(0.5)
    for attempt in range(1, 9):
        assert take(inbox).attempts == attempt
        clock.pass_(31)
    assert inbox.claim("w", 10) == []
    (letter,) = inbox.dead_letters()
    assert "died or lost its lease 8 times" in letter.reason


def test_a_success_gives_all_attempts_back(inbox: Inbox, clock: Clock) -> None:
    deliver(inbox, "d1")
    clock.pass_(0.5)
    inbox.settle(take(inbox), Again(None, "502"))
    clock.pass_(2)
    inbox.settle(take(inbox), Done())
    deliver(inbox, "d2")
    clock.pass_(0.5)
    assert take(inbox).attempts == 1


def test_a_delivery_does_not_shorten_the_pause_after_a_failure(inbox: Inbox, clock: Clock) -> None:
    deliver(inbox, "d1")
    clock.pass_(0.5)
    inbox.settle(take(inbox), Again(100, "429"))
    deliver(inbox, "d2")
    clock.pass_(99)
    assert inbox.claim("w", 10) == []
    clock.pass_(1.1)
    lease = take(inbox)
    inbox.settle(lease, Done())
    assert (lease.generation, inbox.pending()) == (2, 0)


def test_rule_9_a_sweep_gives_what_is_parked_one_chance(inbox: Inbox, clock: Clock) -> None:
    """The world may have changed since; a rule that only names the subject does not say so."""
    park(inbox, clock)
    inbox.mark([ISSUE], "because of another")
    clock.pass_(2)
    assert inbox.claim("w", 10) == []
    deliver(inbox, "d2", 2)
    clock.pass_(0.5)
    for _ in range(8):
        inbox.settle(take(inbox), Again(None, "502"))
        clock.pass_(900)
    inbox.mark([ISSUE, Subject.issue(77, 2)], "sweep", now=True)
    leases = inbox.claim("w", 10)
    assert {(lease.subject.ref, lease.attempts) for lease in leases} == {("77/1", 8), ("77/2", 8)}
    for lease in leases:
        inbox.settle(lease, Again(None, "502"))
    assert {letter.name for letter in inbox.dead_letters()} == {"issue:77/1", "issue:77/2"}


def test_a_new_delivery_gives_a_dead_subject_one_chance(inbox: Inbox, clock: Clock) -> None:
    park(inbox, clock)
    deliver(inbox, "d2")
    clock.pass_(0.5)
    assert take(inbox).attempts == 8


def test_rule_9_a_dead_subject_runs_again_by_command(inbox: Inbox, clock: Clock) -> None:
    park(inbox, clock)
    assert inbox.retry(ISSUE.key)
    assert take(inbox).attempts == 1
    assert not inbox.retry("issue:1/1")


def test_a_settled_subject_runs_again_by_command(inbox: Inbox, clock: Clock) -> None:
    deliver(inbox)
    clock.pass_(0.5)
    inbox.settle(take(inbox), Done())
    assert inbox.retry("d1")
    assert inbox.retry(ISSUE.key)
    assert take(inbox).subject == ISSUE


def test_a_subject_can_be_dropped_by_command(inbox: Inbox, clock: Clock) -> None:
    park(inbox, clock)
    assert inbox.drop(ISSUE.key)
    assert (inbox.dead_letters(), inbox.pending(), inbox.drop("issue:1/1")) == ([], 0, False)
    clock.pass_(60)
    assert inbox.claim("w", 10) == []


def test_reasons_bear_any_text(inbox: Inbox, clock: Clock) -> None:
    park(inbox, clock, "zero\0 and \ud800 " + "long " * 5000)
    (letter,) = inbox.dead_letters()
    assert letter.reason.startswith("zero? and ? long")
    assert len(letter.reason) == 2000


# Rule 1: unreadable deliveries.


def test_rule_1_an_unreadable_delivery_is_a_dead_letter(inbox: Inbox, clock: Clock) -> None:
    inbox.keep_unreadable("u1", "Issue Hook", b"\0\xff{", "the body is no JSON\0")
    (letter,) = inbox.dead_letters()
    assert (letter.name, letter.at, letter.reason) == ("u1", clock.now, "the body is no JSON?")
    assert inbox.drop("u1")
    assert (inbox.dead_letters(), inbox.deliveries()[0].state) == ([], "dropped")


def test_an_unreadable_delivery_can_be_read_again_after_a_repair(inbox: Inbox, clock: Clock) -> None:
    inbox.keep_unreadable("u1", "Issue Hook", BODY, "an older version did not know this form")
    inbox.keep_unreadable("u2", "Issue Hook", b"[]", "the body is no JSON object")
    assert inbox.retry("u1")
    assert inbox.retry("u2")
    clock.pass_(0.5)
    assert take(inbox).subject == ISSUE
    assert [letter.name for letter in inbox.dead_letters()] == ["u2"]


# Looking after it.


def test_deliveries_tell_what_became_of_them(inbox: Inbox, clock: Clock) -> None:
    deliver(inbox, "d1", 1)
    clock.pass_(0.5)
    inbox.settle(take(inbox), Done())
    deliver(inbox, "d2", 2)
    clock.pass_(0.5)
    inbox.settle(take(inbox), Dead("no access"))
    deliver(inbox, "d3", 3, 1)
    newest = inbox.deliveries(2)
    assert [(one.id, one.state, one.subjects) for one in newest] == [
        ("d3", "pending", ("issue:77/3", "issue:77/1")),
        ("d2", "dead", ("issue:77/2",)),
    ]
    assert {one.id: one.state for one in inbox.deliveries()} == {"d1": "done", "d2": "dead", "d3": "pending"}


def test_bodies_go_after_fourteen_days_and_open_work_stays(inbox: Inbox, clock: Clock) -> None:
    deliver(inbox, "d1", 1)
    clock.pass_(0.5)
    inbox.settle(take(inbox), Done())
    deliver(inbox, "d2", 2)
    park_at = clock.now
    clock.pass_(14 * 86_400 - 1)
    assert inbox.prune() == 0
    clock.pass_(2)
    deliver(inbox, "d3", 3)
    assert inbox.prune() == 3
    assert (inbox.pending(), [one.id for one in inbox.deliveries()]) == (2, ["d3"])
    assert inbox.lag() == pytest.approx(clock.now - park_at - 0.5)


def test_marks_make_dirty_without_a_delivery(inbox: Inbox, clock: Clock) -> None:
    inbox.mark([CALENDAR, CALENDAR, ISSUE], "sweep 7")
    assert inbox.claim("w", 10) == []
    clock.pass_(0.5)
    leases = inbox.claim("w", 10)
    assert [(lease.subject, lease.cause, lease.generation) for lease in leases] == [
        (CALENDAR, "sweep 7", 1),
        (ISSUE, "sweep 7", 1),
    ]


def test_a_patient_mark_leaves_a_webhook_time_to_come_first(inbox: Inbox, clock: Clock) -> None:
    """The look is had when the webhook wants it, and after two seconds where none comes."""
    inbox.mark([ISSUE], "the bot's own write", patient=True)
    clock.pass_(1.0)
    assert not inbox.claim("w", 10)
    deliver(inbox)
    clock.pass_(0.6)
    assert take(inbox).generation == 2
    inbox.mark([CALENDAR], "the bot's own write", patient=True)
    clock.pass_(1.9)
    assert not inbox.claim("w", 10)
    clock.pass_(0.1)
    assert take(inbox).generation == 1


def test_many_marks_come_through(inbox: Inbox) -> None:
    inbox.mark([Subject.issue(77, iid) for iid in range(1, 1201)], "sweep", now=True)
    keys = [f"issue:77/{iid}" for iid in range(1, 1101)]
    assert (inbox.pending(), inbox.pending(keys), inbox.pending([])) == (1200, 1100, 0)


def test_lag_is_the_wait_of_the_longest_overdue(inbox: Inbox, clock: Clock) -> None:
    assert inbox.lag() == 0
    deliver(inbox, "d1", 1)
    assert inbox.lag() == 0
    clock.pass_(3.5)
    assert inbox.lag() == pytest.approx(3)
    take(inbox)
    assert inbox.lag() == 0


def test_counters_add_up_over_processes_and_restarts(database_url: str, opened: Opener) -> None:
    one, two = Inbox(opened(database_url)), Inbox(opened(database_url, durable=False))
    one.count("refused", status="401")
    one.count("refused", status="401")
    two.count("refused", 3, status="401")
    two.count("refused", status="413")
    one.flush()
    two.flush()
    counts = {count.labels: count.value for count in Inbox(opened(database_url)).counters()}
    assert counts == {(("status", "401"),): 5, (("status", "413"),): 1}


def test_what_a_delivery_is_noted_for_is_counted(inbox: Inbox) -> None:
    delivery = arrived("d1", 1)
    noted = type(delivery)("d1", "Pipeline Hook", None, (), Floor(), ("old_timestamp", "unwanted:pipeline"))
    inbox.accept(noted, b"{}")
    counts = {(count.name, *dict(count.labels).values()): count.value for count in inbox.counters()}
    assert counts == {("deliveries_noted", "old_timestamp", ""): 1, ("deliveries_noted", "unwanted", "pipeline"): 1}


def test_an_in_memory_database_serves_one_process(opened: Opener) -> None:
    inbox = Inbox(opened("sqlite://"))
    inbox.mark([Subject.issue(77, iid) for iid in range(1, 51)], "sweep", now=True)
    with ThreadPoolExecutor(8) as pool:
        leases = [lease for claimed in pool.map(lambda _: inbox.claim("w", 10), range(8)) for lease in claimed]
        list(pool.map(lambda lease: inbox.settle(lease, Done()), leases))
    assert (len(leases), inbox.pending()) == (50, 0)
