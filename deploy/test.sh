#!/bin/sh
# From nothing to every check and every test. Options go to pytest: `sh deploy/test.sh -k intake`.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
sh "$root/deploy/setup.sh" dev
cd "$root"
PATH=$root/.venv/bin:$PATH
export PATH

# All of them, also when one fails: who broke two things wants to know both.
failed=''
poe check || failed='checks'
poe test "$@" || failed="${failed:+$failed and }tests"

if [ -n "$failed" ]; then
    echo "test.sh: $failed failed" >&2
    exit 1
fi
echo "test.sh: all passed" >&2
