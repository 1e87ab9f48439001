-- +goose Up
-- create "ledger_accounts" table
CREATE TABLE "ledger_accounts" ("id" character varying NOT NULL, "code" character varying NOT NULL, "kind" character varying NOT NULL, "capped" boolean NOT NULL, "debits" bigint NOT NULL DEFAULT 0, "credits" bigint NOT NULL DEFAULT 0, "reserved_debits" bigint NOT NULL DEFAULT 0, "reserved_credits" bigint NOT NULL DEFAULT 0, "create_time" timestamptz NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "ledger_account_cap" CHECK ((NOT capped) OR ((debits + reserved_debits) <= credits)), CONSTRAINT "ledger_account_positive" CHECK ((debits >= 0) AND (credits >= 0) AND (reserved_debits >= 0) AND (reserved_credits >= 0)));
-- create index "ledgeraccount_code" to table: "ledger_accounts"
CREATE UNIQUE INDEX "ledgeraccount_code" ON "ledger_accounts" ("code");
-- create "ledger_transfers" table
CREATE TABLE "ledger_transfers" ("id" character varying NOT NULL, "kind" character varying NOT NULL, "fen" bigint NOT NULL, "reserve_id" character varying NULL, "reason" character varying NOT NULL, "about" character varying NOT NULL, "create_time" timestamptz NOT NULL, "debit_id" character varying NOT NULL, "credit_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "ledger_transfers_ledger_accounts_credit" FOREIGN KEY ("credit_id") REFERENCES "ledger_accounts" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "ledger_transfers_ledger_accounts_debit" FOREIGN KEY ("debit_id") REFERENCES "ledger_accounts" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "ledger_transfer_fen" CHECK (fen > 0), CONSTRAINT "ledger_transfer_sides" CHECK ((debit_id)::text <> (credit_id)::text));
-- create index "ledgertransfer_about" to table: "ledger_transfers"
CREATE INDEX "ledgertransfer_about" ON "ledger_transfers" ("about");
-- create index "ledgertransfer_credit_id_create_time" to table: "ledger_transfers"
CREATE INDEX "ledgertransfer_credit_id_create_time" ON "ledger_transfers" ("credit_id", "create_time");
-- create index "ledgertransfer_debit_id_create_time" to table: "ledger_transfers"
CREATE INDEX "ledgertransfer_debit_id_create_time" ON "ledger_transfers" ("debit_id", "create_time");
-- create index "ledgertransfer_reserve_id" to table: "ledger_transfers"
CREATE UNIQUE INDEX "ledgertransfer_reserve_id" ON "ledger_transfers" ("reserve_id");
-- what was booked stays as it is
-- +goose StatementBegin
CREATE FUNCTION "ledger_transfers_stay"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a booked transfer is never changed or deleted'; END $$;
-- +goose StatementEnd
CREATE TRIGGER "ledger_transfers_stay" BEFORE UPDATE OR DELETE OR TRUNCATE ON "ledger_transfers" FOR EACH STATEMENT EXECUTE FUNCTION "ledger_transfers_stay"();
