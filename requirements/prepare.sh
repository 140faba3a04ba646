# Shared by ./run, ./test, ./check and ./bench: makes .venv and installs Debian's packages when missing.
# Sourced, with the repository as working folder.

say() { printf '%s\n' "── $*" >&2; }
fail() { printf '%s\n' "✗ $*" >&2; exit 1; }

# A Python that is new enough, as a command in $python.
find_python() {
    for python in python3 python3.11 python3.12 python3.13; do
        if command -v "$python" >/dev/null &&
            "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            return
        fi
    done
    fail "Python 3.11 or later is missing. On Debian 12: apt-get install python3"
}

# Install the Debian packages that are not there yet.
debian() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
            missing+=("$package")
    done
    [ "${#missing[@]}" = 0 ] && return
    command -v apt-get >/dev/null || fail "Missing, and there is no apt-get to get it: ${missing[*]}"
    local root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || fail "Missing: ${missing[*]}. Install it as root and try again."
        root=(sudo)
    fi
    say "Installing ${missing[*]}"
    if printf '%s\n' "${missing[@]}" | grep -q '^postgresql'; then
        # only the programs: the tests start a server of their own
        "${root[@]}" mkdir -p /etc/postgresql-common
        [ -e /etc/postgresql-common/createcluster.conf ] ||
            echo "create_main_cluster = false" |
            "${root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
    fi
    "${root[@]}" apt-get update -qq
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# prepare base|test|spark: .venv with the locked packages; for tests PostgreSQL and Chromium too,
# for those on Spark Java.
prepare() {
    local lock="requirements/$1.lock" stamp want
    find_python
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        debian python3-venv
    fi
    if [ "$1" != base ]; then
        debian postgresql-15 chromium-headless-shell libatomic1
    fi
    if [ "$1" = spark ] && ! command -v java >/dev/null; then
        debian default-jre-headless
    fi
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    want="$(cat "$lock" setup.cfg setup.py pyproject.toml | sha256sum)"
    stamp=".venv/installed-$1"
    if [ "$(cat "$stamp" 2>/dev/null)" != "$want" ]; then
        say "Installing the Python packages of $lock (a minute or two, once)"
        .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes \
            -r "$lock" || fail "The Python packages could not be installed: is there a network?"
        .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps \
            --no-build-isolation -e . ||
            fail "sipas itself could not be installed into .venv"
        printf '%s\n' "$want" >"$stamp"
    fi
    .venv/bin/pybabel -q compile -d translations 2>/dev/null ||
        fail "The catalogs in translations/ could not be compiled"
}
