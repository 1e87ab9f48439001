-- +goose Up
-- create "issuer_keys" table
CREATE TABLE "issuer_keys" ("id" character varying NOT NULL, "suite" character varying NOT NULL, "private_sealed" bytea NOT NULL, "public" bytea NOT NULL, "create_time" timestamptz NOT NULL, "sign_time" timestamptz NOT NULL, "retire_time" timestamptz NULL, "compromise_time" timestamptz NULL, PRIMARY KEY ("id"));
-- create "status_lists" table
CREATE TABLE "status_lists" ("id" character varying NOT NULL, "number" bigint NOT NULL, "used" bigint NOT NULL DEFAULT 0, "seed" bytea NOT NULL, "create_time" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, PRIMARY KEY ("id"));
-- create index "status_lists_number_key" to table: "status_lists"
CREATE UNIQUE INDEX "status_lists_number_key" ON "status_lists" ("number");
-- create "credentials" table
CREATE TABLE "credentials" ("id" character varying NOT NULL, "number" character varying NOT NULL, "edition" bigint NOT NULL, "type_code" character varying NOT NULL, "type_version" bigint NOT NULL, "matter_kind" character varying NOT NULL, "matter_id" character varying NOT NULL, "state" character varying NOT NULL, "key_id" character varying NOT NULL, "list_number" bigint NOT NULL, "list_index" bigint NOT NULL, "content_sealed" bytea NOT NULL, "token_sealed" bytea NULL, "check_hash" bytea NOT NULL, "from_time" timestamptz NOT NULL, "until_time" timestamptz NULL, "maker" character varying NOT NULL DEFAULT '', "create_time" timestamptz NOT NULL, "sign_time" timestamptz NULL, "change_time" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "document_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "credentials_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "credential_check_hash" to table: "credentials"
CREATE UNIQUE INDEX "credential_check_hash" ON "credentials" ("check_hash");
-- create index "credential_document_id_create_time" to table: "credentials"
CREATE INDEX "credential_document_id_create_time" ON "credentials" ("document_id", "create_time");
-- create index "credential_fallen" to table: "credentials"
CREATE INDEX "credential_fallen" ON "credentials" ("list_number") WHERE (((state)::text <> 'valid'::text) AND ((state)::text <> 'pending'::text));
-- create index "credential_key_id_id" to table: "credentials"
CREATE INDEX "credential_key_id_id" ON "credentials" ("key_id", "id");
-- create index "credential_list_number_list_index" to table: "credentials"
CREATE UNIQUE INDEX "credential_list_number_list_index" ON "credentials" ("list_number", "list_index");
-- create index "credential_number_edition" to table: "credentials"
CREATE UNIQUE INDEX "credential_number_edition" ON "credentials" ("number", "edition");
-- create index "credential_pending" to table: "credentials"
CREATE INDEX "credential_pending" ON "credentials" ("create_time") WHERE ((state)::text = 'pending'::text);
-- create index "credential_type_code_matter_kind_matter_id_edition" to table: "credentials"
CREATE UNIQUE INDEX "credential_type_code_matter_kind_matter_id_edition" ON "credentials" ("type_code", "matter_kind", "matter_id", "edition");
-- create "credential_events" table
CREATE TABLE "credential_events" ("id" character varying NOT NULL, "kind" character varying NOT NULL, "type_code" character varying NOT NULL, "actor_id" character varying NOT NULL, "note_sealed" bytea NULL, "create_time" timestamptz NOT NULL, "credential_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "credential_events_credentials_credential" FOREIGN KEY ("credential_id") REFERENCES "credentials" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "credentialevent_create_time_type_code_kind" to table: "credential_events"
CREATE INDEX "credentialevent_create_time_type_code_kind" ON "credential_events" ("create_time", "type_code", "kind");
-- create index "credentialevent_credential_id_create_time" to table: "credential_events"
CREATE INDEX "credentialevent_credential_id_create_time" ON "credential_events" ("credential_id", "create_time");
-- create "credential_uses" table
CREATE TABLE "credential_uses" ("id" character varying NOT NULL, "number" character varying NOT NULL, "way" character varying NOT NULL, "presentation_id" character varying NOT NULL DEFAULT '', "department_id" character varying NOT NULL DEFAULT '', "office_id" character varying NOT NULL DEFAULT '', "officer_id" character varying NOT NULL DEFAULT '', "result" character varying NOT NULL, "shown" jsonb NOT NULL, "create_time" timestamptz NOT NULL, "document_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "credential_uses_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "credentialuse_create_time" to table: "credential_uses"
CREATE INDEX "credentialuse_create_time" ON "credential_uses" ("create_time");
-- create index "credentialuse_document_id_create_time" to table: "credential_uses"
CREATE INDEX "credentialuse_document_id_create_time" ON "credential_uses" ("document_id", "create_time");
-- create index "credentialuse_number_create_time" to table: "credential_uses"
CREATE INDEX "credentialuse_number_create_time" ON "credential_uses" ("number", "create_time");
-- create "presentations" table
CREATE TABLE "presentations" ("id" character varying NOT NULL, "kind" character varying NOT NULL, "hash" bytea NOT NULL, "choice_sealed" bytea NOT NULL, "delegation_id" character varying NOT NULL DEFAULT '', "uses" bigint NOT NULL DEFAULT 0, "create_time" timestamptz NOT NULL, "expire_time" timestamptz NOT NULL, "revoke_time" timestamptz NULL, "use_time" timestamptz NULL, "document_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "presentations_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "presentation_document_id_create_time" to table: "presentations"
CREATE INDEX "presentation_document_id_create_time" ON "presentations" ("document_id", "create_time");
-- create index "presentation_hash" to table: "presentations"
CREATE UNIQUE INDEX "presentation_hash" ON "presentations" ("hash");
-- create index "presentation_kind_expire_time" to table: "presentations"
CREATE INDEX "presentation_kind_expire_time" ON "presentations" ("kind", "expire_time");
