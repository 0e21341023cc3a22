"""From a row of the outbox to a mail, and from there to a mail server."""
