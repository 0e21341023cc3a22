"""The bench's own database and the vendor whose tickets are many."""

NAME, VENDOR = "helpdesk_bench", "nexus"
