#!/bin/sh
# Make .venv with the locked versions, and fetch the broker. Called by demo.sh and test.sh.
#
#   sh deploy/setup.sh        what it takes to run
#   sh deploy/setup.sh dev    and what it takes to check and test
#
# Needs Python 3.11 or later and the network; uses uv if it is there. PYTHON names another Python.
# A second run sees from .venv/stamp-* that all is done.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
wanted=${1:-run}
venv=$root/.venv

say() {
    echo "set-up: $*" >&2
}

fails() {
    say "$*"
    exit 1
}

# Install a Debian package if that is ours to do, else say what to type.
system_package() {
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        say "installing $*"
        export DEBIAN_FRONTEND=noninteractive
        { apt-get update -q && apt-get install -qy --no-install-recommends "$@"; } >&2 ||
            fails "apt-get could not install $*"
    elif command -v apt-get >/dev/null; then
        fails "$* is missing. Type: sudo apt-get update && sudo apt-get install -y $*"
    else
        fails "$* is missing (so Debian calls it). Install it and start again."
    fi
}

new_enough() {
    command -v "$1" >/dev/null &&
        "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if new_enough "$python"; then
            return
        fi
    done
    [ -z "${PYTHON:-}" ] || fails "PYTHON=$PYTHON is not a Python of 3.11 or later"
    system_package python3 python3-venv
    python=python3
    new_enough "$python" || fails "this system's Python is older than 3.11; set PYTHON to a later one"
}

make_venv() {
    rm -rf "$venv"
    if command -v uv >/dev/null; then
        uv venv --quiet --python "$python" "$venv" && return
    fi
    # Debian keeps what makes an environment in a package of its own.
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        system_package "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    fi
    "$python" -m venv "$venv"
}

install() {
    if command -v uv >/dev/null; then
        VIRTUAL_ENV=$venv uv pip install --quiet "$@" >&2
    else
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@" >&2
    fi
}

# What the environment was made from; another answer means: make it again.
stamp() {
    cat "$root/pyproject.toml" "$root/deploy/requirements.txt" "$root/deploy/requirements-dev.txt" \
        "$root/deploy/setup.sh" "$root/streams/embedded/jars.lock" | cksum
    echo "$root"
}

done_for() {
    [ -x "$venv/bin/python" ] && [ "$(cat "$venv/stamp-$1" 2>/dev/null)" = "$(stamp)" ]
}

case $wanted in
run) lock=$root/deploy/requirements.txt ;;
dev) lock=$root/deploy/requirements-dev.txt ;;
*) fails "asked for '$wanted'; there is: run, dev" ;;
esac

if done_for "$wanted"; then
    exit 0
fi

if ! done_for run; then
    find_python
    say "making $venv with $("$python" --version)"
    make_venv
fi

say "installing the locked versions (about a minute)"
install --require-hashes --requirement "$lock"
install --no-deps --no-build-isolation --editable "$root"

say "fetching the broker (43 MB, once a user) and getting it ready"
"$venv/bin/python" -m streams.embedded

stamp >"$venv/stamp-run"
[ "$wanted" = run ] || stamp >"$venv/stamp-dev"
