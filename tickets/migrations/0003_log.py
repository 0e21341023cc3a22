"""The append-only, hash-chained log: its hash, its only way in, its guards, and its check."""

from django.db import migrations

ENTRY_HASH = """
CREATE FUNCTION entry_hash(
    vendor_id bigint, ticket_id bigint, seq integer, at timestamptz, kind text, actor_kind text, actor_id bigint,
    visibility text, channel text, meta jsonb, payload_hash text, prev_hash text
) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT encode(sha256(convert_to(concat_ws(E'\\x1f',
        vendor_id, ticket_id, seq, (extract(epoch FROM at) * 1000000)::bigint, kind, actor_kind,
        coalesce(actor_id::text, ''), visibility, channel, meta::text, payload_hash, prev_hash), 'UTF8')), 'hex')
$$;
CREATE FUNCTION payload_hash(salt text, body text, data jsonb) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT encode(sha256(convert_to(concat_ws(E'\\x1f', salt, body, data::text), 'UTF8')), 'hex')
$$;
"""
APPEND = """
-- In functions with their owner's rights pg_temp stands last: a caller's temporary table must not hide a real one.
CREATE FUNCTION append_entries(items jsonb) RETURNS TABLE (out_ticket_id bigint, out_seq integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_vendor bigint := app_vendor_id();
    v_ticket bigint;
    v_at timestamptz;
    v_seq integer;
    v_prev text;
    v_salt text;
    v_payload text;
    v_hash text;
    item jsonb;
BEGIN
    IF v_vendor IS NULL THEN
        RAISE EXCEPTION 'append_entries: no vendor is set';
    END IF;
    FOR item IN
        SELECT value FROM jsonb_array_elements(items) WITH ORDINALITY
        ORDER BY (value->>'ticket_id')::bigint, ordinality
    LOOP
        v_ticket := (item->>'ticket_id')::bigint;
        -- The ticket's row is the lock of its chain.
        PERFORM 1 FROM tickets_ticket WHERE id = v_ticket AND vendor_id = v_vendor FOR UPDATE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'append_entries: no ticket % at this vendor', v_ticket;
        END IF;
        SELECT h.seq, h.hash, greatest(h.at, (item->>'at')::timestamptz) INTO v_seq, v_prev, v_at
        FROM tickets_loghead h WHERE h.vendor_id = v_vendor AND h.ticket_id = v_ticket;
        IF NOT FOUND THEN
            v_seq := 0; v_prev := ''; v_at := (item->>'at')::timestamptz;
        END IF;
        v_seq := v_seq + 1;
        v_payload := '';
        IF item->>'body' <> '' OR item->'data' <> '{}'::jsonb THEN
            v_salt := gen_random_uuid()::text;
            v_payload := payload_hash(v_salt, item->>'body', item->'data');
            INSERT INTO tickets_payload (vendor_id, ticket_id, seq, salt, body, data)
            VALUES (v_vendor, v_ticket, v_seq, v_salt, item->>'body', item->'data');
        END IF;
        v_hash := entry_hash(v_vendor, v_ticket, v_seq, v_at, item->>'kind', item->>'actor_kind',
            (item->>'actor_id')::bigint, item->>'visibility', item->>'channel', item->'meta', v_payload, v_prev);
        INSERT INTO tickets_entry (vendor_id, ticket_id, seq, at, kind, actor_kind, actor_id, visibility, channel,
            meta, payload_hash, prev_hash, hash)
        VALUES (v_vendor, v_ticket, v_seq, v_at, item->>'kind', item->>'actor_kind', (item->>'actor_id')::bigint,
            item->>'visibility', item->>'channel', item->'meta', v_payload, v_prev, v_hash);
        INSERT INTO tickets_loghead (vendor_id, ticket_id, seq, hash, at)
        VALUES (v_vendor, v_ticket, v_seq, v_hash, v_at)
        ON CONFLICT (vendor_id, ticket_id) DO UPDATE SET seq = v_seq, hash = v_hash, at = v_at;
        out_ticket_id := v_ticket;
        out_seq := v_seq;
        RETURN NEXT;
    END LOOP;
END $$;
"""
GUARDS = """
CREATE FUNCTION refuse_change_of_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The record of a ticket cannot be changed: % on % is refused.', TG_OP, TG_TABLE_NAME;
END $$;
CREATE TRIGGER entry_never_changes BEFORE UPDATE OR DELETE ON tickets_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_record();
CREATE TRIGGER entry_is_never_emptied BEFORE TRUNCATE ON tickets_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_record();
CREATE TRIGGER payload_never_changes BEFORE UPDATE OR DELETE ON tickets_payload
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_record();
CREATE TRIGGER payload_is_never_emptied BEFORE TRUNCATE ON tickets_payload
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_record();
"""
VERIFY = """
CREATE FUNCTION broken_chains() RETURNS TABLE (ticket_id bigint, seq integer, reason text)
LANGUAGE sql STABLE AS $$
    WITH chained AS (
        SELECT e.*, lag(e.hash, 1, '') OVER w AS before_hash, lag(e.seq, 1, 0) OVER w AS before_seq
        FROM tickets_entry e WINDOW w AS (PARTITION BY e.vendor_id, e.ticket_id ORDER BY e.seq)
    )
    SELECT c.ticket_id, c.seq, 'a line before this one is missing' FROM chained c WHERE c.seq <> c.before_seq + 1
    UNION ALL
    SELECT c.ticket_id, c.seq, 'the chain does not join the line before' FROM chained c
    WHERE c.prev_hash <> c.before_hash
    UNION ALL
    SELECT c.ticket_id, c.seq, 'the line does not match its hash' FROM chained c
    WHERE c.hash <> entry_hash(c.vendor_id, c.ticket_id, c.seq, c.at, c.kind, c.actor_kind, c.actor_id, c.visibility,
        c.channel, c.meta, c.payload_hash, c.prev_hash)
    UNION ALL
    SELECT coalesce(c.ticket_id, p.ticket_id), coalesce(c.seq, p.seq), 'the words do not match their hash'
    FROM tickets_entry c FULL JOIN tickets_payload p
        ON p.vendor_id = c.vendor_id AND p.ticket_id = c.ticket_id AND p.seq = c.seq
    WHERE coalesce(c.payload_hash, '')
        <> CASE WHEN p.id IS NULL THEN '' ELSE payload_hash(p.salt, p.body, p.data) END
    UNION ALL
    SELECT h.ticket_id, h.seq, 'the end of the chain is missing or another one'
    FROM tickets_loghead h LEFT JOIN tickets_entry e
        ON e.vendor_id = h.vendor_id AND e.ticket_id = h.ticket_id AND e.seq = h.seq
    WHERE e.hash IS DISTINCT FROM h.hash
    UNION ALL
    SELECT e.ticket_id, e.seq, 'the line stands behind the end of the chain'
    FROM tickets_entry e LEFT JOIN tickets_loghead h ON h.vendor_id = e.vendor_id AND h.ticket_id = e.ticket_id
    WHERE e.seq > coalesce(h.seq, 0)
    UNION ALL
    SELECT t.id, 0, 'the ticket has no record' FROM tickets_ticket t
    WHERE NOT EXISTS (SELECT 1 FROM tickets_loghead h WHERE h.vendor_id = t.vendor_id AND h.ticket_id = t.id)
$$;
"""
DUE = """
CREATE FUNCTION due_tickets(until timestamptz, at_most integer) RETURNS TABLE (vendor_id bigint, ticket_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT t.vendor_id, t.ticket_id FROM (
        SELECT x.vendor_id, x.ticket_id, x.due_at FROM tickets_timer x
        WHERE x.state = 'pending' AND x.due_at < until ORDER BY x.due_at LIMIT at_most
    ) t GROUP BY t.vendor_id, t.ticket_id ORDER BY min(t.due_at)
$$;
CREATE FUNCTION vendors_with_due_rules(until timestamptz) RETURNS TABLE (vendor_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT r.vendor_id FROM tickets_rule r
    CROSS JOIN LATERAL (SELECT (r.spec->>'interval_minutes')::integer * 60 AS seconds) i
    WHERE r.trigger = 'scheduled' AND NOT r.retired AND coalesce(r.last_slot_at, '-infinity')
        < to_timestamp(floor(extract(epoch FROM until) / i.seconds) * i.seconds)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_vendors_apart")]

    operations = [
        migrations.RunSQL(
            ENTRY_HASH,
            "DROP FUNCTION payload_hash(text, text, jsonb); DROP FUNCTION entry_hash(bigint, bigint, integer,"
            " timestamptz, text, text, bigint, text, text, jsonb, text, text)",
        ),
        migrations.RunSQL(APPEND, "DROP FUNCTION append_entries(jsonb)"),
        migrations.RunSQL(
            GUARDS,
            "DROP TRIGGER entry_never_changes ON tickets_entry; DROP TRIGGER entry_is_never_emptied ON tickets_entry;"
            " DROP TRIGGER payload_never_changes ON tickets_payload;"
            " DROP TRIGGER payload_is_never_emptied ON tickets_payload; DROP FUNCTION refuse_change_of_record()",
        ),
        migrations.RunSQL(VERIFY, "DROP FUNCTION broken_chains()"),
        migrations.RunSQL(
            DUE,
            "DROP FUNCTION due_tickets(timestamptz, integer); DROP FUNCTION vendors_with_due_rules(timestamptz)",
        ),
    ]
