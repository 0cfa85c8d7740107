"""Priority labels are read in both spellings and written in the configured one."""

from bot.domain.labels import Label, Labels, Level, Priorities, Spelling

ONE, LATER = Level("1", 1, "Home runs"), Level("Backlog", 5, "Backlog")
SINGLE = Priorities("Channel Priority", (ONE, LATER))
SCOPED = Priorities("Channel Priority", (ONE, LATER), Spelling.SCOPED)
LABELS = Labels(Label("Channel"), (Label("Channel Ops"),), SINGLE, Label("DRI::missing"))


def test_a_level_is_written_as_configured() -> None:
    assert (SINGLE.name(ONE), SCOPED.name(LATER)) == ("Channel Priority:1", "Channel Priority::Backlog")


def test_a_level_is_read_in_both_spellings() -> None:
    assert SINGLE.level_of("Channel Priority::1") == SCOPED.level_of("Channel Priority:1") == ONE
    assert SINGLE.level_of("Channel Priority:2") is None
    assert SINGLE.level_of("Channel Priority") is None


def test_a_weight_states_a_level() -> None:
    assert [SINGLE.level_with(weight) for weight in (1, 5, 0, None)] == [ONE, LATER, None, None]


def test_the_priority_labels_among_others_are_found() -> None:
    found = SINGLE.among(["Channel", "Channel Priority:1", "Channel Priority::Backlog"])
    assert found == {"Channel Priority:1", "Channel Priority::Backlog"}


def test_all_labels_of_the_team_are_listed_in_reading_order() -> None:
    names = [label.name for label in LABELS.all()]
    assert names == [
        *("Channel", "Channel Ops", "Channel Priority:1", "Channel Priority:Backlog"),
        *("DRI::missing", "bot::hands-off", "Carry-over::often", "needs-hands-on", "NFR::needs-info"),
        *("CTP::expired", "CTP::withdrawn", "CTP::trainer-candidate", "Award::overdue", "Award::blocked"),
        *("Notice::too-short", "Notice::approved", "Announcement::needs-info"),
        *("Partner Journey::Stand", "Partner Journey::Walk", "Partner Journey::Run", "Partner Journey::Sprint"),
        "Request::needs-info",
    ]


def test_a_team_or_priority_label_makes_an_issue_ours() -> None:
    assert LABELS.belongs(["bug", "Channel"])
    assert LABELS.belongs(["Channel Ops"])
    assert LABELS.belongs(["Channel Priority::1"])
    assert not LABELS.belongs(["bug", "DRI::missing"])
    assert not LABELS.belongs([])
