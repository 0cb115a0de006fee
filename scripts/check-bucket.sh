#!/bin/sh
# Runs the tests of storage against a server with buckets: s3s-fs (crates.io), which is installed below the build's folder.
# Nothing leaves the machine.
# Usage: scripts/check-bucket.sh
set -eu
cd "$(dirname "$0")/.."
tools=${CARGO_TARGET_DIR:-target}/s3s
[ -x "$tools/bin/s3s-fs" ] || cargo install --quiet --locked --root "$tools" --features binary s3s-fs@0.14.1
cargo test --locked --features s3 --lib --no-run
folder=$(mktemp -d)
mkdir "$folder/bijlagen"
export AWS_ACCESS_KEY_ID=key AWS_SECRET_ACCESS_KEY=secret AWS_REGION=us-east-1 AWS_ALLOW_HTTP=true
port=$((20000 + $$ % 10000))
"$tools/bin/s3s-fs" --host 127.0.0.1 --port "$port" --access-key "$AWS_ACCESS_KEY_ID" --secret-key "$AWS_SECRET_ACCESS_KEY" \
  "$folder" >"$tools/log" 2>&1 &
server=$!
trap 'kill $server; rm -rf "$folder"' EXIT
AWS_ENDPOINT=http://127.0.0.1:$port VG_ATTACHMENTS_URL=s3://bijlagen/vg \
  cargo test --locked --features s3 --lib -- --include-ignored attachments::storage
