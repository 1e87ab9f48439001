-- +goose Up
-- drop index "datum_document_id_code_origin" from table: "data"
DROP INDEX "datum_document_id_code_origin";
-- modify "data" table
ALTER TABLE "data" ADD COLUMN "item" character varying NOT NULL DEFAULT '';
-- create index "datum_document_id_code_item_origin" to table: "data"
CREATE UNIQUE INDEX "datum_document_id_code_item_origin" ON "data" ("document_id", "code", "item", "origin") WHERE (end_time IS NULL);
