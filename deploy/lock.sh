#!/bin/sh
# Write the locked versions anew. For developers; needs uv. Look at the difference before you commit.
set -eu

cd "$(dirname -- "$0")/.."

compile() {
    uv pip compile pyproject.toml --group build --python-version 3.11 --universal \
        --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
        --quiet "$@"
}

compile --output-file deploy/requirements.txt
compile --group dev --constraint deploy/requirements.txt \
    --output-file deploy/requirements-dev.txt

# The lock says what, never from where.
if grep -n '://' deploy/requirements.txt deploy/requirements-dev.txt; then
    echo "lock.sh: there is an address in the lock" >&2
    exit 1
fi
