"""Looking for what is due reads an index of what is pending, not the table of all that ever was."""

import pytest
from django.db import connection
from django.utils import timezone

from tests.people import make_ticket


@pytest.mark.parametrize(
    ("question", "table"),
    [
        ("SELECT count(*) FROM due_tickets(%s, 5000)", "tickets_timer"),
        ("SELECT count(*) FROM vendors_with_due_deliveries(%s)", "notifications_delivery"),
    ],
)
def test_what_is_due_is_found_by_its_index(door, question, table):
    make_ticket()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL random_page_cost = 1000000")  # as after a burst: the index looks dear

        def scans():
            cursor.execute("SELECT seq_scan, idx_scan FROM pg_stat_xact_user_tables WHERE relname = %s", [table])
            return cursor.fetchone()

        seq_before, idx_before = scans()
        cursor.execute(question, [timezone.now()])
        seq_after, idx_after = scans()
    assert (seq_after - seq_before, idx_after - idx_before) == (0, 1)
