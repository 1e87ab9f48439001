-- +goose Up
-- create "scene_switches" table
CREATE TABLE `scene_switches` (`id` text NOT NULL, `on` bool NOT NULL, `officer_id` text NOT NULL, `change_time` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), PRIMARY KEY (`id`));
