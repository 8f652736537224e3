#!/usr/bin/env bash
# Compiles iomerge ahead of time: one native program for Linux on x64 that starts at once and runs where no .NET is
# installed. Needs the .NET SDK and a C linker, here and now only.
# usage: packaging/native.sh DIRECTORY     the program and its appsettings.json go there
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")

if (($# != 1)) || [[ $1 == -* ]]; then
    echo "usage: packaging/native.sh DIRECTORY" >&2
    exit 2
fi
if ! command -v dotnet > /dev/null || ! (cd "$root" && dotnet --list-sdks) | grep -q '^10\.'; then
    echo "native.sh: the .NET 10 SDK is not installed; ./iomerge says how to install it." >&2
    exit 1
fi
if ! command -v clang > /dev/null && ! command -v gcc > /dev/null; then
    echo "native.sh: there is no clang and no gcc to link with; run: sudo apt-get install -y gcc libc6-dev" >&2
    exit 1
fi

mkdir -p "$1" "$root/artifacts"
directory=$(readlink -f "$1")
# Two at the same time would write the same files.
exec 9> "$root/artifacts/native.lock"
flock 9
# Beside the ordinary build, never in its folders: a program that runs from there must not change. The analyzers have
# their say in the ordinary build; what the compiler itself finds wrong is an error here.
if ! (cd "$root" && dotnet publish src/Mount -c Release -r linux-x64 -p:PublishAot=true --nologo -v q \
    -p:RunAnalyzers=false -p:UseSharedCompilation=false -nodeReuse:false \
    --artifacts-path "$root/artifacts/native" -o "$root/artifacts/native/program") > "$root/artifacts/native.log" 2>&1
then
    cat "$root/artifacts/native.log" >&2
    echo "native.sh: compiling ahead of time failed; see above." >&2
    exit 1
fi
cp "$root/artifacts/native/program/iomerge" "$root/artifacts/native/program/appsettings.json" "$directory"
