#!/usr/bin/env bash
# Installs iomerge for the whole machine: the program under /opt/iomerge, a link in /usr/local/bin, the mount helper,
# the systemd unit and the shell completions. Run as root; --uninstall takes it all away again (not /etc/iomerge).
# --native installs a program compiled ahead of time, which needs no .NET where it runs.
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
prefix=${DESTDIR:-}
program=$prefix/opt/iomerge
link=$prefix/usr/local/bin/iomerge
helper=$prefix/sbin/mount.fuse.iomerge
unit=$prefix/etc/systemd/system/iomerge@.service
bash_completion=$prefix/usr/share/bash-completion/completions/iomerge
zsh_completion=$prefix/usr/share/zsh/vendor-completions/_iomerge
fish_completion=$prefix/usr/share/fish/vendor_completions.d/iomerge.fish

if [[ ${1:-} == --uninstall ]]; then
    rm -rf "$program" "$link" "$helper" "$unit" "$bash_completion" "$zsh_completion" "$fish_completion"
    exit 0
fi

if (($#)) && [[ $* != --native ]]; then
    echo "usage: packaging/install.sh [--native | --uninstall]" >&2
    exit 2
fi

# Built before anything is taken away.
if [[ ${1:-} == --native ]]; then
    built=$(mktemp -d)
    trap 'rm -rf "$built"' EXIT
    "$root/packaging/native.sh" "$built"
    run=$built/iomerge
else
    built=$root/src/Mount/bin/Release/net10.0
    run=$root/iomerge
    "$run" --version > /dev/null
fi
mkdir -p "$program" "$(dirname "$link")" "$(dirname "$helper")" "$(dirname "$unit")" "$prefix/etc/iomerge" \
    "$(dirname "$bash_completion")" "$(dirname "$zsh_completion")" "$(dirname "$fish_completion")"
# The two kinds consist of different files: nothing of the other may stay.
rm -rf "${program:?}"/*
cp -r "$built/." "$program"
chmod 755 "$program"
ln -sfn /opt/iomerge/iomerge "$link"
install -m 755 "$root/packaging/mount.fuse.iomerge" "$helper"
install -m 644 "$root/packaging/iomerge@.service" "$unit"
"$run" completion bash > "$bash_completion"
"$run" completion zsh > "$zsh_completion"
"$run" completion fish > "$fish_completion"
echo "Installed. Write /etc/iomerge/NAME.json and run: systemctl enable --now iomerge@NAME"
