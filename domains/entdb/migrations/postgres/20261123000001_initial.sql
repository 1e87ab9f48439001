-- +goose Up
-- create "import_runs" table
CREATE TABLE "import_runs" ("id" character varying NOT NULL, "kind" character varying NOT NULL, "digest" character varying NOT NULL, "offset" bigint NOT NULL DEFAULT 0, "line" bigint NOT NULL DEFAULT 0, "added" bigint NOT NULL DEFAULT 0, "changed" bigint NOT NULL DEFAULT 0, "unchanged" bigint NOT NULL DEFAULT 0, "rejected" bigint NOT NULL DEFAULT 0, "start_time" timestamptz NOT NULL, "finish_time" timestamptz NULL, "version" bigint NOT NULL DEFAULT 1, PRIMARY KEY ("id"));
-- create index "importrun_kind_digest" to table: "import_runs"
CREATE UNIQUE INDEX "importrun_kind_digest" ON "import_runs" ("kind", "digest");
-- create "challenges" table
CREATE TABLE "challenges" ("id" character varying NOT NULL, "purpose" character varying NOT NULL, "subject" bytea NOT NULL, "document_id" character varying NOT NULL DEFAULT '', "code_hash" bytea NOT NULL, "payload_sealed" bytea NULL, "tries" bigint NOT NULL DEFAULT 0, "create_time" timestamptz NOT NULL, "expire_time" timestamptz NOT NULL, "send_time" timestamptz NULL, "use_time" timestamptz NULL, "version" bigint NOT NULL DEFAULT 1, PRIMARY KEY ("id"));
-- create index "challenge_expire_time" to table: "challenges"
CREATE INDEX "challenge_expire_time" ON "challenges" ("expire_time");
-- create index "challenge_send_time" to table: "challenges"
CREATE INDEX "challenge_send_time" ON "challenges" ("send_time");
-- create index "challenge_subject_create_time" to table: "challenges"
CREATE INDEX "challenge_subject_create_time" ON "challenges" ("subject", "create_time");
-- create "dossiers" table
CREATE TABLE "dossiers" ("id" character varying NOT NULL, "kind" character varying NOT NULL, "create_time" timestamptz NOT NULL, "merged_into" character varying NULL, PRIMARY KEY ("id"), CONSTRAINT "dossiers_dossiers_merged" FOREIGN KEY ("merged_into") REFERENCES "dossiers" ("id") ON UPDATE NO ACTION ON DELETE SET NULL);
-- create "documents" table
CREATE TABLE "documents" ("id" character varying NOT NULL, "kind" character varying NOT NULL, "number_sealed" bytea NOT NULL, "names_pass_sealed" bytea NULL, "issue_count" character varying NOT NULL DEFAULT '', "valid_from" character varying NOT NULL DEFAULT '', "valid_to" character varying NOT NULL DEFAULT '', "recorded" character varying NOT NULL, "holder_sealed" bytea NULL, "area" character varying NOT NULL DEFAULT '', "erase_time" timestamptz NULL, "origin" character varying NOT NULL, "create_time" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "dossier_id" character varying NOT NULL, "origin_id" character varying NOT NULL, "replaced_by" character varying NULL, PRIMARY KEY ("id"), CONSTRAINT "documents_documents_predecessors" FOREIGN KEY ("replaced_by") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE SET NULL, CONSTRAINT "documents_dossiers_dossier" FOREIGN KEY ("dossier_id") REFERENCES "dossiers" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "documents_dossiers_first_dossier" FOREIGN KEY ("origin_id") REFERENCES "dossiers" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "document_dossier_id" to table: "documents"
CREATE INDEX "document_dossier_id" ON "documents" ("dossier_id");
-- create index "document_origin_id" to table: "documents"
CREATE INDEX "document_origin_id" ON "documents" ("origin_id");
-- create "data" table
CREATE TABLE "data" ("id" character varying NOT NULL, "code" character varying NOT NULL, "value_sealed" bytea NOT NULL, "origin" character varying NOT NULL, "proof_id" character varying NOT NULL DEFAULT '', "record_time" timestamptz NOT NULL, "end_time" timestamptz NULL, "document_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "data_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "datum_document_id_code_origin" to table: "data"
CREATE UNIQUE INDEX "datum_document_id_code_origin" ON "data" ("document_id", "code", "origin") WHERE (end_time IS NULL);
-- create "firms" table
CREATE TABLE "firms" ("id" character varying NOT NULL, "name" character varying NOT NULL, "category" character varying NOT NULL, "area" character varying NOT NULL, "version" bigint NOT NULL DEFAULT 1, PRIMARY KEY ("id"));
-- create "firm_roles" table
CREATE TABLE "firm_roles" ("id" character varying NOT NULL, "role" character varying NOT NULL, "create_time" timestamptz NOT NULL, "end_time" timestamptz NULL, "firm_id" character varying NOT NULL, "document_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "firm_roles_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "firm_roles_firms_firm" FOREIGN KEY ("firm_id") REFERENCES "firms" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "firmrole_document_id" to table: "firm_roles"
CREATE INDEX "firmrole_document_id" ON "firm_roles" ("document_id");
-- create index "firmrole_firm_id_document_id_role" to table: "firm_roles"
CREATE UNIQUE INDEX "firmrole_firm_id_document_id_role" ON "firm_roles" ("firm_id", "document_id", "role") WHERE (end_time IS NULL);
-- create "inquiries" table
CREATE TABLE "inquiries" ("id" character varying NOT NULL, "kind" character varying NOT NULL, "asked_by" character varying NOT NULL, "target_kind" character varying NOT NULL, "target_sealed" bytea NOT NULL, "state" character varying NOT NULL, "reasons" jsonb NULL, "tries" bigint NOT NULL DEFAULT 0, "next_try_time" timestamptz NOT NULL, "link_id" character varying NOT NULL DEFAULT '', "result_id" character varying NOT NULL DEFAULT '', "create_time" timestamptz NOT NULL, "close_time" timestamptz NULL, "version" bigint NOT NULL DEFAULT 1, "document_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "inquiries_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "inquiry_document_id" to table: "inquiries"
CREATE INDEX "inquiry_document_id" ON "inquiries" ("document_id");
-- create index "inquiry_due" to table: "inquiries"
CREATE INDEX "inquiry_due" ON "inquiries" ("next_try_time", "id") WHERE ((state)::text = 'pending'::text);
-- create index "inquiry_open" to table: "inquiries"
CREATE UNIQUE INDEX "inquiry_open" ON "inquiries" ("document_id", "kind", "target_kind") WHERE ((state)::text = 'pending'::text);
-- create "proofs" table
CREATE TABLE "proofs" ("id" character varying NOT NULL, "kind" character varying NOT NULL, "trace_id" character varying NOT NULL DEFAULT '', "check_time" timestamptz NOT NULL, "first_officer" character varying NOT NULL DEFAULT '', "second_officer" character varying NOT NULL DEFAULT '', "note_sealed" bytea NULL, "create_time" timestamptz NOT NULL, PRIMARY KEY ("id"));
-- create "links" table
CREATE TABLE "links" ("id" character varying NOT NULL, "first_kind" character varying NOT NULL, "second_kind" character varying NOT NULL, "level" character varying NOT NULL, "create_time" timestamptz NOT NULL, "cut_time" timestamptz NULL, "cut_by" character varying NOT NULL DEFAULT '', "cut_reason_sealed" bytea NULL, "version" bigint NOT NULL DEFAULT 1, "first_id" character varying NOT NULL, "second_id" character varying NOT NULL, "proof_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "links_documents_first" FOREIGN KEY ("first_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "links_documents_second" FOREIGN KEY ("second_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "links_proofs_proof" FOREIGN KEY ("proof_id") REFERENCES "proofs" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "link_first_id" to table: "links"
CREATE INDEX "link_first_id" ON "links" ("first_id");
-- create index "link_first_id_second_kind" to table: "links"
CREATE UNIQUE INDEX "link_first_id_second_kind" ON "links" ("first_id", "second_kind") WHERE (cut_time IS NULL);
-- create index "link_second_id" to table: "links"
CREATE INDEX "link_second_id" ON "links" ("second_id");
-- create index "link_second_id_first_kind" to table: "links"
CREATE UNIQUE INDEX "link_second_id_first_kind" ON "links" ("second_id", "first_kind") WHERE (cut_time IS NULL);
-- create "locators" table
CREATE TABLE "locators" ("id" bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY, "purpose" character varying NOT NULL, "key_id" bigint NOT NULL, "hash" bytea NOT NULL, "document_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "locators_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "locator_document_id" to table: "locators"
CREATE INDEX "locator_document_id" ON "locators" ("document_id");
-- create index "locator_names_pass" to table: "locators"
CREATE INDEX "locator_names_pass" ON "locators" ("hash") WHERE ((purpose)::text = 'names_pass'::text);
-- create index "locator_number" to table: "locators"
CREATE UNIQUE INDEX "locator_number" ON "locators" ("hash") WHERE ((purpose)::text = 'number'::text);
-- create "paper_entries" table
CREATE TABLE "paper_entries" ("id" character varying NOT NULL, "paper_number" character varying NOT NULL, "paper_date" character varying NOT NULL DEFAULT '', "officer" character varying NOT NULL, "create_time" timestamptz NOT NULL, "first_id" character varying NOT NULL, "second_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "paper_entries_documents_first" FOREIGN KEY ("first_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "paper_entries_documents_second" FOREIGN KEY ("second_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "paperentry_paper_number_officer" to table: "paper_entries"
CREATE UNIQUE INDEX "paperentry_paper_number_officer" ON "paper_entries" ("paper_number", "officer");
-- create "printings" table
CREATE TABLE "printings" ("id" character varying NOT NULL, "issue_count" character varying NOT NULL, "valid_from" character varying NOT NULL DEFAULT '', "valid_to" character varying NOT NULL DEFAULT '', "end_time" timestamptz NOT NULL, "document_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "printings_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "printing_document_id" to table: "printings"
CREATE INDEX "printing_document_id" ON "printings" ("document_id");
-- create "records" table
CREATE TABLE "records" ("id" character varying NOT NULL, "kind" character varying NOT NULL, "title_sealed" bytea NOT NULL, "authority" character varying NOT NULL, "occur_time" timestamptz NOT NULL, "amount_fen" bigint NULL, "source" character varying NOT NULL, "source_ref" character varying NOT NULL, "document_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "records_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "record_document_id_occur_time_id" to table: "records"
CREATE INDEX "record_document_id_occur_time_id" ON "records" ("document_id", "occur_time", "id");
-- create index "record_source_source_ref" to table: "records"
CREATE UNIQUE INDEX "record_source_source_ref" ON "records" ("source", "source_ref");
-- create "reviews" table
CREATE TABLE "reviews" ("id" character varying NOT NULL, "kind" character varying NOT NULL, "reasons" jsonb NOT NULL, "state" character varying NOT NULL, "create_time" timestamptz NOT NULL, "close_time" timestamptz NULL, "close_by" character varying NOT NULL DEFAULT '', "close_reason_sealed" bytea NULL, "version" bigint NOT NULL DEFAULT 1, "first_id" character varying NOT NULL, "second_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "reviews_documents_first" FOREIGN KEY ("first_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "reviews_documents_second" FOREIGN KEY ("second_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "review_open" to table: "reviews"
CREATE UNIQUE INDEX "review_open" ON "reviews" ("first_id", "second_id") WHERE ((state)::text = 'open'::text);
-- create index "review_queue" to table: "reviews"
CREATE INDEX "review_queue" ON "reviews" ("create_time", "id") WHERE ((state)::text = 'open'::text);
-- create index "review_second_id" to table: "reviews"
CREATE INDEX "review_second_id" ON "reviews" ("second_id");
