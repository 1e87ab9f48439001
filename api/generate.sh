#!/bin/sh
# Writes everything under gen/ anew from api/ and domains/schema. Needs Go and
# npm; buf comes from the npm registry as api/package-lock.json pins it.
set -eu
cd "$(dirname "$0")/.."
[ -x api/node_modules/.bin/buf ] || npm ci --prefix api --ignore-scripts --no-audit --no-fund --silent
api/node_modules/.bin/buf format -w api --exclude-path api/buf
api/node_modules/.bin/buf generate --template api/buf.gen.yaml
go tool ent generate --feature sql/upsert,sql/lock,sql/execquery,sql/versioned-migration --target gen/ent ./domains/schema
