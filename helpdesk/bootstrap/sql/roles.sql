-- The two roles. Run by a superuser; safe to run again: it sets rights and passwords anew.
-- Passwords come from the settings helpdesk.owner_password and helpdesk.app_password.
DO $roles$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['helpdesk_owner', 'helpdesk_app'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I', role);
        END IF;
        EXECUTE format('ALTER ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION', role);
    END LOOP;
    -- The owner migrates and makes databases for tests; the app serves people and owns nothing.
    EXECUTE format('ALTER ROLE helpdesk_owner CREATEDB PASSWORD %L', current_setting('helpdesk.owner_password'));
    EXECUTE format('ALTER ROLE helpdesk_app NOCREATEDB PASSWORD %L', current_setting('helpdesk.app_password'));
END
$roles$;
