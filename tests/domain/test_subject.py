"""A subject is written as a key and read back from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.subject import CALENDAR, KINDS, Subject


@given(st.sampled_from(KINDS), st.text())
def test_a_key_is_read_back(kind: str, ref: str) -> None:
    subject = Subject.parse(f"{kind}:{ref}")
    assert (subject.kind, subject.ref, subject.key) == (kind, ref, f"{kind}:{ref}")


def test_an_issue_is_named_by_project_and_number() -> None:
    subject = Subject.issue(77, 42)
    assert (subject.key, subject.issue_ref) == ("issue:77/42", (77, 42))


@pytest.mark.parametrize("key", ["", "issue", "milestone:1", ":1"])
def test_other_text_is_no_key(key: str) -> None:
    with pytest.raises(ValueError, match="is no subject key"):
        Subject.parse(key)


def test_only_an_issue_has_an_issue_number() -> None:
    with pytest.raises(ValueError, match="is not an issue"):
        _ = CALENDAR.issue_ref
