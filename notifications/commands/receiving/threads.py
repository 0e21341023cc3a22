"""Which ticket a mail belongs to: by a token that we signed, by what it answers, by the number in its subject."""

from collections.abc import Iterator
from dataclasses import dataclass

from helpdesk.tenancy import current_vendor
from notifications.commands.receiving.case import Case
from notifications.core.numbers import numbers_in
from notifications.core.tokens import Token
from notifications.models import Delivery, IncomingMail
from notifications.queries.replies import proven
from tickets.models import Ticket

MOST_IDS = 50  # Message-IDs that are looked up


@dataclass(frozen=True)
class Thread:
    """What a mail says of where it belongs.

    `ticket` is where it goes if the sender may; `claimed` is a ticket that it names in a way that does not count at
    this vendor; `other` is a second one where the mail contradicts itself.
    """

    ticket: Ticket | None = None
    tokens: tuple[Token, ...] = ()
    claimed: Ticket | None = None
    other: Ticket | None = None


def thread_of(case: Case) -> Thread:
    """Look at tokens, then references, then the subject. Whether the sender may write there is another question."""
    tokens = _tokens(case)
    ours = _tickets_of(tokens)
    named = _named_in_subject(case)
    if case.policy.thread_match == "subject_token":
        return _by_subject(case, tokens, ours, named)
    found = ours or _answered(case)[:1]
    everything = list({ticket.pk: ticket for ticket in (*found, *([named] if named and found else []))}.values())
    if len(everything) > 1:
        case.looked("thread", " and ".join(ticket.number for ticket in everything), "contradiction")
        return Thread(everything[0], tokens, other=everything[1])
    return Thread(found[0] if found else named, tokens)


def _by_subject(case: Case, tokens: tuple[Token, ...], ours: list[Ticket], named: Ticket | None) -> Thread:
    other = next((ticket for ticket in ours if named and ticket.pk != named.pk), None)
    if named is None:
        case.looked("subject_token", case.letter.subject, "no_token")
        return Thread(tokens=tokens, claimed=next(iter(ours or _answered(case)), None))
    return Thread(named, tokens, other=other)


def _tokens(case: Case) -> tuple[Token, ...]:
    letter = case.letter
    addresses = [person.address for person in (*letter.to, *letter.cc)]
    direct = tuple(proven((*addresses, *letter.delivered_to, *letter.in_reply_to)))
    # Further references may lead back to an earlier ticket from which this one followed: the last one counts.
    tokens = direct or tuple(proven(reversed(letter.references)))[:1]
    case.looked("reply_token", ", ".join(f"{token.ticket_id} {token.reader}" for token in tokens), "")
    return tokens


def _tickets_of(tokens: tuple[Token, ...]) -> list[Ticket]:
    ids = list(dict.fromkeys(token.ticket_id for token in tokens))
    known = Ticket.objects.in_bulk(ids)
    return [known[pk] for pk in ids if pk in known]


def _answered(case: Case) -> list[Ticket]:
    """The tickets of the mails that this one answers, received or sent; what it answers directly comes first."""
    letter = case.letter
    ids = list(dict.fromkeys((*letter.in_reply_to, *reversed(letter.references))))[:MOST_IDS]
    if not ids:
        return []
    received = IncomingMail.objects.filter(message_id__in=ids, ticket__isnull=False)
    sent = Delivery.objects.filter(message_id__in=[f"<{one}>" for one in ids], ticket__isnull=False)
    places = {
        **dict(received.values_list("message_id", "ticket_id")),
        **{key.strip("<>"): ticket for key, ticket in sent.values_list("message_id", "ticket_id")},
    }
    wanted = list(dict.fromkeys(places[one] for one in ids if one in places))
    known = Ticket.objects.in_bulk(wanted)
    case.looked("references", ", ".join(known[pk].number for pk in wanted))
    return [known[pk] for pk in wanted]


def _named_in_subject(case: Case) -> Ticket | None:
    numbers = list(dict.fromkeys(_numbers(case)))
    if not numbers:
        return None
    tickets = {ticket.number: ticket for ticket in Ticket.objects.filter(number__in=numbers)}
    found = next((tickets[number] for number in numbers if number in tickets), None)
    case.looked("subject", ", ".join(numbers), found.number if found else "unknown_number")
    return found


def _numbers(case: Case) -> Iterator[str]:
    yield from numbers_in(
        case.letter.subject,
        token=case.policy.subject_token,
        number_format=current_vendor().number_format,
        strictly=case.policy.thread_match == "subject_token",
    )


def ticket_of_ours(case: Case) -> Ticket | None:
    """The ticket of the mail of ours that a machine answers or returns; its subject proves nothing."""
    letter = case.letter
    ids = tuple(dict.fromkeys((*letter.failed_ids, *letter.in_reply_to, *reversed(letter.references))))[:MOST_IDS]
    addresses = tuple(person.address for person in (*letter.to, *letter.cc))
    tokens = tuple(proven((*addresses, *letter.delivered_to, *ids)))
    case.looked("reply_token", ", ".join(f"{token.ticket_id} {token.reader}" for token in tokens))
    if tokens:
        return next(iter(_tickets_of(tokens)), None)
    sent = Delivery.objects.filter(message_id__in=[f"<{one}>" for one in ids], ticket__isnull=False)
    delivery = sent.select_related("ticket").first()
    return delivery.ticket if delivery else None
