-- +goose Up
-- create "scene_switches" table
CREATE TABLE "scene_switches" ("id" character varying NOT NULL, "on" boolean NOT NULL, "officer_id" character varying NOT NULL, "change_time" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, PRIMARY KEY ("id"));
