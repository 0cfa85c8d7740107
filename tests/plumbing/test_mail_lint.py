"""Nothing leaves, or is shown, that names a stranger, an inner link, another partner or a place nobody filled in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.registry import Partner, Track
from bot.mail.envelope import Address, Mail
from bot.mail.lint import lint
from bot.mail.mentions import mentioned
from tests.plumbing.letterbox import ACME, CAM, OTHERS, house, mail

PUBLIC = "about.gitlab.com, partners.gitlab.com"
ELSEWHERE = f"leads to a host that is none of 'mail.public_hosts' in site.yml: {PUBLIC}"
INSIDE = "leads to a group or project of our own, which partners cannot see"
HIDDEN = "has something in it that hides where it leads; write it anew"


def found(wrong: Mail, partner: Partner = ACME) -> list[str]:
    return [str(problem) for problem in lint(wrong, house(), partner, OTHERS)]


def test_a_clean_mail_has_no_problems() -> None:
    assert found(mail()) == []


HEADS = {
    "another company": (
        {"to": Address("Pat Example", "pat@gmail.com")},
        "recipient: `pat@gmail.com` is no contact of `Acme Consulting`; correct it, or the entry in partners.yml",
    ),
    "a colleague of the contact": (
        {"to": Address("Sam Example", "sam@acme.example")},
        "recipient: `sam@acme.example` is no contact of `Acme Consulting`; correct it, or the entry in partners.yml",
    ),
    "a copy to a stranger": (
        {"cc": (CAM, Address("Eve", "eve@evil.example"))},
        "copy: `eve@evil.example` is not ours; use an address of gitlab.com",
    ),
    "a copy to a domain below ours": (
        {"cc": (Address("Eve", "eve@evil.gitlab.com"),)},
        "copy: `eve@evil.gitlab.com` is not ours; use an address of gitlab.com",
    ),
    "a strange sender": (
        {"sender": Address("Us", "us@gitlab.com.example")},
        "sender: `us@gitlab.com.example` is not ours; use an address of gitlab.com",
    ),
    "answers to a stranger": (
        {"reply_to": Address("Us", "partnersupport@gmail.com")},
        "reply: `partnersupport@gmail.com` is not ours; use an address of gitlab.com",
    ),
    "no subject": (
        {"subject": " "},
        "subject: it is empty, or has a line break or another invisible character; write one line",
    ),
    "a header in the subject": (
        {"subject": "Hello\r\nBcc: eve@gitlab.com"},
        "subject: it is empty, or has a line break or another invisible character; write one line",
    ),
    "a long subject": ({"subject": "x" * 151}, "subject: it has 151 characters; shorten it to at most 150"),
}


@pytest.mark.parametrize(("changes", "said"), HEADS.values(), ids=HEADS)
def test_heads(changes: dict[str, object], said: str) -> None:
    assert found(mail(**changes)) == [said]


def test_what_just_fits_is_fine() -> None:
    assert found(mail(subject="x" * 150)) == []
    assert found(mail(to=Address("Lee Example", "Licences@ACME-group.example"), cc=(), reply_to=None)) == []


ADDRESSES = {
    "the handbook's trap": ("Write to partnersupport@gmail.com.", "`partnersupport@gmail.com`"),
    "a stranger's": ("(eve@evil.example)", "`eve@evil.example`"),
    "in full-width letters": ("eve＠evil.example", "`eve@evil.example`"),
    "with something invisible in it": ("eve@ev\u200bil.example", "`eve@evil.example`"),
    "another of the contact's company": ("sam@acme.example", "`sam@acme.example`"),
}


@pytest.mark.parametrize(("text", "shown"), ADDRESSES.values(), ids=ADDRESSES)
def test_strange_addresses(text: str, shown: str) -> None:
    said = f"{shown} is neither ours nor the partner's; use an address of gitlab.com"
    assert found(mail(text=text)) == [f"text: {said}"]
    assert found(mail(html=text)) == [f"HTML: {said}"]


def test_our_addresses_and_the_contacts_are_fine() -> None:
    assert found(mail(text="partners@gitlab.com, pat@acme.example, LICENCES@acme-group.example")) == []
    assert found(mail(html='<a href="mailto:partners@gitlab.com?subject=Hello">us</a>')) == []


@pytest.mark.parametrize(
    "link", ["mailto:eve@evil.example", "mailto:partners@gitlab.com?cc=eve%40evil.example", "MAILTO:eve@evil.example"]
)
def test_a_link_writes_to_no_stranger(link: str) -> None:
    (said,) = found(mail(html=f'<a href="{link}">us</a>'))
    assert said.startswith("HTML: `eve@evil.example` is neither ours")


LINKS = {
    "a document": ("https://docs.google.com/document/d/1", ELSEWHERE),
    "a document without a scheme": ("docs.google.com/document/d/1", ELSEWHERE),
    "this machine": ("http://localhost:8929/x", "does not begin with https://; partners open no other links"),
    "this machine without a scheme": ("localhost:8929/x", HIDDEN),
    "a number": ("10.0.0.1/x", ELSEWHERE),
    "an intranet": ("https://intranet/x", ELSEWHERE),
    "the team's GitLab": ("https://gitlab.com/gitlab-com/channel/channels/-/issues/1", ELSEWHERE),
    "a host that looks like ours": ("https://about.gitlab.com.evil.example/", ELSEWHERE),
    "a host below ours": ("https://x.about.gitlab.com/", ELSEWHERE),
    "www": ("www.evil.example", ELSEWHERE),
    "not secret": ("http://about.gitlab.com/", "does not begin with https://; partners open no other links"),
    "another scheme": ("ftp://about.gitlab.com/", "does not begin with https://; partners open no other links"),
    "another port": ("https://about.gitlab.com:8443/", HIDDEN),
    "a backslash": ("https://evil.example\\.about.gitlab.com/", HIDDEN),
    "our group on a public host": ("https://about.gitlab.com/gitlab-com/channel/channels", INSIDE),
    "our group in disguise": ("https://about.gitlab.com/groups/x/../GitLab-Com%2Fchannel/-/x", INSIDE),
    "our group in two disguises": ("https://about.gitlab.com/gitlab-com%252Fchannel", INSIDE),
    "no host at all": ("https:///x", ELSEWHERE),
    "no address": ("https://[::1/x", "cannot be read; write it anew"),
}


@pytest.mark.parametrize(("link", "said"), LINKS.values(), ids=LINKS)
def test_links_that_lead_nowhere_for_a_partner(link: str, said: str) -> None:
    assert found(mail(text=f"See {link}, please", html=f"<p>See {link}, please</p>")) == [
        f"text and HTML: the link `{link}` {said}"
    ]
    assert found(mail(html=f'<p><a href="{link}">here</a></p>')) == [f"HTML: the link `{link}` {said}"]


@pytest.mark.parametrize(("track", "is_refused"), [(Track.OPEN, True), (Track.SELECT, False)])
def test_the_select_logo_leaves_for_select_partners_alone(track: Track, is_refused: bool) -> None:
    link = "https://partners.gitlab.com/assets/logos/select-partner/dark"
    said = found(mail(html=f'<p><a href="{link}">logo</a></p>'), replace(ACME, track=track))
    refusal = f"HTML: the link `{link}` leads to the logo of Select partners; use the placeholder `logo`"
    assert said == ([refusal] if is_refused else [])


def test_a_house_without_logos_refuses_none() -> None:
    bare = replace(house(), logos={Track.SELECT: "", Track.OPEN: ""})
    assert lint(mail(text="See https://about.gitlab.com/x"), bare, replace(ACME, track=Track.OPEN), OTHERS) == ()


REFERENCES = {
    "relative": ("/handbook", ELSEWHERE),
    "empty": ("", ELSEWHERE),
    "a script": ("javascript:alert(1)", "cannot be read; write it anew"),
    "nobody": ("mailto:", "names no address; write it like mailto:partners@example.com"),
    "a user": ("https://about.gitlab.com@evil.example/", HIDDEN),
    "a blank": ("https://about.gitlab.com/ x", HIDDEN),
    "a line break": ("https://about.gitlab.com/&#10;x", HIDDEN),
}


@pytest.mark.parametrize(("link", "said"), REFERENCES.values(), ids=REFERENCES)
def test_references_that_lead_nowhere(link: str, said: str) -> None:
    assert any(line.endswith(said) for line in found(mail(html=f'<a href="{link}">here</a>')))


def test_public_links_are_fine_as_people_write_them() -> None:
    text = (
        "(https://about.gitlab.com/x), <https://partners.gitlab.com>; www.about.gitlab.com is not. ABOUT.GitLab.com/y!"
    )
    (said,) = found(mail(text=text))
    assert said == f"text: the link `www.about.gitlab.com` {ELSEWHERE}"
    assert found(mail(text="Our group is called gitlab-com/channel-teams; version 1.2.3, e.g. Booking.com.")) == []
    assert found(mail(html='<a href="https://about.gitlab.com/gitlab-com/channels">x</a>')) == []
    assert found(mail(html='<a href="https://about.gitlab.com/handbook/gitlab-com/channel/">x</a>')) == []


NAMES = {
    "as it is": ("For Müller & Söhne", "Müller & Söhne"),
    "without accents": ("for muller & sohne!", "Müller & Söhne"),
    "with its umlauts written out": ("MUELLER & SOEHNE", "Müller & Söhne"),
    "in a link": ("https://about.gitlab.com/partners/beta-corp.png", "Beta Corp"),
    "over a line's end": ("to Beta\nCorp", "Beta Corp"),
    "with something invisible in it": ("Be\u00adta Corp", "Beta Corp"),
    "in full-width letters": ("Ｂｅｔａ Corp", "Beta Corp"),
    "inside a script without spaces": ("恭喜東京技研公司", "東京技研"),
    "a name that is part of ours, alone": ("Acme", "Acme"),
}


@pytest.mark.parametrize(("text", "name"), NAMES.values(), ids=NAMES)
def test_names_of_other_partners(text: str, name: str) -> None:
    said = f"`{name}` is the name of another partner; take it out"
    assert found(mail(text=text, html=f"<p>{text}</p>")) == [f"text and HTML: {said}"]
    assert f"subject: {said}" in found(mail(subject=text.replace("\n", " ")))


def test_a_name_in_pieces_of_html_is_read_as_people_see_it() -> None:
    said = ["HTML: `Beta Corp` is the name of another partner; take it out"]
    assert found(mail(html="<p>B<b>et</b>a Corp</p>")) == said
    assert found(mail(html='<p title="Beta Corp">x</p>')) == said
    assert found(mail(html='<a href="https://about.gitlab.com/Beta%20Corp">x</a>')) == said
    assert found(mail(html="<ul><li>Beta</li><li>Corporation</li></ul>")) == []


def test_our_own_names_and_the_contacts_are_no_mention() -> None:
    """`Acme` is another partner, and part of these."""
    assert found(mail(text="Acme Consulting, ACME CONSULTING GMBH, Acme-Consulting")) == []
    assert found(mail(text="betacorp, Acmeology, licences@acme-group.example")) == []
    pat = replace(ACME, name="Solo", aliases=())
    assert (
        found(mail(to=Address("Acme Person", "pat@acme.example"), text="Hello Acme Person", html="", subject="Hi"), pat)
        == []
    )


def test_names_without_a_letter_or_digit_are_nobodys() -> None:
    nameless = Partner("x", "!!!", "emea", "cam-emea")
    assert [*mentioned("Hello !!!", [nameless], [])] == []


LEFTOVERS = ["{{ contact }}", "{% if x %}", "{# note #}", "<partner name>", "<CONTACT>"]


@pytest.mark.parametrize("text", LEFTOVERS)
def test_what_nobody_filled_in(text: str) -> None:
    said = found(mail(text=f"Hello {text}"))
    assert said
    assert all(line.endswith("was not filled in; correct the template or the value") for line in said)
    assert found(mail(subject=f"Hello {text}"))[0].startswith("subject: ")


def test_addresses_and_links_in_brackets_are_filled_in() -> None:
    assert found(mail(text="<partners@gitlab.com> <https://about.gitlab.com> 1 < 2 > 1")) == []


ODD = {
    '<img src="https://about.gitlab.com/x.png">': ["the tag <img>", "the attribute src of <img>"],
    "<script>x()</script>": ["the tag <script>"],
    '<link rel="stylesheet" href="https://about.gitlab.com/x.css">': [
        "the tag <link>",
        "the attribute rel of <link>",
        "the attribute href of <link>",
    ],
    "<style>@import 'x'</style>": ["the tag <style>"],
    '<p style="background: URL (x)">x</p>': ["a style of <p> that loads something"],
    '<p style="background: u\\72l(x)">x</p>': ["a style of <p> that loads something"],
    '<body background="x">x</body>': ["the attribute background of <body>"],
    '<meta http-equiv="refresh" content="0">': ["the attribute http-equiv of <meta>"],
    "<p onclick='x'>x</p>": ["the attribute onclick of <p>"],
    "<!--[if mso]>x<![endif]-->": ["a comment"],
    "<?php x ?>": ["a processing instruction"],
    "<![CDATA[x]]>": ["a CDATA section"],
    "<partner>": ["the tag <partner>"],
}


@pytest.mark.parametrize(("html", "odd"), ODD.items(), ids=ODD)
def test_what_mails_must_not_have(html: str, odd: list[str]) -> None:
    """Nothing is loaded from elsewhere, nothing runs, nothing is hidden."""
    said = [f"HTML: {one} is nothing for a mail; take it out of the template" for one in odd]
    assert found(mail(html=html)) == said
