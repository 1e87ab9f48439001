-- +goose Up
-- modify "delegations" table
ALTER TABLE "delegations" ADD COLUMN "licences" jsonb NULL;
