-- +goose Up
-- create "inboxes" table
CREATE TABLE "inboxes" ("id" character varying NOT NULL, "last" bigint NOT NULL, PRIMARY KEY ("id"));
-- create index "document_valid_to_id" to table: "documents"
CREATE INDEX "document_valid_to_id" ON "documents" ("valid_to", "id") WHERE ((recorded)::text = 'valid'::text);
-- create "calendar_files" table
CREATE TABLE "calendar_files" ("id" character varying NOT NULL, "kind" character varying NOT NULL, "name" character varying NOT NULL, "digest" character varying NOT NULL, "text" text NOT NULL, "notice" character varying NOT NULL, "create_time" timestamptz NOT NULL, "end_time" timestamptz NULL, PRIMARY KEY ("id"));
-- create index "calendarfile_kind_name" to table: "calendar_files"
CREATE UNIQUE INDEX "calendarfile_kind_name" ON "calendar_files" ("kind", "name") WHERE (end_time IS NULL);
-- create "campaigns" table
CREATE TABLE "campaigns" ("id" character varying NOT NULL, "state" character varying NOT NULL, "title" character varying NOT NULL, "body" text NOT NULL, "language" character varying NOT NULL, "population" jsonb NOT NULL, "pace" bigint NOT NULL, "department" character varying NOT NULL, "author_id" character varying NOT NULL, "approver_id" character varying NOT NULL DEFAULT '', "expected" bigint NOT NULL DEFAULT 0, "position" character varying NOT NULL DEFAULT '', "told" bigint NOT NULL DEFAULT 0, "passed" bigint NOT NULL DEFAULT 0, "create_time" timestamptz NOT NULL, "approve_time" timestamptz NULL, "start_time" timestamptz NULL, "next_time" timestamptz NULL, "end_time" timestamptz NULL, "version" bigint NOT NULL DEFAULT 1, PRIMARY KEY ("id"));
-- create index "campaign_department_create_time" to table: "campaigns"
CREATE INDEX "campaign_department_create_time" ON "campaigns" ("department", "create_time");
-- create index "campaign_state_next_time" to table: "campaigns"
CREATE INDEX "campaign_state_next_time" ON "campaigns" ("state", "next_time");
-- create "job_runs" table
CREATE TABLE "job_runs" ("id" character varying NOT NULL, "paused" boolean NOT NULL DEFAULT false, "paused_by" character varying NOT NULL DEFAULT '', "planned_time" timestamptz NULL, "start_time" timestamptz NULL, "end_time" timestamptz NULL, "outcome" character varying NOT NULL DEFAULT '', "wanted_time" timestamptz NULL, "holder" character varying NOT NULL DEFAULT '', "lease_time" timestamptz NULL, "version" bigint NOT NULL DEFAULT 1, PRIMARY KEY ("id"));
-- create "alarm_settings" table
CREATE TABLE "alarm_settings" ("id" character varying NOT NULL, "kind" character varying NOT NULL DEFAULT '', "subject_id" character varying NOT NULL DEFAULT '', "off" boolean NOT NULL DEFAULT false, "leads" jsonb NULL, "at" character varying NOT NULL DEFAULT '', "cron" character varying NOT NULL DEFAULT '', "quiet_from" character varying NOT NULL DEFAULT '', "quiet_to" character varying NOT NULL DEFAULT '', "change_time" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "document_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "alarm_settings_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "alarmsetting_document_id_kind_subject_id" to table: "alarm_settings"
CREATE UNIQUE INDEX "alarmsetting_document_id_kind_subject_id" ON "alarm_settings" ("document_id", "kind", "subject_id");
-- create "obligations" table
CREATE TABLE "obligations" ("id" character varying NOT NULL, "kind" character varying NOT NULL, "period" character varying NOT NULL, "name" character varying NOT NULL DEFAULT '', "registration_id" character varying NOT NULL DEFAULT '', "area" character varying NOT NULL DEFAULT '', "due_date" character varying NOT NULL, "basis" character varying NOT NULL, "moves" bigint NOT NULL DEFAULT 0, "state" character varying NOT NULL, "done_by" character varying NOT NULL DEFAULT '', "done_time" timestamptz NULL, "done_ref" character varying NOT NULL DEFAULT '', "create_time" timestamptz NOT NULL, "change_time" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "document_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "obligations_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "obligation_document_id_due_date" to table: "obligations"
CREATE INDEX "obligation_document_id_due_date" ON "obligations" ("document_id", "due_date");
-- create index "obligation_document_id_kind_period_name" to table: "obligations"
CREATE UNIQUE INDEX "obligation_document_id_kind_period_name" ON "obligations" ("document_id", "kind", "period", "name");
-- create index "obligation_due_date_id" to table: "obligations"
CREATE INDEX "obligation_due_date_id" ON "obligations" ("due_date", "id") WHERE ((state)::text = 'open'::text);
-- create index "obligation_printed" to table: "obligations"
CREATE INDEX "obligation_printed" ON "obligations" ("due_date", "id") WHERE (((state)::text = 'open'::text) AND ((registration_id)::text = ''::text));
-- create "alarms" table
CREATE TABLE "alarms" ("id" character varying NOT NULL, "slot" character varying NOT NULL, "ring_time" timestamptz NOT NULL, "state" character varying NOT NULL, "end_time" timestamptz NULL, "document_id" character varying NOT NULL, "obligation_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "alarms_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION, CONSTRAINT "alarms_obligations_obligation" FOREIGN KEY ("obligation_id") REFERENCES "obligations" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- create index "alarm_document_id_ring_time" to table: "alarms"
CREATE INDEX "alarm_document_id_ring_time" ON "alarms" ("document_id", "ring_time");
-- create index "alarm_obligation_id_document_id_slot" to table: "alarms"
CREATE UNIQUE INDEX "alarm_obligation_id_document_id_slot" ON "alarms" ("obligation_id", "document_id", "slot");
-- create index "alarm_ring_time_document_id" to table: "alarms"
CREATE INDEX "alarm_ring_time_document_id" ON "alarms" ("ring_time", "document_id") WHERE ((state)::text = 'pending'::text);
-- create "calendar_feeds" table
CREATE TABLE "calendar_feeds" ("id" character varying NOT NULL, "hash" bytea NOT NULL, "create_time" timestamptz NOT NULL, "use_time" timestamptz NULL, "end_time" timestamptz NULL, "document_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "calendar_feeds_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "calendarfeed_document_id" to table: "calendar_feeds"
CREATE INDEX "calendarfeed_document_id" ON "calendar_feeds" ("document_id");
-- create index "calendarfeed_hash" to table: "calendar_feeds"
CREATE UNIQUE INDEX "calendarfeed_hash" ON "calendar_feeds" ("hash");
-- create "channel_choices" table
CREATE TABLE "channel_choices" ("id" character varying NOT NULL, "topic" character varying NOT NULL, "channels" jsonb NOT NULL, "change_time" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "document_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "channel_choices_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "channelchoice_document_id_topic" to table: "channel_choices"
CREATE UNIQUE INDEX "channelchoice_document_id_topic" ON "channel_choices" ("document_id", "topic");
-- create "notices" table
CREATE TABLE "notices" ("id" character varying NOT NULL, "sequence" bigint NOT NULL, "key" character varying NOT NULL, "kind" character varying NOT NULL, "topic" character varying NOT NULL, "body_sealed" bytea NOT NULL, "about" character varying NOT NULL DEFAULT '', "create_time" timestamptz NOT NULL, "read_time" timestamptz NULL, "document_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "notices_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "notice_create_time" to table: "notices"
CREATE INDEX "notice_create_time" ON "notices" ("create_time");
-- create index "notice_document_id_sequence" to table: "notices"
CREATE UNIQUE INDEX "notice_document_id_sequence" ON "notices" ("document_id", "sequence");
-- create index "notice_key" to table: "notices"
CREATE UNIQUE INDEX "notice_key" ON "notices" ("key");
-- create "deliveries" table
CREATE TABLE "deliveries" ("id" character varying NOT NULL, "endpoint_id" character varying NOT NULL DEFAULT '', "channel" character varying NOT NULL, "place" bigint NOT NULL, "state" character varying NOT NULL, "cause" character varying NOT NULL DEFAULT '', "supplier_ref" character varying NOT NULL DEFAULT '', "attempts" bigint NOT NULL DEFAULT 0, "create_time" timestamptz NOT NULL, "change_time" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "notice_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "deliveries_notices_notice" FOREIGN KEY ("notice_id") REFERENCES "notices" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- create index "delivery_notice_id_channel_endpoint_id" to table: "deliveries"
CREATE UNIQUE INDEX "delivery_notice_id_channel_endpoint_id" ON "deliveries" ("notice_id", "channel", "endpoint_id");
-- create index "delivery_state_change_time" to table: "deliveries"
CREATE INDEX "delivery_state_change_time" ON "deliveries" ("state", "change_time");
-- create "endpoints" table
CREATE TABLE "endpoints" ("id" character varying NOT NULL, "channel" character varying NOT NULL, "address_sealed" bytea NOT NULL, "hash" bytea NOT NULL, "state" character varying NOT NULL, "cause" character varying NOT NULL DEFAULT '', "failures" bigint NOT NULL DEFAULT 0, "code_hash" bytea NULL, "code_expire_time" timestamptz NULL, "code_tries" bigint NOT NULL DEFAULT 0, "unsubscribe_hash" bytea NULL, "create_time" timestamptz NOT NULL, "change_time" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "document_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "endpoints_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "endpoint_document_id_hash" to table: "endpoints"
CREATE UNIQUE INDEX "endpoint_document_id_hash" ON "endpoints" ("document_id", "hash") WHERE ((state)::text <> 'removed'::text);
-- create index "endpoint_unsubscribe_hash" to table: "endpoints"
CREATE INDEX "endpoint_unsubscribe_hash" ON "endpoints" ("unsubscribe_hash") WHERE (unsubscribe_hash IS NOT NULL);
-- create "tax_registrations" table
CREATE TABLE "tax_registrations" ("id" character varying NOT NULL, "tax" character varying NOT NULL, "cycle" character varying NOT NULL, "area" character varying NOT NULL, "valid_from" character varying NOT NULL DEFAULT '', "valid_to" character varying NOT NULL DEFAULT '', "source" character varying NOT NULL, "source_ref" character varying NOT NULL, "planned_to" character varying NOT NULL DEFAULT '', "create_time" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "document_id" character varying NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "tax_registrations_documents_document" FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- create index "taxregistration_document_id" to table: "tax_registrations"
CREATE INDEX "taxregistration_document_id" ON "tax_registrations" ("document_id");
-- create index "taxregistration_planned_to_id" to table: "tax_registrations"
CREATE INDEX "taxregistration_planned_to_id" ON "tax_registrations" ("planned_to", "id");
-- create index "taxregistration_source_source_ref" to table: "tax_registrations"
CREATE UNIQUE INDEX "taxregistration_source_source_ref" ON "tax_registrations" ("source", "source_ref");
