#!/usr/bin/env bash
# Installs iomerge for the whole machine: the program under /opt/iomerge, a link in /usr/local/bin, the mount helper,
# the systemd unit and the shell completions. Run as root; --uninstall takes it all away again (not /etc/iomerge).
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

"$root/iomerge" --version > /dev/null
mkdir -p "$program" "$(dirname "$link")" "$(dirname "$helper")" "$(dirname "$unit")" "$prefix/etc/iomerge" \
    "$(dirname "$bash_completion")" "$(dirname "$zsh_completion")" "$(dirname "$fish_completion")"
cp -r "$root/src/Mount/bin/Release/net10.0/." "$program"
ln -sfn /opt/iomerge/iomerge "$link"
install -m 755 "$root/packaging/mount.fuse.iomerge" "$helper"
install -m 644 "$root/packaging/iomerge@.service" "$unit"
"$root/iomerge" completion bash > "$bash_completion"
"$root/iomerge" completion zsh > "$zsh_completion"
"$root/iomerge" completion fish > "$fish_completion"
echo "Installed. Write /etc/iomerge/NAME.json and run: systemctl enable --now iomerge@NAME"
