"""Mail that arrives: stored first, then read, decided and carried out; what is suspended waits for an agent."""

from notifications.commands.receiving.reading import claim_unread, receive
from notifications.commands.receiving.releasing import block_sender, discard, release_as_new, release_into
from notifications.commands.receiving.storing import Stored, owners_of, store, store_for
from notifications.commands.receiving.strays import give_stray

__all__ = [
    "Stored",
    "block_sender",
    "claim_unread",
    "discard",
    "give_stray",
    "owners_of",
    "receive",
    "release_as_new",
    "release_into",
    "store",
    "store_for",
]
