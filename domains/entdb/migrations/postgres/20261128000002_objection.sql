-- +goose Up
-- create "subsidy_objections" table
CREATE TABLE "subsidy_objections" ("id" character varying NOT NULL, "state" character varying NOT NULL, "reason_sealed" bytea NOT NULL, "answer_sealed" bytea NULL, "create_time" timestamptz NOT NULL, "due_time" timestamptz NOT NULL, "decide_time" timestamptz NULL, "decided_by" character varying NOT NULL DEFAULT '', "version" bigint NOT NULL DEFAULT 1, "document_id" character varying NOT NULL, "entitlement_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "subsidy_objections_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "subsidy_objections_entitlements_entitlement" FOREIGN KEY ("entitlement_id") REFERENCES "entitlements" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "subsidy_objection_decided" CHECK ((((state)::text <> 'upheld'::text) AND ((state)::text <> 'dismissed'::text)) OR ((decide_time IS NOT NULL) AND ((decided_by)::text <> ''::text))), CONSTRAINT "subsidy_objection_open" CHECK (((state)::text <> 'open'::text) OR ((decide_time IS NULL) AND ((decided_by)::text = ''::text))));
-- create index "subsidy_objection_queue" to table: "subsidy_objections"
CREATE INDEX "subsidy_objection_queue" ON "subsidy_objections" ("due_time", "id") WHERE ((state)::text = 'open'::text);
-- create index "subsidyobjection_document_id_create_time" to table: "subsidy_objections"
CREATE INDEX "subsidyobjection_document_id_create_time" ON "subsidy_objections" ("document_id", "create_time");
-- create index "subsidyobjection_entitlement_id" to table: "subsidy_objections"
CREATE UNIQUE INDEX "subsidyobjection_entitlement_id" ON "subsidy_objections" ("entitlement_id");
