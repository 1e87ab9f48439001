-- +goose Up
-- modify "credit_queries" table
ALTER TABLE "credit_queries" ADD COLUMN "purpose" character varying NOT NULL DEFAULT 'credit_report';
