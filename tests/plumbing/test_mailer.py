"""A mail is handed to a real mail server: it was sent, it certainly was not, or nobody can know."""

from __future__ import annotations

import logging
import shutil
import socket
import ssl
import subprocess
import time
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from bot.errors import AskAPerson, TryLater, Unclear
from bot.mail.envelope import Address
from bot.mailer import Mailer, NotSent, NotSentYet, NotTaken, Sent
from tests.plumbing.letterbox import letter, letters, mail
from tests.plumbing.postoffice import DIES, HANGS, post_office, rude

PATIENCE = 0.3


def mailer(port: int, user: str = "", scheme: str = "smtp", query: str = "", host: str = "127.0.0.1") -> Mailer:
    return Mailer(f"{scheme}://{user}{host}:{port}{query}", timeout=PATIENCE)


def test_a_letter_arrives_with_its_four_elements_in_both_parts() -> None:
    composed = letters().compose(letter())
    with post_office() as office:
        assert mailer(office.port).send(composed) == Sent()
        (got,) = office.desk.mails()
        envelope = office.desk.taken[0]

    assert envelope.mail_from == "partners@gitlab.com"
    assert envelope.rcpt_tos == ["pat@acme.example", "cam-emea@gitlab.com"]
    heads = {name: str(got[name]) for name in ("From", "To", "Cc", "Reply-To", "Subject", "Message-ID", "X-Unsent")}
    assert heads == {
        "From": "GitLab Channel Team <partners@gitlab.com>",
        "To": "Pat Example <pat@acme.example>",
        "Cc": "CAM EMEA <cam-emea@gitlab.com>",
        "Reply-To": "CAM EMEA <cam-emea@gitlab.com>",
        "Subject": "Congratulations, Acme Consulting: GitLab Certified Professional Services Partner",
        "Message-ID": composed.message_id,
        "X-Unsent": "None",
    }
    assert parsedate_to_datetime(str(got["Date"])).tzinfo is not None
    assert got.get_content_type() == "multipart/alternative"
    for kind in ("plain", "html"):
        part = got.get_body((kind,))
        assert part is not None
        text = part.get_content()
        for element in ("ongratulations", "badges/professional", "press-release", "social-sharing-kit", "/locator"):
            assert element in text, f"{kind} lacks {element}"
        assert "CAM EMEA" in text


def test_dots_and_long_lines_arrive_as_they_were_written() -> None:
    text = f".\n..two\nx{'ä' * 400}\n.\n"
    with post_office() as office:
        mailer(office.port).send(mail(text=text))
        (got,) = office.desk.mails()
    body = got.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == text


def test_names_and_domains_of_any_script_arrive() -> None:
    to = Address("Jörg „Pat“ Example, Dr.", "pat@müller.example")
    with post_office() as office:
        mailer(office.port).send(mail(to=to, subject="Glückwunsch, 東京技研"))
        (got,) = office.desk.mails()
        envelope = office.desk.taken[0]
    assert envelope.rcpt_tos[0] == "pat@xn--mller-kva.example"
    (address,) = got["To"].addresses
    assert (address.display_name, address.addr_spec) == (to.name, "pat@xn--mller-kva.example")
    assert str(got["Subject"]) == "Glückwunsch, 東京技研"


REFUSED = {
    "the greeting": ("EHLO", "550 go away", "the session: 550"),
    "the sender": ("MAIL", "550 5.7.1 not you", "the sender: 550 5.7.1 not you"),
    "the recipient": ("RCPT", "550 5.1.1 no such user", "the recipient pat@acme.example: 550 5.1.1 no such user"),
    "the mail": ("DATA", "554 5.7.0 no", "the mail: 554 5.7.0 no"),
    "the mail's content": ("DOT", "554 5.6.0 spam", "the mail: 554 5.6.0 spam"),
}


@pytest.mark.parametrize(("stage", "reply", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_for_good_is_for_a_person(stage: str, reply: str, said: str) -> None:
    with post_office({stage: reply}) as office, pytest.raises(NotTaken) as raised:
        mailer(office.port).send(mail())
    assert said in str(raised.value)
    assert isinstance(raised.value, AskAPerson)


@pytest.mark.parametrize("stage", ["EHLO", "MAIL", "RCPT", "DATA", "DOT"])
def test_what_is_refused_for_now_may_be_tried_again(stage: str) -> None:
    with post_office({stage: "451 4.3.0 later"}) as office, pytest.raises(NotSentYet) as raised:
        mailer(office.port).send(mail())
    assert isinstance(raised.value, TryLater)
    assert not isinstance(raised.value, Unclear)


@pytest.mark.parametrize("happening", [DIES, HANGS])
@pytest.mark.parametrize("stage", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_server_that_falls_silent_before_the_content_has_sent_nothing(stage: str, happening: str) -> None:
    began = time.monotonic()
    with post_office({stage: happening}) as office, pytest.raises(NotSentYet, match="nothing was sent"):
        mailer(office.port).send(mail())
    assert office.desk.taken == []
    assert time.monotonic() - began < PATIENCE + 3, "nobody waits longer than the timeout"


@pytest.mark.parametrize("happening", [DIES, HANGS, "421 4.3.2 going down"])
def test_a_server_that_falls_silent_after_the_content_may_have_sent_it(happening: str) -> None:
    with post_office({"DOT": happening}) as office, pytest.raises(Unclear, match="may have been sent") as raised:
        mailer(office.port).send(mail())
    assert not isinstance(raised.value, NotSent)
    assert len(office.desk.taken) == 1


def test_a_copy_that_is_refused_does_not_hold_up_the_letter() -> None:
    with post_office({"RCPT cam-emea@gitlab.com": "550 no such user"}) as office:
        assert mailer(office.port).send(mail()) == Sent(refused=("cam-emea@gitlab.com",))
        assert office.desk.taken[0].rcpt_tos == ["pat@acme.example"]


def test_a_server_that_goes_down_at_a_copy_has_sent_nothing() -> None:
    with post_office({"RCPT cam-emea@gitlab.com": "421 bye"}) as office, pytest.raises(NotSentYet, match="421"):
        mailer(office.port).send(mail())
    assert office.desk.taken == []


GREETINGS = {
    "no": (b"554 no\r\n", NotTaken),
    "later": (b"421 later\r\n", NotSentYet),
    "hangs up": (b"", NotSentYet),
    "silent": (None, NotSentYet),
}


@pytest.mark.parametrize(("greeting", "error"), GREETINGS.values(), ids=GREETINGS)
def test_a_server_that_does_not_greet_has_sent_nothing(greeting: bytes | None, error: type[NotSent]) -> None:
    with rude(greeting) as port, pytest.raises(error):
        mailer(port).send(mail())


def test_where_nobody_listens_nothing_is_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NotSentYet, match=rf"the mail server 127\.0\.0\.1:{port} cannot be reached"):
        mailer(port).send(mail())


def test_it_logs_in_and_a_wrong_password_is_for_a_person() -> None:
    with post_office() as office:
        mailer(office.port, "bot%40gitlab.com:right@").send(mail())
        with pytest.raises(NotTaken, match="535") as raised:
            mailer(office.port, "bot:hunter2@").send(mail())
        assert office.desk.logins[0] == (b"bot@gitlab.com", b"right")
        assert len(office.desk.taken) == 1
    assert "hunter2" not in str(raised.value)


def test_a_server_without_tls_is_not_trusted_with_it() -> None:
    with post_office() as office, pytest.raises(NotTaken, match="does not offer what SMTP_URL asks for"):
        mailer(office.port, query="?starttls=1").send(mail())


def test_nothing_of_the_mail_or_the_password_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # the server's own
    with post_office() as office:
        mailer(office.port, "bot:right@").send(mail())
    assert [record for record in caplog.records if record.name not in {"asyncio", "mail.log"}] == []
    assert "right" not in repr(mailer(1, "bot:right@").server)


def test_without_a_server_nothing_is_ever_sent() -> None:
    assert Mailer.of("") is None
    assert Mailer.of("smtp://mail.example") is not None


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for `localhost` that nobody trusts yet."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", "both.pem", "-out", "certificate.pem"]
    command = ["openssl", "req", "-x509", "-nodes", "-days", "2", *made, *subject]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    with (folder / "both.pem").open("a") as both:
        both.write((folder / "certificate.pem").read_text())
    return folder


def serving(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "both.pem")
    return context


WRAPS = {"smtps": ("smtps", ""), "STARTTLS": ("smtp", "?starttls=1")}


@pytest.mark.parametrize(("scheme", "query"), WRAPS.values(), ids=WRAPS)
def test_a_trusted_certificate_lets_the_mail_through(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, query: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "certificate.pem"))
    context = serving(certificate)
    with post_office(tls=None if query else context, starttls=context if query else None) as office:
        sender = mailer(office.port, "bot:right@", scheme, query, host="localhost")
        assert sender.send(mail()) == Sent()


@pytest.mark.parametrize(("scheme", "query"), WRAPS.values(), ids=WRAPS)
def test_a_certificate_that_nobody_vouches_for_is_refused_before_the_password(
    certificate: Path, scheme: str, query: str
) -> None:
    context = serving(certificate)
    with post_office(tls=None if query else context, starttls=context if query else None) as office:
        with pytest.raises(NotTaken, match="the certificate of the mail server localhost"):
            mailer(office.port, "bot:right@", scheme, query, host="localhost").send(mail())
        assert office.desk.logins == []
