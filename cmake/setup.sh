#!/bin/sh
# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
# setup.sh demo|tests|bench: installs the Debian packages that are missing for it, and says which. On another system, or
# without the right to install, it names what is needed and leaves the rest to the build. Packages stay; nothing else changes.
set -eu

# The command line and the examples.
cli="g++ cmake ninja-build ccache zlib1g-dev libssl-dev nlohmann-json3-dev libcli11-dev libsimdjson-dev \
libevtx-dev libbfio-dev libpugixml-dev"
# Small packages that hold real PE files: installer stubs, a .NET library, the MinGW runtime.
samples="nsis-common libmono-corlib4.5-dll gcc-mingw-w64-x86-64-win32-runtime"
tests="$cli $samples clang libclang-rt-14-dev libgtest-dev libbenchmark-dev libeigen3-dev libxsimd-dev libzydis-dev python3 python3-pefile openssl \
g++-aarch64-linux-gnu g++-12-multilib qemu-user-static g++-mingw-w64-x86-64-win32"
# For one test, the report in a browser with Japanese letters; it is skipped where they are not to be had. About 85 MB.
browser="chromium fonts-ipafont-gothic"
bench="$cli libbenchmark-dev libeigen3-dev libxsimd-dev libyara-dev liblief-dev python3-pefile libdnnl-dev libxnnpack-dev libpthreadpool-dev libopenblas0 \
libhyperscan-dev libre2-dev libsqlite3-dev"

optional=
case "${1:-}" in
    demo) wanted="$cli $samples" ;;
    tests) wanted=$tests optional=$browser ;;
    bench) wanted=$bench ;;
    *) echo "usage: cmake/setup.sh demo|tests|bench" >&2; exit 2 ;;
esac

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    echo "set-up: not a Debian system, so nothing is installed. These Debian packages, or your system's, are needed:"
    echo "    $wanted"
    exit 0
fi

# missing_of PACKAGE...: those that are not installed
missing_of() {
    for package; do
        status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
        [ "$status" = installed ] || printf ' %s' "$package"
    done
}
# shellcheck disable=SC2086  # lists of words
missing=$(missing_of $wanted) optional_missing=$(missing_of $optional)
if [ -z "$missing$optional_missing" ]; then
    echo "set-up: nothing to install"
    exit 0
fi

as_root=
if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null; then
        as_root=sudo
    else
        echo "set-up: neither root nor sudo, so nothing is installed. As root: apt-get install$missing$optional_missing"
        exit 0
    fi
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# install PACKAGE...: the package lists may be absent or older than the archive; then once more with fresh ones.
install() {
    [ $# != 0 ] || return 0
    echo "set-up: installing $*"
    try_to_install "$@" && return 0
    $as_root apt-get update -q >"$log" 2>&1 || true
    try_to_install "$@" && return 0
    tail -n 5 "$log" >&2
    echo "set-up: apt-get could not install them; going on with what is here"
}
try_to_install() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >"$log" 2>&1
}
# shellcheck disable=SC2086
install $missing
# shellcheck disable=SC2086
install $optional_missing
