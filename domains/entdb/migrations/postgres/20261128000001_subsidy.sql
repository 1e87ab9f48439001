-- +goose Up
-- create index "consent_purpose_id" to table: "consents"
CREATE INDEX "consent_purpose_id" ON "consents" ("purpose", "id") WHERE (revoke_time IS NULL);
-- create "payout_tasks" table
CREATE TABLE "payout_tasks" ("id" character varying NOT NULL, "key" character varying NOT NULL, "kind" character varying NOT NULL, "payout_id" character varying NOT NULL DEFAULT '', "expected_fen" bigint NOT NULL, "found_fen" bigint NOT NULL, "create_time" timestamptz NOT NULL, "close_time" timestamptz NULL, "closed_by" character varying NOT NULL DEFAULT '', "note" character varying NOT NULL DEFAULT '', "version" bigint NOT NULL DEFAULT 1, PRIMARY KEY ("id"));
-- create index "payouttask_create_time_id" to table: "payout_tasks"
CREATE INDEX "payouttask_create_time_id" ON "payout_tasks" ("create_time", "id") WHERE (close_time IS NULL);
-- create index "payouttask_key" to table: "payout_tasks"
CREATE UNIQUE INDEX "payouttask_key" ON "payout_tasks" ("key");
-- create "entitlements" table
CREATE TABLE "entitlements" ("id" character varying NOT NULL, "policy" character varying NOT NULL, "period" character varying NOT NULL, "number" bigint NOT NULL, "latest" boolean NOT NULL, "outcome" character varying NOT NULL, "fen" bigint NOT NULL, "version_name" character varying NOT NULL, "statement_sealed" bytea NOT NULL, "create_time" timestamptz NOT NULL, "document_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "entitlements_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "entitlement_fen" CHECK ((fen >= 0) AND ((fen = 0) OR (((outcome)::text <> 'not_entitled'::text) AND ((outcome)::text <> 'not_yet'::text)))));
-- create index "entitlement_document_id_policy_period_number" to table: "entitlements"
CREATE UNIQUE INDEX "entitlement_document_id_policy_period_number" ON "entitlements" ("document_id", "policy", "period", "number");
-- create index "entitlement_policy_period_document_id" to table: "entitlements"
CREATE UNIQUE INDEX "entitlement_policy_period_document_id" ON "entitlements" ("policy", "period", "document_id") WHERE latest;
-- create "claims" table
CREATE TABLE "claims" ("id" character varying NOT NULL, "policy" character varying NOT NULL, "period" character varying NOT NULL, "fen" bigint NOT NULL, "payout_id" character varying NOT NULL DEFAULT '', "create_time" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "document_id" character varying NOT NULL, "entitlement_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "claims_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "claims_entitlements_entitlement" FOREIGN KEY ("entitlement_id") REFERENCES "entitlements" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "claim_fen" CHECK (fen <> 0));
-- create index "claim_document_id_policy_period" to table: "claims"
CREATE INDEX "claim_document_id_policy_period" ON "claims" ("document_id", "policy", "period");
-- create index "claim_entitlement_id" to table: "claims"
CREATE UNIQUE INDEX "claim_entitlement_id" ON "claims" ("entitlement_id");
-- create index "claim_open" to table: "claims"
CREATE INDEX "claim_open" ON "claims" ("policy", "document_id") WHERE ((payout_id)::text = ''::text);
-- create index "claim_payout_id" to table: "claims"
CREATE INDEX "claim_payout_id" ON "claims" ("payout_id") WHERE ((payout_id)::text <> ''::text);
-- create "payee_accounts" table
CREATE TABLE "payee_accounts" ("id" character varying NOT NULL, "kind" character varying NOT NULL, "token_sealed" bytea NOT NULL, "tail_sealed" bytea NOT NULL, "state" character varying NOT NULL, "create_time" timestamptz NOT NULL, "change_time" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "document_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "payee_accounts_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "payeeaccount_document_id" to table: "payee_accounts"
CREATE UNIQUE INDEX "payeeaccount_document_id" ON "payee_accounts" ("document_id") WHERE ((state)::text = 'active'::text);
-- create "payout_batches" table
CREATE TABLE "payout_batches" ("id" character varying NOT NULL, "policy" character varying NOT NULL, "state" character varying NOT NULL, "payouts" bigint NOT NULL, "fen" bigint NOT NULL, "digest" bytea NOT NULL, "prepared_by" character varying NOT NULL, "decided_by" character varying NOT NULL DEFAULT '', "create_time" timestamptz NOT NULL, "decide_time" timestamptz NULL, "version" bigint NOT NULL DEFAULT 1, PRIMARY KEY ("id"));
-- create index "payoutbatch_policy_create_time" to table: "payout_batches"
CREATE INDEX "payoutbatch_policy_create_time" ON "payout_batches" ("policy", "create_time");
-- create "payouts" table
CREATE TABLE "payouts" ("id" character varying NOT NULL, "policy" character varying NOT NULL, "fen" bigint NOT NULL, "state" character varying NOT NULL, "pending" boolean NOT NULL DEFAULT false, "cause" character varying NOT NULL DEFAULT '', "reference" character varying NOT NULL DEFAULT '', "sendings" bigint NOT NULL DEFAULT 0, "create_time" timestamptz NOT NULL, "approve_time" timestamptz NULL, "send_time" timestamptz NULL, "settle_time" timestamptz NULL, "change_time" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "batch_id" character varying NOT NULL, "document_id" character varying NOT NULL, "account_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "payouts_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "payouts_payee_accounts_account" FOREIGN KEY ("account_id") REFERENCES "payee_accounts" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "payouts_payout_batches_batch" FOREIGN KEY ("batch_id") REFERENCES "payout_batches" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "payout_fen" CHECK (fen > 0));
-- create index "payout_batch_id_state_id" to table: "payouts"
CREATE INDEX "payout_batch_id_state_id" ON "payouts" ("batch_id", "state", "id");
-- create index "payout_document_id_create_time" to table: "payouts"
CREATE INDEX "payout_document_id_create_time" ON "payouts" ("document_id", "create_time");
-- create index "payout_open" to table: "payouts"
CREATE INDEX "payout_open" ON "payouts" ("change_time", "id") WHERE pending;
-- create index "payout_policy_settle_time" to table: "payouts"
CREATE INDEX "payout_policy_settle_time" ON "payouts" ("policy", "settle_time");
-- create "spent_receipts" table
CREATE TABLE "spent_receipts" ("id" character varying NOT NULL, "policy" character varying NOT NULL, "period" character varying NOT NULL, "hash" bytea NOT NULL, "create_time" timestamptz NOT NULL, "document_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "spent_receipts_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "spentreceipt_document_id_policy_period" to table: "spent_receipts"
CREATE INDEX "spentreceipt_document_id_policy_period" ON "spent_receipts" ("document_id", "policy", "period");
-- create index "spentreceipt_policy_hash" to table: "spent_receipts"
CREATE UNIQUE INDEX "spentreceipt_policy_hash" ON "spent_receipts" ("policy", "hash");
