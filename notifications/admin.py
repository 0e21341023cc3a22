"""Mail in the admin: the vendor's mailboxes to edit, the outbox to read."""

from django.contrib import admin

from helpdesk.admin.process import OrderedAdmin
from helpdesk.admin.tenant import ViewOnlyAdmin
from notifications.models import Delivery, Mailbox


@admin.register(Mailbox)
class MailboxAdmin(OrderedAdmin):
    """Addresses and the queues that they stand for."""

    group = "Mail"
    list_display = ("address", "marks", "queue", "default_type", "position")
    list_select_related = ("queue", "default_type")


@admin.register(Delivery)
class DeliveryAdmin(ViewOnlyAdmin):
    """Mails that were sent, and those that wait."""

    group = "Mail"
    list_display = ("to_address", "event", "ticket", "state", "attempts", "created_at", "sent_at")
    list_filter = ("state", "event")
    list_select_related = ("ticket",)
    list_per_page = 50
    search_fields = ("ticket__number__exact", "to_address__startswith")
    search_help_text = "Search by a ticket's number or by the beginning of an address."
    ordering = ("-id",)
