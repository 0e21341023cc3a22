"""Read-only: the vendor's catalogue, lists of tickets, a ticket's conversation."""
