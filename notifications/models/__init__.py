"""Mailboxes, mail that arrived, and the outbox."""

from notifications.models.accounts import Fetched, MailAccount
from notifications.models.incoming import WAYS, BlockedSender, IncomingMail, RawMail, StrayMail
from notifications.models.mailboxes import Mailbox, MailPolicy
from notifications.models.outbox import Delivery
from notifications.models.sending import SendingAccount, SendingState, UndeliverableAddress
from notifications.models.templates import MailTemplate

__all__ = [
    "WAYS",
    "BlockedSender",
    "Delivery",
    "Fetched",
    "IncomingMail",
    "MailAccount",
    "MailPolicy",
    "MailTemplate",
    "Mailbox",
    "RawMail",
    "SendingAccount",
    "SendingState",
    "StrayMail",
    "UndeliverableAddress",
]
