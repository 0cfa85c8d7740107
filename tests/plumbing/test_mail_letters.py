"""A template and a partner become a mail that may be shown and sent, or one text that says what is in the way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import SHIPPED, load
from bot.domain.registry import Contact, Contacts, Track
from bot.errors import AskAPerson, ConfigError
from bot.mail.envelope import Address
from bot.mail.house import LOGO, House
from bot.mail.letters import ELEMENTS, WHERE, Letter, Letters, to_contact
from bot.mail.markup import read
from bot.render import SHIPPED as TEMPLATES
from bot.render import Renderer
from bot.settings.models import Mailing
from tests.plumbing.letterbox import ACME, OTHERS, VALUES, house, letter, letters

SITE = load(SHIPPED[-1]).site


def refusal(wrong: Letter, composing: Letters | None = None) -> list[str]:
    """What a person reads, line by line, without the introduction."""
    with pytest.raises(AskAPerson) as raised:
        (composing or letters()).compose(wrong)
    first, empty, *rest = str(raised.value).splitlines()
    assert (first, empty) == (f"the letter `{wrong.template}` to `Acme Consulting` stays here until this is right:", "")
    return rest


def other_templates(tmp_path: Path, **parts: str) -> Letters:
    """The shipped templates, but for some parts of award_psp."""
    folder = tmp_path / "email/award_psp"
    folder.mkdir(parents=True)
    for name, text in parts.items():
        (folder / f"{name.replace('_', '.')}.j2").write_text(text)
    return Letters(Renderer([tmp_path, TEMPLATES[-1]]), house())


@pytest.mark.parametrize(
    ("template", "subject", "badge"),
    [
        ("award_psp", "GitLab Certified Professional Services Partner", "professional-services-partner"),
        ("award_ctp", "GitLab Certified Training Partner", "training-partner"),
    ],
)
def test_an_award_letter_has_its_four_elements_signature_and_locator(template: str, subject: str, badge: str) -> None:
    composed = letters().compose(letter(template))
    html = read(composed.html)

    assert composed.subject == f"Congratulations, Acme Consulting: {subject}"
    links = (
        f"https://partners.gitlab.com/badges/{badge}",
        "https://partners.gitlab.com/assets/logos/open-partner",
        "https://partners.gitlab.com/marketing/press-release",
        "https://partners.gitlab.com/marketing/social-sharing-kit",
        "https://about.gitlab.com/partners/locator",
        "https://partners.gitlab.com/community/service-partners",
    )
    assert html.links == links
    for said in (composed.text, html.words):
        assert f"{subject} (" in said
        assert "Pat Example" in said
        assert "happy to help you write one" in said
        assert "CAM EMEA" in said
        assert "Channel Account Manager, GitLab" in said
    assert all(link in composed.text for link in links)


def test_the_community_is_for_the_first_certification() -> None:
    """AW-11: whoever has one already is in it."""
    again = letters().compose(letter(is_first="no"))
    assert "Community" in letters().compose(letter()).text
    assert "Community" not in again.text + again.html


def test_equal_letters_are_equal_mails() -> None:
    assert letters().compose(letter()) == letters().compose(letter())
    assert letters().compose(letter()).message_id != letters().compose(letter("award_ctp")).message_id


def test_values_are_escaped_in_html_alone() -> None:
    partner = replace(ACME, name="Acme & Sons")
    composed = letters().compose(letter(partner=partner))
    assert "Acme & Sons is now" in composed.text
    assert "Acme &amp; Sons is now" in composed.html
    assert composed.subject.startswith("Congratulations, Acme & Sons:")


def test_what_is_missing_or_empty_is_asked_for_by_name() -> None:
    said = "\n".join(refusal(replace(letter(cam=" "), values={**VALUES, "cam": " ", "partner": "Acme"})))
    assert (
        "award_psp/body.txt.j2: the placeholder 'contact' has no value; fill in the contact's name in the partner's"
        " entry of partners.yml: contacts.primary.name"
    ) in said
    assert (
        "award_psp/body.html.j2: the placeholder 'cam' has no value; fill in the Channel Account Manager's name" in said
    )
    assert "subject" not in said


ASKED = [name for name in WHERE if WHERE[name].startswith("the link") and name not in {"badge_ctp", LOGO}]


@pytest.mark.parametrize("name", ASKED)
def test_a_link_that_site_yml_lacks_is_asked_for_by_its_key(name: str) -> None:
    bare = replace(house(), links={**house().links, name: ""})
    said = refusal(letter(), Letters(letters().renderer, bare))
    key = WHERE[name].removeprefix("the link in site.yml: ")
    assert len(said) == 2
    assert all(
        line.endswith(f"the placeholder {name!r} has no value; fill in the link in site.yml: {key}") for line in said
    )


def test_a_value_cannot_break_out_of_its_line() -> None:
    said = refusal(letter(partner=ACME, cam="CAM\r\nBcc: eve@evil.example"))
    assert len(said) == 2
    assert "the value of 'cam' has a line break or another invisible character" in said[0]


def test_a_wrong_placeholder_is_told_with_the_right_one(tmp_path: Path) -> None:
    said = refusal(letter(), other_templates(tmp_path, subject_txt="Hello {{ contcat }} {{ zzz }}\n"))
    names = ", ".join(sorted(WHERE))
    assert said == [
        f"- {tmp_path}/email/award_psp/subject.txt.j2: the placeholder 'contcat' has no value; did you mean 'contact'?",
        f"- {tmp_path}/email/award_psp/subject.txt.j2: the placeholder 'zzz' has no value; the names here are {names}",
    ]


def test_a_template_that_lost_an_element_is_not_used(tmp_path: Path) -> None:
    said = refusal(letter(), other_templates(tmp_path, body_txt="Well done, {{ contact }}!\n{{ cam }}\n"))
    assert [line.partition(": ")[2] for line in said] == [
        f"the placeholder {name!r} is not there; this letter must have it (AW-08)"
        for name in ("badge_psp", "press_release", "social_kit", "locator")
    ]


def test_every_element_has_a_place_where_it_is_filled_in() -> None:
    assert {name for names in ELEMENTS.values() for name in names} <= WHERE.keys()


@pytest.mark.parametrize("text", ["{% if %}", None], ids=["broken", "missing"])
def test_a_broken_template_is_told_with_its_line(tmp_path: Path, text: str | None) -> None:
    composing = other_templates(tmp_path, **({} if text is None else {"subject_txt": text}))
    wrong = letter() if text else replace(letter(), template="award_msp")
    with pytest.raises(ConfigError, match=r"subject\.txt\.j2:1: (this is no|there is no such) template"):
        composing.compose(wrong)


def test_all_that_the_lint_finds_is_told_at_once(tmp_path: Path) -> None:
    shipped = (TEMPLATES[-1] / "email/award_psp/body.txt.j2").read_text("utf-8")
    composing = other_templates(tmp_path, body_txt=f"{shipped}Beta Corp, partnersupport@gmail.com\n")
    said = refusal(letter(), composing)
    assert said == [
        "- text: `partnersupport@gmail.com` is neither ours nor the partner's; use an address of gitlab.com",
        "- text: `Beta Corp` is the name of another partner; take it out",
    ]


@pytest.mark.parametrize("contacts", [Contacts(), Contacts(primary=Contact("Pat Example"))], ids=["nobody", "no email"])
def test_a_partner_without_a_primary_contact_is_not_written_to(contacts: Contacts) -> None:
    with pytest.raises(AskAPerson, match=r"`Acme Consulting` has nobody to write to; fill in contacts\.primary"):
        letter(partner=replace(ACME, contacts=contacts))


def test_a_letter_goes_to_the_primary_contact_and_never_names_itself_a_stranger() -> None:
    made = to_contact("key", "award_psp", ACME, (ACME, *OTHERS), VALUES)
    assert made.to == Address("Pat Example", "pat@acme.example")
    assert made.others == OTHERS
    assert made.values == {**VALUES, "contact": "Pat Example", "partner": "Acme Consulting"}


def test_a_site_that_names_no_sender_composes_nothing() -> None:
    with pytest.raises(AskAPerson, match=r"site\.yml does not say who sends mails; fill in 'mail\.sender'"):
        House.of(SITE.model_copy(update={"mail": Mailing()}))


def test_the_houses_own_groups_are_inside() -> None:
    assert house().internal_paths == (
        "gitlab-com/channel",
        "gitlab-com/channel/partners",
        "gitlab-com/channel-team",
        "gitlab-com/channel/channels",
        "gitlab-com/channel/partner-communication",
        "gitlab-com/channel/alliances",
        "gitlab-com/channel/partners/services-helpdesk",
    )


@pytest.mark.parametrize(("track", "kind"), [(Track.SELECT, "select"), (Track.OPEN, "open")])
def test_the_logo_is_the_one_of_the_partners_track(track: Track, kind: str) -> None:
    partner = replace(ACME, track=track)
    mail = letters().compose(replace(letter(), partner=partner))
    link = f"https://partners.gitlab.com/assets/logos/{kind}-partner"
    assert link in mail.text
    assert link in mail.html
    assert mail.text.count("/assets/logos/") == 1


def test_a_logo_that_site_yml_lacks_is_asked_for() -> None:
    bare = replace(house(), logos={Track.SELECT: "", Track.OPEN: ""})
    said = refusal(letter(), Letters(letters().renderer, bare))
    assert len(said) == 2
    assert all(line.endswith("fill in the link in site.yml: mail.links.logo, for the partner's track") for line in said)
