"""Sending to real servers on loopback that refuse, hang, drip, cut, cheat; and to one that behaves."""

import smtplib
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from helpdesk.sealed import sealed
from notifications.commands import claim, outlets, send
from notifications.commands.outlets import PROBE
from notifications.core.backoff import MOST_ATTEMPTS
from notifications.core.breaker import FIRST_REST, TOLERATED
from notifications.models import Delivery, Mailbox, MailPolicy, SendingAccount, SendingState, UndeliverableAddress
from notifications.outbound import smtp
from notifications.outbound.servers import Servers
from notifications.outbound.smtp import EmailBackend, Server, ServerTrouble
from tests.notifications.sink import certificate, drips, free_port, hangs, rude, signs_in, sink
from tests.people import NOW, acts, make_agent, make_contact, make_ticket
from tickets.commands import reply
from tickets.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("door")]
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _loopback(settings: Any) -> None:
    settings.MAIL_HOSTS = ["127.0.0.1", "localhost"]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "SILENCE", 0.5)
    monkeypatch.setattr(smtp, "OPENING", 1.0)
    monkeypatch.setattr(smtp, "SENDING", 1.0)


def account(port: int, **fields: Any) -> SendingAccount:
    return SendingAccount.objects.create(port=port, **{"host": "127.0.0.1", "security": "none", **fields})


def receipt() -> Delivery:
    make_ticket()
    return Delivery.objects.latest("id")


def after(delivery: Delivery, *, now: Any = NOW) -> Delivery:
    """The row after one attempt."""
    send(delivery.pk, now=now)
    delivery.refresh_from_db()
    return delivery


# --- A server that behaves -----------------------------------------------------------------------------------


def test_a_batch_goes_over_one_connection_with_the_mailbox_as_envelope() -> None:
    Mailbox.objects.create(address="help@acme.example")
    with sink() as (taken, port), Servers() as servers:
        account(port)
        for _ in range(5):
            make_ticket()
        assert all(send(pk, now=NOW, servers=servers) for pk in claim(now=NOW))
        assert (len(taken.taken), taken.sessions) == (5, 1)
        assert {sender for sender, _ in taken.envelopes} == {"help@acme.example"}
        ids = {message_from_bytes(raw)["Message-ID"] for raw in taken.taken}
    assert ids == set(Delivery.objects.values_list("message_id", flat=True))
    assert not SendingState.objects.exists(), "nothing wrong, nothing written"


def test_each_mailbox_leaves_by_its_own_account_and_the_others_by_the_common_one() -> None:
    make_ticket()
    box = Mailbox.objects.create(address="help@acme.example")
    with sink() as (own, port), sink() as (common, other):
        account(port, mailbox=box)
        account(other)
        assert send(Delivery.objects.get().pk, now=NOW)
        Mailbox.objects.all().delete()
        second = receipt()
        assert send(second.pk, now=NOW)
        assert (len(own.taken), len(common.taken)) == (1, 1)


def test_the_installation_s_server_is_used_where_there_is_no_account(settings: Any) -> None:
    with sink() as (taken, port):
        settings.EMAIL_BACKEND = "notifications.outbound.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
        assert after(receipt()).state == "sent"
        assert len(taken.taken) == 1


def test_it_signs_in_and_encrypts(tmp_path: Path, settings: Any) -> None:
    context, settings.MAIL_CA_FILE = certificate(tmp_path)
    settings.MAIL_CA_FILE = str(settings.MAIL_CA_FILE)
    with sink(tls_context=context, require_starttls=True, **signs_in("desk", "s3cret")) as (taken, port):
        account(port, host="localhost", security="starttls", username="desk", sealed_password=sealed("s3cret"))
        assert after(receipt()).state == "sent"
        assert len(taken.taken) == 1


def test_what_is_signed_can_be_verified() -> None:
    key = rsa.generate_private_key(65537, 2048)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    record = b"v=DKIM1; k=rsa; p=" + b"".join(public.splitlines()[1:-1])
    with sink() as (taken, port):
        account(port, dkim_domain="acme.example", dkim_selector="mail", sealed_dkim_key=sealed(secret.decode()))
        assert after(receipt()).state == "sent"
        [raw] = taken.taken

    def dns(name: bytes, timeout: int = 5) -> bytes:
        return record if name == b"mail._domainkey.acme.example." else b""

    assert dkim.verify(raw, dnsfunc=dns)
    assert not dkim.verify(raw.replace(b"Subject: ", b"Subject: x"), dnsfunc=dns)


# --- Refusals ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["RCPT", "DATA"])
def test_a_refusal_for_now_is_tried_again_under_the_same_id(word: str) -> None:
    with sink() as (taken, port):
        account(port)
        taken.says[word] = ["451 4.3.0 later"]
        waiting = after(receipt())
        assert (waiting.state, waiting.attempts) == ("queued", 1)
        assert after(waiting, now=waiting.next_attempt_at).state == "sent"
        assert message_from_bytes(taken.taken[0])["Message-ID"] == waiting.message_id
    assert not Entry.objects.filter(kind="mail_failed").exists()
    assert not UndeliverableAddress.objects.exists()


def test_an_address_that_does_not_exist_is_told_in_the_ticket_marked_and_not_written_to_again() -> None:
    contact = make_contact()
    with sink() as (taken, port):
        account(port)
        taken.says["RCPT"] = ["550 5.1.1 no such user"]
        ticket = make_ticket(contact)
        failed = after(Delivery.objects.get())
        assert (failed.state, failed.attempts) == ("failed", 1)
        mark = UndeliverableAddress.objects.get()
        assert (mark.address, mark.permanent, mark.code, mark.since) == (contact.email, True, "5.1.1", NOW)

        reply(ticket_id=ticket.pk, body="Here.", actor=acts(make_agent()), now=NOW + MINUTE)
        second = after(Delivery.objects.latest("id"), now=NOW + MINUTE)
        assert (second.state, second.attempts) == ("failed", 0)
        assert taken.taken == []

        mark.delete()
        third = receipt_for(contact)
        assert after(third).state == "sent"
    told = Entry.objects.filter(kind="mail_failed").order_by("seq")
    assert [line.meta["told"] for line in told] == ["ticket_created", "public_message_by_agent"]
    assert told[0].meta == {"rule": "mail", "told": "ticket_created", "audience": "requester", "of": 1, "code": "5.1.1"}
    assert {line.visibility for line in told} == {"internal"}


def receipt_for(contact: Any) -> Delivery:
    make_ticket(contact)
    return Delivery.objects.latest("id")


def test_a_mail_that_is_refused_for_good_says_nothing_about_the_address() -> None:
    with sink() as (taken, port):
        account(port)
        taken.says["DATA"] = ["554 5.7.1 looks like advertising"]
        assert after(receipt()).state == "failed"
    assert not UndeliverableAddress.objects.exists()
    assert Entry.objects.get(kind="mail_failed").meta["code"] == "5.7.1"


def test_who_never_gets_through_is_told_of_in_the_ticket_at_the_end() -> None:
    with sink() as (taken, port):
        account(port)
        taken.says["DATA"] = ["451 later"] * MOST_ATTEMPTS
        waiting = receipt()
        now = NOW
        while waiting.state == "queued":
            now = max(now, waiting.next_attempt_at)
            after(waiting, now=now)
        assert (waiting.state, waiting.attempts) == ("failed", MOST_ATTEMPTS)
    assert Entry.objects.filter(kind="mail_failed").count() == 1


# --- Servers that cheat --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("behaviour", [hangs, drips])
def test_a_server_that_hangs_or_drips_is_given_up_in_time(behaviour: Any) -> None:
    with rude(behaviour) as port:
        account(port)
        waiting = after(receipt())
    assert (waiting.state, waiting.attempts) == ("queued", 1)
    assert "does not answer" in waiting.error
    assert SendingState.objects.get().failures == 1


def test_cut_after_the_data_it_is_sent_once_more_under_the_same_id() -> None:
    with sink() as (taken, port):
        account(port)
        taken.cuts_after_data = 1
        waiting = after(receipt())
        assert waiting.state == "queued"
        assert after(waiting, now=waiting.next_attempt_at).state == "sent"
        assert not send(waiting.pk, now=waiting.next_attempt_at + HOUR)
        ids = [message_from_bytes(raw)["Message-ID"] for raw in taken.taken]
    assert ids == [waiting.message_id] * 2


def test_a_server_that_does_not_encrypt_gets_neither_mail_nor_password() -> None:
    with sink(**signs_in("desk", "s3cret")) as (taken, port):
        account(port, security="starttls", username="desk", sealed_password=sealed("s3cret"))
        waiting = after(receipt())
        assert taken.taken == []
    assert waiting.state == "queued"
    assert "does not encrypt" in waiting.error


@pytest.mark.parametrize(("name", "vouched"), [("other.example", True), ("localhost", False)])
def test_a_certificate_for_another_name_or_of_nobody_is_not_trusted(
    tmp_path: Path, settings: Any, name: str, vouched: bool
) -> None:
    context, public = certificate(tmp_path, name)
    settings.MAIL_CA_FILE = str(public) if vouched else ""
    with sink(tls_context=context) as (taken, port):
        account(port, host="localhost", security="starttls")
        waiting = after(receipt())
        assert (waiting.state, taken.taken) == ("queued", [])
        assert "certificate" in waiting.error


def test_a_wrong_password_fails_no_mail_for_good() -> None:
    with sink(**signs_in("desk", "right")) as (_taken, port):
        account(port, username="desk", sealed_password=sealed("wrong"))
        waiting = after(receipt())
    assert waiting.state == "queued"
    assert "does not let desk sign in: 535" in waiting.error


def test_a_server_inside_our_network_is_not_connected_to_unless_the_operator_names_it(settings: Any) -> None:
    settings.MAIL_HOSTS = []
    with sink() as (taken, port):
        for security, said in [("starttls", "inside our own network"), ("none", "without encryption")]:
            SendingAccount.objects.all().delete()
            account(port, security=security)
            with pytest.raises(ServerTrouble, match=said):
                EmailBackend(Server.of(SendingAccount.objects.get())).open()
        assert taken.sessions == 0


# --- The breaker ---------------------------------------------------------------------------------------------


@pytest.fixture
def failing() -> list[Delivery]:
    """So many mails, and a server that is not there."""
    account(free_port())
    return [receipt() for _ in range(TOLERATED + 3)]


def test_a_server_that_fails_again_and_again_rests_and_what_waits_loses_no_attempt(failing: list[Delivery]) -> None:
    for delivery in failing:
        after(delivery)
    state = SendingState.objects.get()
    assert (state.failures, state.open_until) == (TOLERATED, NOW + FIRST_REST)
    assert [row.attempts for row in failing] == [1] * TOLERATED + [0] * 3
    assert all(state.open_until <= row.next_attempt_at <= state.open_until + MINUTE for row in failing[TOLERATED:])


def test_one_mail_finds_out_whether_the_server_is_back(failing: list[Delivery]) -> None:
    for delivery in failing:
        after(delivery)
    port = SendingAccount.objects.get().port
    now = NOW + FIRST_REST

    after(failing[-1], now=now)
    state = SendingState.objects.get()
    assert (state.failures, state.open_until) == (TOLERATED + 1, now + 2 * FIRST_REST), "it was not"

    now += 2 * FIRST_REST
    assert outlets.wait_for(SendingAccount.objects.get(), now=now) is None, "this one tries"
    assert outlets.wait_for(SendingAccount.objects.get(), now=now) == now + PROBE, "the others wait for it"
    with sink(port) as (_taken, _):
        now += PROBE
        assert after(failing[-1], now=now).state == "sent"
        state.refresh_from_db()
        assert (state.failures, state.open_until, state.last_error) == (0, None, "")
        assert all(after(delivery, now=now).state == "sent" for delivery in failing[:-1])


def test_while_one_server_rests_the_others_go_on(failing: list[Delivery]) -> None:
    for delivery in failing:
        after(delivery)
    box = Mailbox.objects.create(address="help@acme.example")
    with sink() as (taken, port):
        account(port, mailbox=box)
        assert after(failing[-1]).state == "sent"
        assert len(taken.taken) == 1


def test_refused_mails_do_not_stop_a_server() -> None:
    with sink() as (taken, port):
        account(port)
        taken.says["DATA"] = ["554 no"] * (TOLERATED + 1)
        for _ in range(TOLERATED + 1):
            after(receipt())
        assert after(receipt()).state == "sent"


# --- Caps ----------------------------------------------------------------------------------------------------


def test_what_is_over_the_cap_of_an_hour_waits_for_the_next() -> None:
    with sink() as (_taken, port):
        account(port, hourly_cap=2)
        rows = [receipt() for _ in range(3)]
        states = [after(row, now=NOW + MINUTE).state for row in rows]
        assert states == ["sent", "sent", "queued"]
        assert rows[2].attempts == 0
        assert NOW + HOUR <= rows[2].next_attempt_at <= NOW + HOUR + MINUTE
        assert after(rows[2], now=rows[2].next_attempt_at).state == "sent"
        assert SendingState.objects.get().sent == 1


def test_answers_to_mails_end_after_so_many_a_day_and_an_agent_s_words_do_not() -> None:
    """Two machines that answer each other come to rest, though neither was recognised as one."""
    MailPolicy.objects.update_or_create(defaults={"most_answers_a_day": 10})
    contact, agent = make_contact(), acts(make_agent())
    contact.vendor.touch_process()
    for n in range(13):
        ticket = make_ticket(contact, channel="email", now=NOW + n * MINUTE)
    with sink() as (_taken, port):
        account(port)
        for row in Delivery.objects.filter(contact=contact).order_by("id"):
            after(row, now=NOW + HOUR)
        states = list(Delivery.objects.filter(contact=contact).order_by("id").values_list("state", "error"))
        assert states == [("sent", "")] * 10 + [("void", "cap")] * 3
        reply(ticket_id=ticket.pk, body="Here.", actor=agent, now=NOW + HOUR)
        assert after(Delivery.objects.latest("id"), now=NOW + HOUR).state == "sent"
        next_day = make_ticket(contact, channel="email", now=NOW + 25 * HOUR)
        assert after(Delivery.objects.get(ticket=next_day), now=NOW + 25 * HOUR).state == "sent"
        portal = make_ticket(contact, now=NOW + 2 * HOUR)
        assert after(Delivery.objects.get(ticket=portal), now=NOW + 2 * HOUR).state == "sent", "no mail was answered"


# --- Files ---------------------------------------------------------------------------------------------------


def test_files_of_an_answer_go_along_as_far_as_there_is_room(settings: Any) -> None:
    from io import BytesIO

    from tickets.commands.files import NewFile

    settings.MAIL_ATTACHMENT_BYTES = 1000
    ticket, agent = make_ticket(), acts(make_agent())
    contents = [b"<script>", b"\x00" * 2000, "å".encode("latin-1"), b"From: x\r\n\r\nbody"]
    kinds = ["text/html", "image/png", "text/plain", "message/rfc822"]
    files = [
        NewFile(f"å{n}.bin", kind, len(body), BytesIO(body))
        for n, (kind, body) in enumerate(zip(kinds, contents, strict=True))
    ]
    reply(ticket_id=ticket.pk, body="See these.", actor=agent, now=NOW + MINUTE, files=files)
    with sink() as (taken, port):
        account(port)
        assert after(Delivery.objects.latest("id")).state == "sent"
        mail = message_from_bytes(taken.taken[0])
    attached = {part.get_filename(): part for part in mail.walk() if part.get_content_disposition() == "attachment"}
    assert len(attached) == 3
    assert {part.get_content_type() for part in attached.values()} == {"application/octet-stream"}
    assert [part.get_payload(decode=True) for part in attached.values()] == [contents[0], contents[2], contents[3]]
    [text] = [part for part in mail.walk() if part.get_content_type() == "text/plain"]
    assert "å1.bin" in text.get_payload(decode=True).decode()  # type: ignore[union-attr]


def test_smtplib_still_calls_all_its_errors_os_errors() -> None:
    """What tells a server's trouble from a refusal rests on knowing this."""
    assert issubclass(smtplib.SMTPException, OSError)
