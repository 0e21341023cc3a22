"""What the mail room does: sending what waits, and taking in what arrives."""

from notifications.commands.sending import LEASE, claim, send

__all__ = ["LEASE", "claim", "send"]
