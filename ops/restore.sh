#!/bin/sh
# Puts a backup of ops/backup.sh into an empty database and empty folders.
#   DATABASE_URL=… MEDIA_ROOT=… PRIVATE_ROOT=… ops/restore.sh FOLDER
set -eu
: "${DATABASE_URL:?}" "${MEDIA_ROOT:?}" "${PRIVATE_ROOT:?}"
folder=${1:?folder}
(cd "$folder" && sha256sum --check --quiet SHA256SUMS)
tables=$(psql --no-psqlrc --tuples-only --no-align --command \
  "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'" "$DATABASE_URL")
if [ "$tables" != 0 ]; then
  echo "the database is not empty: restore into a new one" >&2
  exit 1
fi
pg_restore --no-owner --no-privileges --exit-on-error --single-transaction \
  --dbname="$DATABASE_URL" "$folder/database.dump"
psql --no-psqlrc --quiet --command "ANALYZE" "$DATABASE_URL"
mkdir -p "$MEDIA_ROOT" "$PRIVATE_ROOT"
tar -C "$MEDIA_ROOT" -xzf "$folder/media.tar.gz"
tar -C "$PRIVATE_ROOT" -xzf "$folder/private.tar.gz"
echo "restored: $folder"
