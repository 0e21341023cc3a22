"""Row security and twin keys of the ticket room."""

from django.db import migrations

from helpdesk.isolation import Isolate


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_tables"), ("helpdesk", "0002_vendors_apart")]

    operations = [
        Isolate(
            "Queue",
            "TicketType",
            "Severity",
            "Priority",
            "Impact",
            "Status",
            "Product",
            "Rule",
            "ReopenPolicy",
            "Ticket",
            "TicketCounter",
            "Submission",
            "Entry",
            "Payload",
            "LogHead",
            "Attachment",
            "Secret",
            "Timer",
        ),
    ]
