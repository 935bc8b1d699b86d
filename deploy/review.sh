#!/bin/sh
# The review of a quarter: a backtest of the newest history, into a folder named by the day.
#
#   sh deploy/review.sh FOLDER --mapping shop.toml --settings ebbwatch.toml
#
# All options go to `ebbwatch backtest`. A review is whole or not there, and none is ever written
# over; docs/review.md says what to look at.
set -eu

fails() {
    echo "review.sh: $*" >&2
    exit 1
}

[ $# -ge 2 ] || fails "say where reviews go and what the history is; the first lines show how"
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
PATH=$root/.venv/bin:$PATH
export PATH

mkdir -p "$1"
folder=$(CDPATH='' cd -- "$1" && pwd)
shift
out=$folder/$(date -u +%Y-%m-%d)
[ ! -e "$out" ] || fails "$out is there already"

before=$(find "$folder" -mindepth 1 -maxdepth 1 -type d -name '????-??-??' | sort | tail -n 1)
rm -rf "$out.part" # of a review that was cut short
ebbwatch backtest --out "$out.part" "$@"
mv "$out.part" "$out"
echo "review.sh: read $out/report.md${before:+ beside $before/report.md}" >&2
