"""Mail that arrives: stored first, then read, decided and carried out."""

from notifications.commands.receiving.storing import Stored, owners_of, store, store_for

__all__ = ["Stored", "owners_of", "store", "store_for"]
