#!/bin/sh
# Writes the database and the files of СУЗ into a folder; the product runs on meanwhile.
#   DATABASE_URL=… MEDIA_ROOT=… PRIVATE_ROOT=… ops/backup.sh FOLDER
# The database is dumped first: a file that came in later is one too many, never one too few.
set -eu
: "${DATABASE_URL:?}" "${MEDIA_ROOT:?}" "${PRIVATE_ROOT:?}"
folder=${1:?folder}
umask 077
mkdir -p "$folder"
pg_dump --format=custom --no-owner --no-privileges --file="$folder/database.dump" "$DATABASE_URL"
mkdir -p "$MEDIA_ROOT" "$PRIVATE_ROOT"
tar -C "$MEDIA_ROOT" -czf "$folder/media.tar.gz" .
tar -C "$PRIVATE_ROOT" -czf "$folder/private.tar.gz" .
(cd "$folder" && sha256sum database.dump media.tar.gz private.tar.gz > SHA256SUMS)
echo "written: $folder"
