-- +goose Up
-- create "credit_queries" table
CREATE TABLE "credit_queries" ("id" character varying NOT NULL, "kind" character varying NOT NULL, "result" character varying NOT NULL, "reason" character varying NOT NULL DEFAULT '', "party_id" character varying NOT NULL DEFAULT '', "office_id" character varying NOT NULL DEFAULT '', "consent_id" character varying NOT NULL DEFAULT '', "voucher" character varying NOT NULL DEFAULT '', "number" bigint NOT NULL DEFAULT 0, "query_time" timestamptz NOT NULL, "document_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "credit_queries_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "creditquery_document_id_query_time_id" to table: "credit_queries"
CREATE INDEX "creditquery_document_id_query_time_id" ON "credit_queries" ("document_id", "query_time", "id");
-- create index "creditquery_query_time" to table: "credit_queries"
CREATE INDEX "creditquery_query_time" ON "credit_queries" ("query_time");
-- create "credit_reports" table
CREATE TABLE "credit_reports" ("id" character varying NOT NULL, "number" bigint NOT NULL, "consent_id" character varying NOT NULL, "content_sealed" bytea NOT NULL, "create_time" timestamptz NOT NULL, "confirm_time" timestamptz NOT NULL, "document_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "credit_reports_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "creditreport_confirm_time" to table: "credit_reports"
CREATE INDEX "creditreport_confirm_time" ON "credit_reports" ("confirm_time");
-- create index "creditreport_document_id_number" to table: "credit_reports"
CREATE UNIQUE INDEX "creditreport_document_id_number" ON "credit_reports" ("document_id", "number");
