-- +goose Up
-- create "disputes" table
CREATE TABLE "disputes" ("id" character varying NOT NULL, "subject_kind" character varying NOT NULL, "subject_id" character varying NOT NULL, "department" character varying NOT NULL, "state" character varying NOT NULL, "reason_sealed" bytea NOT NULL, "answer_sealed" bytea NULL, "create_time" timestamptz NOT NULL, "due_time" timestamptz NOT NULL, "late_time" timestamptz NULL, "decide_time" timestamptz NULL, "decided_by" character varying NOT NULL DEFAULT '', "version" bigint NOT NULL DEFAULT 1, "document_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "disputes_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "dispute_decided" CHECK ((((state)::text <> 'corrected'::text) AND ((state)::text <> 'dismissed'::text)) OR ((decide_time IS NOT NULL) AND ((decided_by)::text <> ''::text))), CONSTRAINT "dispute_open" CHECK (((state)::text <> 'open'::text) OR ((decide_time IS NULL) AND ((decided_by)::text = ''::text))));
-- create index "dispute_document_id_create_time_id" to table: "disputes"
CREATE INDEX "dispute_document_id_create_time_id" ON "disputes" ("document_id", "create_time", "id");
-- create index "dispute_late" to table: "disputes"
CREATE INDEX "dispute_late" ON "disputes" ("due_time", "id") WHERE (((state)::text = 'open'::text) AND (late_time IS NULL));
-- create index "dispute_queue" to table: "disputes"
CREATE INDEX "dispute_queue" ON "disputes" ("department", "due_time", "id") WHERE ((state)::text = 'open'::text);
-- create index "dispute_subject_open" to table: "disputes"
CREATE UNIQUE INDEX "dispute_subject_open" ON "disputes" ("document_id", "subject_kind", "subject_id") WHERE ((state)::text = 'open'::text);
