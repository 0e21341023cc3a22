"""Workers that die, brokers that stop, sweeps that meet: every due thing happens, and once."""

import os
import signal
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import redis
from celery import Celery
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.utils import timezone

from helpdesk.tenancy import acting_for
from notifications.commands import LEASE, claim, send
from notifications.core.backoff import MOST_ATTEMPTS
from notifications.models import Delivery, SendingAccount
from notifications.tasks import sweep_deliveries
from sla.models import Clock
from tests.faults.processes import all_at_once, kill, together, until, worker
from tests.notifications.sink import sink
from tests.people import acts, make_agent, make_contact, make_ticket
from tickets.commands import reply, take
from tickets.models import Entry, Rule, Ticket, Timer
from tickets.queries.catalogue import catalogue

AGO = timedelta(days=30)  # long enough for every target and every closing rule to have come due


def count(sql: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def crowd(of: int, waiting: int = 0) -> datetime:
    """Tickets of a month ago that nobody looked after, some of them waiting for their customer's answer."""
    then = timezone.now() - AGO
    contact, agent = make_contact(), acts(make_agent())
    for n in range(of):
        ticket = make_ticket(contact, now=then)
        if n < waiting:
            facts = {"status": catalogue().statuses["waiting"], "actor": agent, "now": then}
            reply(ticket_id=ticket.pk, body="Which one?", **facts)
    Delivery.objects.update(state="sent")  # what was mailed then is not the matter here
    return then


def pending() -> int:
    return Timer.objects.filter(state="pending", due_at__lt=timezone.now()).count()


def each_once(breaches: int, closings: int) -> None:
    """Every breach and every closing is in the record once, was told once, and left no timer behind."""
    assert pending() == 0
    assert Timer.objects.filter(state="done").count() == breaches + closings
    recorded = list(Entry.objects.filter(kind="breach").values_list("ticket_id", "meta__metric"))
    assert (len(recorded), len(set(recorded))) == (breaches, breaches)
    closed = list(Entry.objects.filter(kind="status", meta__new="solved").values_list("ticket_id", flat=True))
    assert (len(closed), len(set(closed))) == (closings, closings)
    assert Entry.objects.filter(kind="message", actor_kind="worker").count() == closings
    assert Delivery.objects.filter(event="target_breached").count() == breaches
    assert Delivery.objects.filter(event="ticket_closed").count() == closings
    assert Clock.objects.filter(breached_at__isnull=False).count() == breaches
    assert Ticket.objects.filter(is_finished=True).count() == closings
    assert count("SELECT count(*) FROM broken_chains()") == 0


# --- A worker is killed in the middle of a sweep ---------------------------------------------------------


def test_a_worker_killed_in_mid_sweep_loses_nothing_and_doubles_nothing(acme, broker, var):
    with acting_for(acme):
        crowd(of=520, waiting=40)
        assert pending() == 1000

    def done() -> int:
        with acting_for(acme):
            return Timer.objects.filter(state="done").count()

    client = Celery(broker=broker)
    client.send_task("tickets.sweep_timers")
    with worker(var, broker) as first:
        until(lambda: done() > 0, each=0.002)
        kill(first)
    at_death = done()
    assert 0 < at_death < 1000, "killed before the end"
    with acting_for(acme):
        assert pending() == 1000 - at_death
        assert Entry.objects.filter(kind="breach").count() <= at_death

    def finished() -> bool:
        client.send_task("tickets.sweep_timers")  # as beat does, again and again
        return done() == 1000

    with worker(var, broker):
        until(finished, each=0.5)
    with acting_for(acme):
        each_once(breaches=960, closings=40)
    assert "failed" not in (var / "worker.log").read_text()
    client.close()


# --- Sweeps that meet ------------------------------------------------------------------------------------

SWEEP = """
from tickets.tasks import sweep_timers
for _ in range(4):
    sweep_timers()
"""


def test_sweeps_and_people_who_meet_on_the_same_tickets(acme, broker, var):
    """Four workers sweep while agents and customers write: no deadlock, nothing lost, nothing twice."""
    with acting_for(acme):
        crowd(of=60)
        tickets = list(Ticket.objects.order_by("id"))
        agents = [acts(make_agent(name=f"Agent {n}", teams=())) for n in range(2)]
        customer = tickets[0].requester.actor
        assert pending() == 120

    def write(actor: Any, order: list[Ticket]) -> int:
        written = 0
        for ticket in order:
            with acting_for(acme):
                reply(ticket_id=ticket.pk, body=f"By {actor.name}", actor=actor, now=timezone.now())
                if actor.is_agent:
                    take(ticket_id=ticket.pk, actor=actor, now=timezone.now(), instead_of=holder_of(ticket))
            written += 1
        return written

    said, *written = together(
        lambda: all_at_once([SWEEP] * 4, var, broker),
        lambda: write(agents[0], tickets[:30]),
        lambda: write(agents[1], tickets[29::-1]),
        lambda: write(customer, tickets[15:45]),
    )
    assert written == [30, 30, 30], written
    assert [words for words in said if "failed" in words or "Traceback" in words] == []
    with acting_for(acme):
        each_once(breaches=120, closings=0)
        assert Entry.objects.filter(kind="message").count() == 90
        assert all(ticket.assignee_id in {agents[0].id, agents[1].id} for ticket in Ticket.objects.order_by("id")[:30])


def holder_of(ticket: Ticket) -> int | None:
    return Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk).assignee_id


# --- Scheduled rules in two processes --------------------------------------------------------------------


def test_scheduled_rules_in_several_processes_move_each_ticket_once(acme, broker, var):
    with acting_for(acme):
        crowd(of=15)
        Rule.objects.filter(trigger="scheduled").update(last_slot_at=None)
    run = f"from tickets.tasks import run_rules_of_vendor\nrun_rules_of_vendor({acme.pk})"
    for words in all_at_once([run] * 3, var, broker):
        assert "Traceback" not in words
    with acting_for(acme):
        moved = list(Entry.objects.filter(kind="queue").values_list("ticket_id", flat=True))
        assert (len(moved), len(set(moved))) == (15, 15)
        assert set(Ticket.objects.values_list("queue__code", flat=True)) == {"desk"}
        assert count("SELECT count(*) FROM broken_chains()") == 0


# --- The broker stops ------------------------------------------------------------------------------------

WRITE = """
import time
from django.test import Client
from helpdesk.models import Agent, Contact
from tickets.commands import reply
from tickets.models import Ticket

with acting_for(vendor):
    agent, contact = Agent.objects.get().actor_in(frozenset()), Contact.objects.get()
browser = Client()
browser.force_login(contact.user, backend="allauth.account.auth_backends.AuthenticationBackend")
began = time.monotonic()
with acting_for(vendor):
    reply(ticket_id=Ticket.objects.first().pk, body="An answer", actor=agent, now=timezone.now())
answer = browser.post("/acme/new/", {"subject": "The next", "description": "It burns as well"})
print("took", time.monotonic() - began, answer.status_code)
"""


def took(said: str) -> float:
    """How long the command and the request took together; both must have gone through."""
    lines = [line.split() for line in said.splitlines() if line.startswith("took")]
    assert [status for _, _, status in lines] == ["302"], said
    [[_, seconds, _]] = lines
    return float(seconds)


def test_what_people_write_is_saved_while_the_broker_is_gone_and_mailed_when_it_is_back(acme, broker, valkey, var):
    with acting_for(acme):
        make_agent()
        make_ticket()
    [said] = all_at_once([WRITE], var, broker)
    assert took(said) < 5
    assert broker_holds(broker) > 0, "with a broker, workers are woken"

    pid = valkey.pid()
    os.kill(pid, signal.SIGSTOP)  # takes connections, never answers
    try:
        [said] = all_at_once([WRITE], var, broker)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert took(said) < 5
    assert "broker does not answer" in said

    valkey.stop()
    [said] = all_at_once([WRITE], var, broker)
    assert took(said) < 3
    assert "broker does not answer" in said

    with acting_for(acme):
        assert (Ticket.objects.count(), Entry.objects.filter(kind="message").count()) == (4, 3)
        assert set(Delivery.objects.values_list("event", "state")) == {
            ("ticket_created", "queued"), ("public_message_by_agent", "queued"),
        }  # fmt: skip
        assert Delivery.objects.count() == 7

    valkey.start()
    with redis.Redis.from_url(broker) as client:
        client.flushdb()  # all that the broker knew is lost; only a sweep finds the work

    def sent() -> int:
        with acting_for(acme):
            return Delivery.objects.filter(state="sent").count()

    with worker(var, broker), Celery(broker=broker) as beat:
        beat.send_task("notifications.sweep_deliveries")
        until(lambda: sent() == 7, each=0.2)
    assert len(list((var / "mail").glob("*.eml"))) == 7


def broker_holds(url: str) -> int:
    with redis.Redis.from_url(url) as client:
        return client.llen("celery")


# --- Mails -----------------------------------------------------------------------------------------------

DIE_AFTER_SENDING = """
import os, signal
from notifications.commands import claim, send
from notifications.filebackend import EmailBackend

class Dies(EmailBackend):
    def send_messages(self, messages):
        super().send_messages(messages)
        os.kill(os.getpid(), signal.SIGKILL)

with acting_for(vendor):
    [delivery] = claim(now=timezone.now())
with acting_for(vendor):
    send(delivery, now=timezone.now(), connection=Dies())
print("survived")
"""


def test_a_worker_killed_between_sending_and_marking_sends_once_more_under_the_same_id(acme, broker, var, settings):
    settings.EMAIL_FILE_PATH = var / "mail"
    with acting_for(acme):
        make_ticket(now=timezone.now() - timedelta(minutes=1))
    [said] = all_at_once([DIE_AFTER_SENDING], var, broker)
    assert "survived" not in said
    [first] = mails(var)
    now = timezone.now()
    with acting_for(acme):
        assert [delivery.state for delivery in Delivery.objects.all()] == ["queued"]
        assert claim(now=now) == [], "leased to the worker that died"
        [again] = claim(now=now + LEASE)
        assert claim(now=now + LEASE) == []
        assert send(again, now=now + LEASE)
        assert not send(again, now=now + LEASE)
        assert claim(now=now + LEASE * 3) == []
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.message_id) == ("sent", first)
    assert mails(var) == [first], "the second one is the first one's file"


DIE_AFTER_250 = """
import os, signal
from notifications.commands import claim, send
from notifications.models import SendingAccount
from notifications.outbound.smtp import EmailBackend, Server

class Dies(EmailBackend):
    def send_messages(self, messages):
        super().send_messages(messages)
        os.kill(os.getpid(), signal.SIGKILL)

with acting_for(vendor):
    [delivery] = claim(now=timezone.now())
    account = SendingAccount.objects.get()
with acting_for(vendor):
    send(delivery, now=timezone.now(), connection=Dies(Server.of(account)))
print("survived")
"""


def test_killed_between_the_server_s_250_and_the_mark_a_mail_goes_out_once_more_under_its_id(
    acme, broker, var, settings, monkeypatch
):
    settings.MAIL_HOSTS = ["127.0.0.1"]
    monkeypatch.setenv("HELPDESK_MAIL_HOSTS", "127.0.0.1")
    with sink() as (taken, port):
        with acting_for(acme):
            make_ticket(now=timezone.now() - timedelta(minutes=1))
            SendingAccount.objects.create(host="127.0.0.1", port=port, security="none")
        [said] = all_at_once([DIE_AFTER_250], var, broker)
        assert "survived" not in said
        assert len(taken.taken) == 1, said
        later = timezone.now() + LEASE
        with acting_for(acme):
            assert claim(now=timezone.now()) == [], "leased to the worker that died"
            [again] = claim(now=later)
            assert send(again, now=later)
            assert not send(again, now=later)
            assert claim(now=later + LEASE) == []
            message_id = Delivery.objects.get(state="sent").message_id
        assert [message_from_bytes(raw)["Message-ID"] for raw in taken.taken] == [message_id] * 2


def mails(var: Path) -> list[str]:
    return [message_from_bytes(path.read_bytes())["Message-ID"] for path in (var / "mail").glob("*.eml")]


class Slow(BaseEmailBackend):
    """A mail server that takes its time."""

    def __init__(self, sent: list[str]) -> None:
        super().__init__()
        self.sent = sent

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        time.sleep(0.3)
        self.sent += [message.extra_headers["Message-ID"] for message in email_messages]
        return len(email_messages)


def test_a_mail_that_two_workers_hold_is_sent_by_one(acme):
    """A slow mail server can outlast the lease: the second worker must not send what the first is sending."""
    now = timezone.now()
    with acting_for(acme):
        make_ticket(now=now)
        [delivery] = claim(now=now)
        assert claim(now=now + LEASE) == [delivery], "leased a second time"
    sent: list[str] = []

    def send_it() -> bool:
        with acting_for(acme):
            return send(delivery, now=now, connection=Slow(sent))

    assert sorted(together(send_it, send_it)) == [False, True]
    assert len(sent) == 1


def test_sweeps_that_meet_over_the_outbox_send_each_mail_once(acme, broker, var):
    with acting_for(acme):
        contact = make_contact()
        for _ in range(60):
            make_ticket(contact)
    sweep = "from notifications.tasks import sweep_deliveries\nsweep_deliveries()"
    for words in all_at_once([sweep] * 3, var, broker):
        assert "Traceback" not in words
    with acting_for(acme):
        assert set(Delivery.objects.values_list("state", "attempts")) == {("sent", 1)}
    assert len(mails(var)) == len(set(mails(var))) == 60


def test_a_mail_that_cannot_be_composed_is_given_up_in_the_end_and_holds_up_no_other(acme):
    now = timezone.now()
    with acting_for(acme):
        contact = make_contact()
        bad, good = make_ticket(contact, now=now), make_ticket(contact, now=now)
        Delivery.objects.filter(ticket=bad).update(to_address="two\nlines@customer.example", attempts=MOST_ATTEMPTS - 2)
    for _ in range(2):
        sweep_deliveries()
        with acting_for(acme):
            Delivery.objects.filter(state="queued").update(next_attempt_at=now)
    with acting_for(acme):
        assert Delivery.objects.get(ticket=good).state == "sent"
        poor = Delivery.objects.get(ticket=bad)
        assert (poor.state, poor.attempts) == ("failed", MOST_ATTEMPTS)
        assert "newline" in poor.error
