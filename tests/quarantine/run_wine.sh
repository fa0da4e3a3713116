#!/bin/bash
# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
# The vault's file system layer for Windows: compiled by MinGW with the whole vault over it, then run under Wine. Run alone, or sourced by
# tests/run.sh. tests/code_cave/run_wine.sh says how Wine is installed; WINE names another loader.
vault_wine_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../checks.sh
declare -F check >/dev/null || . "$vault_wine_folder/../checks.sh"
vault_wine_out=$(mktemp -d)
vault_compiler=x86_64-w64-mingw32-g++

vault_wine() { # PROGRAM ARGUMENTS...
    WINEPREFIX=$vault_wine_out/prefix WINEDEBUG=-all DISPLAY='' timeout 240 "${WINE:-wine}" "$@" 2>/dev/null
}
vault_wine_test() {
    vault_wine "$vault_wine_out/vault.exe" 'C:\bartizan' >"$vault_wine_out/log"
    local result=$?
    cat "$vault_wine_out/log"
    return $result
}

if ! command -v "$vault_compiler" >/dev/null; then
    skip "quarantine: the Windows layer" "$vault_compiler is not installed"
else
    check "quarantine: the Windows layer compiles" "$vault_compiler" -std=c++20 -O1 -Wall -Wextra -Werror -static \
        -I "$vault_wine_folder/../../include" "$vault_wine_folder/windows_vault.cpp" -o "$vault_wine_out/vault.exe" -lntdll -lbcrypt
    if ! command -v "${WINE:-wine}" >/dev/null; then
        skip "quarantine: the Windows layer runs under Wine" "${WINE:-wine} is not installed"
    elif ! vault_wine cmd.exe /c ver | grep -qi windows; then
        skip "quarantine: the Windows layer runs under Wine" "Wine runs no program here"
    else
        check "quarantine: the Windows layer runs under Wine" vault_wine_test
        while IFS= read -r vault_line; do
            skip "quarantine: the Windows layer runs under Wine" "$vault_line"
        done < <(sed -n 's/\r$//; s/^skipped: //p' "$vault_wine_out/log" 2>/dev/null)
        WINEPREFIX=$vault_wine_out/prefix wineserver -k 2>/dev/null
    fi
fi
rm -rf "$vault_wine_out"
[ "${BASH_SOURCE[0]}" != "$0" ] || finish
