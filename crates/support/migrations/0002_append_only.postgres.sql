CREATE FUNCTION support_entry_keep() RETURNS trigger AS $keep$ BEGIN RAISE EXCEPTION 'the support ledger is append-only'; END $keep$ LANGUAGE plpgsql;
CREATE TRIGGER support_entry_keep BEFORE UPDATE OR DELETE ON support_entry FOR EACH ROW EXECUTE FUNCTION support_entry_keep();
