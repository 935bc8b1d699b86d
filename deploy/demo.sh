#!/bin/sh
# From nothing to a running ebbwatch: set-up, then `ebbwatch demo` with your options.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
sh "$root/deploy/setup.sh"
exec "$root/.venv/bin/ebbwatch" demo "$@"
