-- +goose Up
-- add column "licences" to table: "delegations"
ALTER TABLE `delegations` ADD COLUMN `licences` json NULL;
