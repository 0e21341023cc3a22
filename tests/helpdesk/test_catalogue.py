"""What the database itself says: every tenant table has its policy, its twin keys, and no door stands beside them."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from helpdesk.grants import RECORD_TABLES
from helpdesk.isolation import is_tenant

pytestmark = pytest.mark.django_db

EXPRESSION = "(vendor_id = ( SELECT app_vendor_id() AS app_vendor_id))"
# Rows that belong to the installation, not to a vendor: logins and their sessions, the vendors themselves,
# Django's own bookkeeping, the throttling counters and the workers' pulse.
GLOBAL_TABLES = {
    "account_emailaddress",
    "account_emailconfirmation",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_admin_log",
    "django_content_type",
    "django_migrations",
    "django_session",
    "helpdesk_beat",
    "helpdesk_cache",
    "helpdesk_user",
    "helpdesk_vendor",
    "notifications_straymail",
}
# Functions with their owner's eyes: each returns ids or numbers only, or checks the vendor itself.
DEFINERS = {
    "append_entries": "jsonb",
    "due_tickets": "timestamp with time zone, integer",
    "mail_accounts_due": "timestamp with time zone",
    "vendors_of_mailbox": "text",
    "vendors_with_due_deliveries": "timestamp with time zone",
    "vendors_with_due_rules": "timestamp with time zone",
    "vendors_with_unread_mail": "timestamp with time zone",
}


def rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def column(sql: str, *values: Any) -> set[Any]:
    return {row[0] for row in rows(sql, *values)}


TENANT_TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
        AND a.attname = 'vendor_id' AND NOT a.attisdropped
"""


def test_the_tables_with_a_vendor_are_exactly_the_tenant_models():
    models = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if is_tenant(model)}
    assert column(TENANT_TABLES) == models
    assert {"tickets_ticket", "tickets_entry", "helpdesk_contact", "notifications_delivery"} <= models


def test_every_table_is_a_vendor_s_or_is_known_to_be_nobody_s():
    tables = column("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r','p')")
    assert tables - column(TENANT_TABLES) == GLOBAL_TABLES


def test_tables_live_in_one_schema_and_none_is_inherited_partitioned_or_foreign():
    strange = rows(
        "SELECT n.nspname, c.relname, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema'"
        " AND (n.nspname <> 'public' OR c.relkind IN ('p', 'f', 'm'))"
    )
    assert strange == []
    assert (
        rows("SELECT inhrelid::regclass FROM pg_inherits i JOIN pg_class c ON c.oid = inhrelid AND relkind = 'r'") == []
    )


def test_row_security_is_on_for_every_tenant_table():
    protected = column("SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace")
    assert protected == column(TENANT_TABLES)


def test_every_tenant_table_has_exactly_the_one_policy():
    policies = rows(
        "SELECT c.relname, p.polname, p.polpermissive, p.polcmd, p.polroles::regrole[]::text,"
        " pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)"
        " FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid ORDER BY c.relname"
    )
    expected = [(table, "tenant", True, "*", "{-}", EXPRESSION, EXPRESSION) for table in sorted(column(TENANT_TABLES))]
    assert sorted(policies) == expected


def test_the_policy_asks_the_setting_and_nothing_else():
    [(source, volatility, secdef)] = rows(
        "SELECT prosrc, provolatile, prosecdef FROM pg_proc WHERE proname = 'app_vendor_id'"
    )
    assert source.strip() == "SELECT NULLIF(current_setting('app.vendor_id', true), '')::bigint"
    assert (volatility, secdef) == ("s", False)


def test_the_vendor_of_a_row_is_never_null():
    assert (
        rows(
            "SELECT attrelid::regclass::text FROM pg_attribute WHERE attname = 'vendor_id' AND NOT attnotnull"
            " AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r')"
        )
        == []
    )


UNIQUE_INDEXES = """
    SELECT t.relname, array_agg(a.attname ORDER BY k.place)
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
    CROSS JOIN LATERAL unnest(i.indkey::int[]) WITH ORDINALITY k(attnum, place)
    LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum
    WHERE i.indisunique AND NOT i.indisprimary AND t.relnamespace = 'public'::regnamespace
    GROUP BY i.indexrelid, t.relname
"""


def test_every_tenant_table_has_a_twin_key():
    assert {table for table, columns in rows(UNIQUE_INDEXES) if columns == ["vendor_id", "id"]} == column(TENANT_TABLES)


def test_everything_unique_is_unique_within_the_vendor():
    tenant = column(TENANT_TABLES)
    across = [
        (table, columns) for table, columns in rows(UNIQUE_INDEXES) if table in tenant and columns[0] != "vendor_id"
    ]
    assert across == []


def test_a_primary_key_is_the_id_alone():
    keys = rows(
        "SELECT t.relname, pg_get_constraintdef(c.oid) FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid"
        " WHERE c.contype = 'p' AND t.relname = ANY(%s)",
        sorted(column(TENANT_TABLES)),
    )
    assert {definition for _, definition in keys} == {"PRIMARY KEY (id)"}


FOREIGN_KEYS = """
    SELECT c.conname, t.relname, r.relname,
        (SELECT array_agg(a.attname ORDER BY k.place) FROM unnest(c.conkey) WITH ORDINALITY k(attnum, place)
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum),
        (SELECT array_agg(a.attname ORDER BY k.place) FROM unnest(c.confkey) WITH ORDINALITY k(attnum, place)
            JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.attnum),
        c.convalidated, c.confdeltype
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid
    WHERE c.contype = 'f' AND t.relnamespace = 'public'::regnamespace
"""


def test_every_foreign_key_to_a_tenant_table_carries_the_vendor_along():
    tenant = column(TENANT_TABLES)
    plain, twins = set(), set()
    for _, table, target, columns, targets, valid, _ in rows(FOREIGN_KEYS):
        if target in tenant:
            assert valid, (table, columns)
            if targets == ["id"]:
                plain.add((table, columns[0], target))
            else:
                assert (columns[0], targets) == ("vendor_id", ["vendor_id", "id"]), (table, columns)
                twins.add((table, columns[1], target))
    assert plain
    assert plain == twins


def test_a_global_table_does_not_point_into_a_vendor_s_rows():
    tenant = column(TENANT_TABLES)
    assert [row for row in rows(FOREIGN_KEYS) if row[2] in tenant and row[1] not in tenant] == []


def test_the_database_deletes_nothing_by_itself():
    assert {row[0] for row in rows(FOREIGN_KEYS) if row[6] != "a"} == set()


def test_no_view_sees_with_its_owner_s_eyes():
    views = rows(
        "SELECT relname, reloptions FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace"
    )
    assert [name for name, options in views if "security_invoker=true" not in (options or [])] == []
    assert column("SELECT relname FROM pg_class WHERE relkind = 'm'") == set()


OWN_FUNCTIONS = """
    SELECT p.proname, p.prosecdef, p.proconfig, pg_get_userbyid(p.proowner), pg_get_function_result(p.oid),
        pg_get_function_identity_arguments(p.oid), oidvectortypes(p.proargtypes)
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""


def test_definer_functions_are_the_named_ones():
    assert {row[0]: row[6] for row in rows(OWN_FUNCTIONS) if row[1]} == DEFINERS
    elsewhere = column(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE prosecdef AND pronamespace NOT IN"
        " ('public'::regnamespace, 'pg_catalog'::regnamespace, 'information_schema'::regnamespace)"
    )
    assert elsewhere == set()


def test_definer_functions_look_only_where_the_caller_cannot_put_anything():
    """Unless `pg_temp` is named, and last, a temporary table of the caller stands before the real one."""
    settings = {row[0]: row[2] for row in rows(OWN_FUNCTIONS) if row[1]}
    paths = [[one for one in kept if one.startswith("search_path=")] for kept in settings.values()]
    assert all(path == ["search_path=pg_catalog, public, pg_temp"] for path in paths), settings


def test_definer_functions_give_away_numbers_only():
    results = {row[4] for row in rows(OWN_FUNCTIONS) if row[1]}
    assert results == {
        "TABLE(out_ticket_id bigint, out_seq integer)",
        "TABLE(vendor_id bigint, ticket_id bigint)",
        "TABLE(vendor_id bigint, account_id bigint)",
        "TABLE(vendor_id bigint)",
    }


def test_everything_belongs_to_the_owner_and_nothing_to_the_app():
    app = rows("SELECT current_user")[0][0]
    owners = column("SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace")
    owners |= {row[3] for row in rows(OWN_FUNCTIONS)}
    assert app == "helpdesk_app"
    assert owners == {"helpdesk_owner"}
    owned = rows(
        "SELECT classid::regclass, objid FROM pg_shdepend"
        " WHERE refobjid = current_user::regrole AND deptype = 'o' AND refclassid = 'pg_authid'::regclass"
        " AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))"
    )
    assert owned == []


def test_the_app_role_has_no_power_beyond_its_rows():
    [powers] = rows(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles"
        " WHERE rolname = current_user"
    )
    assert powers == (False,) * 5
    assert rows("SELECT roleid::regrole FROM pg_auth_members WHERE member = current_user::regrole") == []
    assert rows(
        "SELECT has_schema_privilege('public', 'CREATE'), has_database_privilege(current_database(), 'CREATE'),"
        " pg_has_role('helpdesk_owner', 'MEMBER')"
    ) == [(False, False, False)]


def test_the_owner_that_migrates_is_no_superuser_either():
    assert rows("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = 'helpdesk_owner'") == [(False, False)]


def test_the_app_role_writes_rows_and_nothing_more():
    """The record may only be read, and no table may be emptied, triggered upon or pointed to."""
    tables = column("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
    read_only = {*RECORD_TABLES, "django_migrations"}
    for table in sorted(tables):
        granted = column(
            "SELECT right_ FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES',"
            " 'TRIGGER', 'MAINTAIN']) right_ WHERE has_table_privilege(%s, right_)",
            table,
        )
        granted |= column(
            "SELECT privilege_type FROM information_schema.column_privileges"
            " WHERE grantee IN (current_user, 'PUBLIC') AND table_name = %s AND table_schema = 'public'",
            table,
        )
        assert granted == ({"SELECT"} if table in read_only else {"SELECT", "INSERT", "UPDATE", "DELETE"}), table


def test_the_guards_of_the_record_are_armed():
    triggers = rows(
        "SELECT t.tgrelid::regclass::text, t.tgenabled FROM pg_trigger t"
        " WHERE NOT t.tgisinternal AND t.tgfoid = 'refuse_change_of_record'::regproc ORDER BY 1"
    )
    assert triggers == [("tickets_entry", "O")] * 2 + [("tickets_payload", "O")] * 2
