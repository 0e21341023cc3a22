"""The ways in: from a mail server, a listener or a provider to `notifications.commands.receiving`, nothing more."""
