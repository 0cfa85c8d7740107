"""A form is read whatever people did to its shape, and what cannot be read is named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.form import Field, Kind, Problem, ProblemKind, Reading, read_form
from tests.domain.growth import grows_linearly

PARTNER = Field("partner", "Partner", ("Partner name",))
CERTIFICATION = Field(
    "certification",
    "Certification",
    kind=Kind.CHOICE,
    choices={"psp": ("Professional Services Partner",), "ctp": ("Certified Training Partner", "training")},
)
REGION = Field("region", "Region", kind=Kind.CHOICE, choices={"amer": ("Americas",), "emea": (), "apac": ()})
FIRST = Field("first", "First certification", kind=Kind.YES_NO, required=False)
DUE = Field("due", "Due", ("Due date",), kind=Kind.DATE, required=False)
DRI = Field("dri", "DRI", ("CAM",), kind=Kind.HANDLE, required=False)
SEATS = Field("seats", "Seats", kind=Kind.NUMBER, required=False)
FIELDS = (PARTNER, CERTIFICATION, REGION, FIRST, DUE, DRI, SEATS)

WHOLE = {"partner": "Acme Consulting", "certification": "ctp", "region": "emea"}

SHAPES = [
    ("as installed", "- Partner: Acme Consulting\n- Certification: ctp\n- Region: emea"),
    ("another order and case", "REGION: EMEA\ncertification: CTP\nPartner: Acme Consulting"),
    ("bullets of all kinds", "* Partner: Acme Consulting\n1. Certification: ctp\n+ Region: emea"),
    ("tasks", "- [ ] Partner: Acme Consulting\n- [x] Certification: ctp\n- [ ] Region: emea"),
    ("bold labels", "**Partner:** Acme Consulting\n\n**Certification**: ctp\n\n__Region__: emea"),
    ("all bold", "**Partner: Acme Consulting**\n**Certification: ctp**\n**Region: emea**"),
    ("bold instead of a colon", "**Partner** Acme Consulting\n**Certification** `ctp`\n__Region__ _emea_"),
    ("bold names nothing", "**Hello** there\n**Partner** Acme Consulting\nCertification: ctp\nRegion: emea"),
    ("other separators", "Partner - Acme Consulting\nCertification = ctp\nRegion： emea"),
    ("dashes", "Partner – Acme Consulting\nCertification — ctp\nRegion - emea"),
    ("a space before the colon", "Partner : Acme Consulting\nCertification  :ctp\nRegion:emea"),
    ("punctuation at the end", "Partner: Acme Consulting.\nCertification: ctp;\nRegion: emea,"),
    ("hard spaces", "Partner:\xa0Acme\xa0Consulting\n-\xa0Certification\xa0: ctp\nRegion\xa0:\xa0emea"),
    ("invisible signs", "\ufeffPartner: Acme Consulting\nCertifi\u200bcation: ctp\nRegion: em\u200bea"),
    ("Windows line ends", "Partner: Acme Consulting\r\nCertification: ctp\r\nRegion: emea\r\n"),
    ("notes behind labels", "Partner (as in the registry): Acme Consulting\nCertification (one): ctp\nRegion*: emea"),
    ("linked labels", "[Partner](https://x.example/a:b): Acme Consulting\n**[Certification](x)**: ctp\nRegion: emea"),
    ("linked values", "Partner: [Acme Consulting](https://x.example)\nCertification: [CTP](x)\nRegion: emea"),
    ("tags", "<b>Partner</b>: Acme <br> Consulting\nCertification: <i>ctp</i>\nRegion: emea"),
    ("typed behind the place", "Partner: <name> Acme Consulting\nCertification: ctp <psp or ctp>\nRegion: emea"),
    ("headings", "## Partner\n\nAcme Consulting\n\n### Certification:\nctp\n\n# Region #\n\n- emea\n"),
    ("headings that say it", "## Partner: Acme Consulting\n## Certification - ctp\n## Region: emea"),
    ("underlined headings", "Partner\n=======\n\nAcme Consulting\n\nCertification\n---\nctp\n\nRegion\n---\n\nemea"),
    ("a heading without a space", "##Partner\nAcme Consulting\n##Certification\nctp\n##Region\nemea"),
    ("an answer over two lines", "## Partner\nAcme\nConsulting\n\nMore.\nCertification: ctp\nRegion: emea"),
    ("answers below their labels", "Partner:\nAcme Consulting\nThanks!\n\n**Certification**\nctp\nRegion:\n  - emea"),
    (
        "boxes",
        "Partner: Acme Consulting\n## Certification\n\n- [ ] PSP\n\n- [X] CTP\n\nRegion: [ ] amer [x] emea [ ] apac",
    ),
    (
        "a table",
        "| Field | Value |\n|---|---|\n| Partner | Acme Consulting |\n| Certification | ctp |\n| Region | emea |",
    ),
    ("a table without a head", "| | |\n|:--|--:|\n|**Partner:**|Acme Consulting|\n|Certification|ctp|x|\n|Region|emea"),
    (
        "a table with a note",
        "| Partner | Acme Consulting | Region |\n| --- | --- |\n| Certification | ctp |\nRegion: emea",
    ),
    ("a table without frame", "Field | Value\n---|---\nPartner | Acme Consulting\nCertification | ctp\nRegion | emea"),
    ("a table in columns", "| Partner | Certification | Region |\n|---|---|---|\n| Acme Consulting | ctp | emea |"),
    ("columns without frame", "Partner | Region | More\n--|--|--\nAcme Consulting | emea | a\n\nCertification: ctp"),
    ("one column", "| Partner |\n|---|\n| Acme Consulting |\n\nCertification: ctp\nRegion: emea"),
    (
        "columns with a row left free",
        "| Partner | Region |\n|--|--|\n| - | - |\n| Acme Consulting | emea |\nCertification: ctp",
    ),
    ("a ticked label", "- [x] Partner: Acme Consulting\n- [x] Certification\n  - ctp\n- [x] Region: emea"),
    ("two pairs in a row", "| Partner | Acme Consulting | Certification | ctp |\n| Region: emea | |"),
    ("several on a line", "Partner: Acme Consulting, Certification: ctp; Region: emea"),
    ("several with bars", "Partner: Acme Consulting | Certification: ctp | Region: emea"),
    (
        "extra words",
        "Hello!\nPartner: Acme Consulting\nCertification: please CTP (see above)\nRegion: EMEA, Germany\nBye: now",
    ),
    ("a long spelling", "Partner name: Acme Consulting\nCertification: Certified Training Partner\nRegion: emea"),
    ("twice the same", "Partner: Acme Consulting\nCertification: ctp\nRegion: emea\n\n| Partner | ACME consulting. |"),
    (
        "twice, once left free",
        "Partner: TBD\nPartner: Acme Consulting\nCertification: ctp\nRegion:\nRegion: emea\nRegion: -",
    ),
    ("code hides", "```\nPartner: Other\n```\nPartner: Acme Consulting\nCertification: ctp\nRegion: emea"),
    ("quotes hide", "> Partner: Other\n\nPartner: Acme Consulting\nCertification: ctp\nRegion: emea"),
    ("comments hide", "<!-- Partner: Other -->\nPartner: Acme Consulting <!-- x -->\nCertification: ctp\nRegion: emea"),
    ("a section called like a field", "Partner: Acme Consulting\nCertification: ctp\nRegion: emea\n## Region\n\nAsia"),
    ("a title called like a field", "# Partner - Acme\nPartner: Acme Consulting\nCertification: ctp\nRegion: emea"),
    (
        "a heading where the rest is left free",
        "Partner: TBD\n## Partner\nAcme Consulting\n\nCertification: ctp\nRegion: emea",
    ),
    ("a task is no answer", "## Partner\n- [ ] greet them\n- Acme Consulting\n\nCertification: ctp\nRegion: emea"),
]


@pytest.mark.parametrize("text", [case[1] for case in SHAPES], ids=[case[0] for case in SHAPES])
def test_a_form_is_read_in_every_shape(text: str) -> None:
    assert read_form(text, FIELDS) == Reading(WHOLE)


def missing(field: Field) -> Problem:
    return Problem(field, ProblemKind.MISSING)


def test_an_empty_text_misses_what_is_required() -> None:
    assert read_form("", FIELDS) == Reading({}, (missing(PARTNER), missing(CERTIFICATION), missing(REGION)))


PLACES = [
    *("", " ", "-", "—", "...", "…", "___", "?", "**", "< >"),
    *(
        "<name of the partner>",
        "`<name of the partner>`",
        "\\<name\\>",
        "<!-- name -->",
        "[name of the partner]",
        "{name}",
    ),
    *(
        "{{ partner }}",
        "_to be filled_",
        "(to be filled in)",
        "TBD",
        "to do",
        "TO" + "DO",
        "n/a",
        "N/A.",
        "unknown",
    ),
    *("Partner", "partner name"),
]


@pytest.mark.parametrize("said", PLACES)
@pytest.mark.parametrize("shape", ["Partner: {}", "- **Partner:** {}", "| Partner | {} |", "## Partner\n\n{}\n"])
def test_a_place_left_free_is_missing(said: str, shape: str) -> None:
    assert read_form(shape.replace("{}", said), [PARTNER]) == Reading({}, (missing(PARTNER),))


def test_a_label_before_a_blank_line_has_no_answer() -> None:
    assert read_form("Partner:\n\nPlease fill in the rest.", [PARTNER]) == Reading({}, (missing(PARTNER),))


def test_a_row_that_ends_behind_its_label_has_no_answer() -> None:
    assert read_form("| x | Partner |", [PARTNER]) == Reading({}, (missing(PARTNER),))


READ = [
    (CERTIFICATION, "Professional  services PARTNER", "psp"),
    (CERTIFICATION, "_CTP_", "ctp"),
    (CERTIFICATION, "[x] CTP [ ] PSP", "ctp"),
    (CERTIFICATION, "[~] CTP [x] [PSP](x)", "psp"),
    (FIRST, "Yes", "yes"),
    (FIRST, "y", "yes"),
    (FIRST, "✅", "yes"),
    (FIRST, "[x]", "yes"),
    (FIRST, "[x] yes [ ] no", "yes"),
    (FIRST, "I think yes", "yes"),
    (FIRST, "no, not yet", "no"),
    (FIRST, "❌", "no"),
    (FIRST, "False.", "no"),
    (DUE, "2026-03-02", "2026-03-02"),
    (DUE, "2026/3/2", "2026-03-02"),
    (DUE, "2026.03.02", "2026-03-02"),
    (DUE, "`2026-03-02`.", "2026-03-02"),
    (DUE, "2026-03-02T10:00:00Z", "2026-03-02"),
    (DUE, "2 March 2026", "2026-03-02"),
    (DUE, "Mon, 2nd of March, 2026", "2026-03-02"),
    (DUE, "02-Mar-2026", "2026-03-02"),
    (DUE, "March 2nd, 2026 (Monday)", "2026-03-02"),
    (DUE, "Sept. 30 2026", "2026-09-30"),
    (DUE, "2 March 2026, that is 2026-03-02", "2026-03-02"),
    (DUE, "29 February 2028", "2028-02-29"),
    (DRI, "@cam-emea", "cam-emea"),
    (DRI, "_@cam-emea_.", "cam-emea"),
    (DRI, "@cam\\_emea", "cam_emea"),
    (DRI, "cam.emea", "cam.emea"),
    (DRI, "**cam-emea**,", "cam-emea"),
    (DRI, "our CAM @Cam-Emea, thanks", "Cam-Emea"),
    (DRI, "<@cam-emea>", "cam-emea"),
    (DRI, "@cam-emea @CAM-emea", "cam-emea"),
    (DRI, "[@cam-emea](https://gitlab.example/cam-emea)", "cam-emea"),
    (DRI, "[The CAM](https://gitlab.example/cam-emea)", "cam-emea"),
    (DRI, "https://gitlab.example:8443/users/cam-emea/", "cam-emea"),
    (DRI, "<https://gitlab.example/cam-emea>", "cam-emea"),
    (SEATS, "25", "25"),
    (SEATS, "about 25 seats", "25"),
    (SEATS, "1,000", "1000"),
    (SEATS, "1 000 000", "1000000"),
    (SEATS, "€12.50", "12.5"),
    (SEATS, "3.0", "3"),
    (SEATS, "0.1234", "0.1234"),
    (SEATS, "-5%", "-5"),
    (SEATS, "-0", "0"),
    (SEATS, "007", "7"),
    (PARTNER, "Acme, Inc.", "Acme, Inc"),
    (PARTNER, "- Acme\n- Other", "Acme, Other"),
    (PARTNER, '"Acme"', "Acme"),
    (PARTNER, "A", "A"),
    (PARTNER, "株式会社アクメ", "株式会社アクメ"),
]


@pytest.mark.parametrize(("field", "said", "value"), READ)
def test_an_answer_is_read(field: Field, said: str, value: str) -> None:
    assert read_form(f"## {field.label}\n{said}", [field]) == Reading({field.key: value})


UNREADABLE = [
    (CERTIFICATION, "gold"),
    (CERTIFICATION, "not CTP"),
    (FIRST, "maybe"),
    (FIRST, "perhaps not yes"),
    (DUE, "03/02/2026"),
    (DUE, "02.03.2026"),
    (DUE, "2026-02-30"),
    (DUE, "29 February 2026"),
    (DUE, "2 Foo 2026"),
    (DUE, "next week"),
    (DRI, "Pat Example"),
    (DRI, "pat@acme.example"),
    (DRI, "@some/group"),
    (DRI, "https://gitlab.example/some/project"),
    (SEATS, "many"),
    (SEATS, "1.000"),
    (SEATS, "12,5"),
    (SEATS, "v2"),
    (SEATS, "1" * 16),
]


@pytest.mark.parametrize(("field", "said"), UNREADABLE)
def test_what_its_kind_does_not_allow_is_unreadable(field: Field, said: str) -> None:
    assert read_form(f"{field.label}: {said}", [field]) == Reading(
        {}, (Problem(field, ProblemKind.UNREADABLE, (said,)),)
    )


CONTRADICTING = [
    (PARTNER, "Partner: Acme\nPartner: Other", ("Acme", "Other")),
    (CERTIFICATION, "Certification: psp and ctp", ("psp and ctp",)),
    (CERTIFICATION, "Certification: psp, ctp", ("psp, ctp",)),
    (CERTIFICATION, "Certification:\n- [x] psp\n- [x] ctp", ("psp and ctp",)),
    (CERTIFICATION, "Certification: ctp\nCertification: gold", ("ctp", "gold")),
    (PARTNER, "## Partner\nAcme\n## Partner: Other", ("Acme", "Other")),
    (REGION, "Region: moved from EMEA to APAC", ("moved from EMEA to APAC",)),
    (FIRST, "First certification: yes and no", ("yes and no",)),
    (DUE, "Due: 2026-03-02 or 2026-03-03", ("2026-03-02 or 2026-03-03",)),
    (DRI, "DRI: @cam-emea and @cam-apac", ("@cam-emea and @cam-apac",)),
    (SEATS, "Seats: 10-20", ("10-20",)),
    (SEATS, "Seats: 5\nSeats: -5", ("5", "-5")),
    (SEATS, "\n".join(f"Seats: {n}" for n in (1, 2, 1, 3, 4, 5, 6)), ("1", "2", "3", "4", "5")),
]


@pytest.mark.parametrize(("field", "text", "seen"), CONTRADICTING)
def test_two_values_contradict_each_other(field: Field, text: str, seen: tuple[str, ...]) -> None:
    assert read_form(text, [field]) == Reading({}, (Problem(field, ProblemKind.CONTRADICTING, seen),))


@pytest.mark.parametrize("said", ["psp / ctp", "psp|ctp", "PSP or CTP", "[ ] psp [ ] ctp", "<psp or ctp>"])
def test_the_list_of_all_choices_is_no_choice(said: str) -> None:
    assert read_form(f"Certification: {said}", [CERTIFICATION]) == Reading({}, (missing(CERTIFICATION),))
    assert read_form("First certification: yes/no", [FIRST]) == Reading()


def test_a_choice_may_be_called_like_a_place_left_free() -> None:
    help_wanted = Field("help", "Help", kind=Kind.CHOICE, choices={"none": (), "some": ()})
    assert read_form("Help: none", [help_wanted]) == Reading({"help": "none"})


def test_a_question_answers_itself_with_its_box() -> None:
    assert read_form("- [x] First certification", [FIRST]) == Reading({"first": "yes"})
    assert read_form("- [ ] First certification?", [FIRST]) == Reading()
    assert read_form("First certification? yes", [FIRST]) == Reading({"first": "yes"})


def test_the_first_of_two_fields_keeps_a_name_they_share() -> None:
    one, other = Field("one", "Name"), Field("other", "Other", ("Name",), required=False)
    assert read_form("Name: x", [one, other]) == Reading({"one": "x"})


HOSTILE: list[tuple[str, Callable[[int], str]]] = [
    ("bars", lambda n: "|" * n),
    ("labels in bars", lambda n: "| Partner | x " * n),
    ("rows", lambda n: "| Partner | x |\n" * n),
    ("commas", lambda n: "Partner: " + "," * n),
    ("labels on one line", lambda n: "Partner: x, " * n),
    ("lines", lambda n: "Partner:\n" * n),
    ("colons", lambda n: "Partner" + ":" * n),
    ("blanks", lambda n: "Due" + " " * n + ": x" + " " * n),
    ("digits", lambda n: "Seats: " + "1" * n),
    ("numbers", lambda n: "Seats: " + "1," * n),
    ("days", lambda n: "Due: " + "2 " * n),
    ("months", lambda n: "Due: " + "march" * n),
    ("dashes", lambda n: "Due: " + "1" + "-" * n),
    ("stars", lambda n: "Partner: " + "*" * n),
    ("quotes", lambda n: "Partner: " + '"' * n),
    ("brackets", lambda n: "Partner: " + "[" * n),
    ("links", lambda n: "Partner: " + "[x](" * n),
    ("tags", lambda n: "Partner: " + "<" * n),
    ("open tags", lambda n: "Partner: " + "<https://" * n),
    ("braces", lambda n: "Partner: " + "{" * n + "}" * n + "x"),
    ("boxes", lambda n: "Certification: " + "[x] " * n),
    ("choices", lambda n: "Certification: " + "certified training " * n),
    ("mentions", lambda n: "DRI: " + "@a" * n),
    ("pages", lambda n: "DRI: " + "https://a/" * n),
    ("items", lambda n: "- " * n + "Partner: x"),
    ("answers", lambda n: "## Partner\n" + "x\n" * n),
    ("values", lambda n: "".join(f"Partner: {at}\n" for at in range(n))),
]


@pytest.mark.parametrize("text", [case[1] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_time_grows_with_the_text(text: Callable[[int], str]) -> None:
    assert grows_linearly(lambda said: read_form(said, FIELDS), text, 200)


ALPHABET = st.sampled_from(
    [*"|:-*_[](){}<>@#`,;.=~ \n\r\t\xa05x", "Partner", "Due", "2026-03-02", "ctp", "- [x] ", "## "]
)


@given(st.lists(ALPHABET, max_size=40).map("".join))
def test_any_text_gives_each_field_one_outcome(text: str) -> None:
    reading = read_form(text, FIELDS)
    failed = [problem.field.key for problem in reading.problems]
    assert not {*reading.values} & {*failed}
    assert {*reading.values, *failed} >= {"partner", "certification", "region"}
    assert all(value.strip() and "\n" not in value for value in reading.values.values())
    assert all(bool(problem.seen) is (problem.kind is not ProblemKind.MISSING) for problem in reading.problems)


@given(
    st.permutations(["Partner: Acme Consulting", "Certification: ctp", "Region: emea"]),
    st.sampled_from(["", "- ", "* "]),
)
def test_order_never_matters(lines: list[str], mark: str) -> None:
    assert read_form("\n".join(f"{mark}{line}" for line in lines), FIELDS).values == WHOLE
