#!/usr/bin/env bash
# Measures IoMerge's mounts against what the kernel's FUSE allows (nullfuse), a plain server without merging
# (nullfuse on a tmpfs file) and QEMU's FUSE export, with fio: all servers side by side, interleaved rounds, ratios.
# How to read the figures: bench/README.md.
set -euo pipefail

usage() {
    cat <<'USAGE'
usage: bench/mount.sh [options]          (as root; needs fio and gcc; a quiet machine)
  --rounds N      interleaved rounds (5)
  --seconds S     length of one measurement (2)
  --quick         3 rounds of 1 second
  --only NAME     only servers and workloads whose name contains one of these: repeat for several;
                  servers: null-1 null-2 nullmem memory-none memory plain-1 plain-2 file-none file qemu disk raw
                  null-4m memory-4m plain-4m file-4m
                  workloads: seqread-4k-qd32 ... (see bench/lib/workloads.sh)
  --size BYTES    size of each volume (512 MiB = 536870912)
  --folder DIR    where the files of disk and raw lie, on a disk (/var/tmp)
  --set KEY=VALUE a configuration value for the IoMerge servers, as of `iomerge mount --set`
  --save          also write the report to bench/results/<date>-mount.md
Servers: null-N: nullfuse without storage, N threads. nullmem: nullfuse that holds the bytes in its own memory.
plain-N: nullfuse, one pread/pwrite per request on tmpfs.
memory, file: IoMerge as installed; with -none: policy None, straight through. disk: a file on the disk, O_DIRECT;
raw: the same without a server, driven by fio with io_uring. -4m: requests of 4 MiB, fs.fuse.max_pages_limit raised.
Environment: IOMERGE_PROGRAM, another build of iomerge to measure instead of this one.
USAGE
}

repository=$(cd "$(dirname "$0")/.." && pwd)
command_line="bench/mount.sh $*"
rounds=5 seconds=2 size=$((512 << 20)) folder=/var/tmp save=
pages_limit=/proc/sys/fs/fuse/max_pages_limit old_limit=
settings=() only=()
while (($#)); do
    case $1 in
        --rounds) rounds=$2; shift ;;
        --seconds) seconds=$2; shift ;;
        --quick) rounds=3 seconds=1 ;;
        --only) only+=("$2"); shift ;;
        --size) size=$2; shift ;;
        --folder) folder=$2; shift ;;
        --set) settings+=(--set "$2"); shift ;;
        --save) save=1 ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
    shift
done

# shellcheck source=lib/machine.sh
. "$repository/bench/lib/machine.sh"
# shellcheck source=lib/servers.sh
. "$repository/bench/lib/servers.sh"
# shellcheck source=lib/workloads.sh
. "$repository/bench/lib/workloads.sh"

require() {
    ((EUID == 0)) || { echo "Run as root: the yardstick servers mount with mount(2)." >&2; exit 1; }
    local command
    for command in fio gcc dd awk; do
        command -v "$command" >/dev/null && continue
        echo "$command is missing: apt-get install -y fio gcc libc6-dev" >&2
        exit 1
    done
}

build() {
    gcc -O2 -Wall -Wextra -Werror -pthread -o "$work/nullfuse" "$repository/bench/nullfuse.c"
    program=${IOMERGE_PROGRAM:-$repository/src/Mount/bin/Release/net10.0/iomerge}
    if [[ -z ${IOMERGE_PROGRAM:-} ]]; then
        dotnet build "$repository/src/Mount" -c Release --nologo -v q >"$work/build.log" 2>&1 \
            || { cat "$work/build.log" >&2; exit 1; }
    fi
}

# wanted KNOWN-NAMES... : those that --only asks for; all, when it names none of this kind.
wanted() {
    local name part chosen=()
    for name in "$@"; do
        for part in "${only[@]}"; do
            [[ $name == *"$part"* ]] && { chosen+=("$name"); break; }
        done
    done
    ((${#chosen[@]})) || chosen=("$@")
    echo "${chosen[*]}"
}

start() {
    case $1 in
        nullmem) start_nullfuse "$1" 1 "" -m ;;
        null-4m) start_nullfuse "$1" 2 "" -w $((4 << 20)) ;;
        plain-4m) start_nullfuse "$1" 2 "$(make_store "$1")" -w $((4 << 20)) ;;
        memory-4m) start_iomerge "$1" "memory:$size" --set Fuse:MaxWrite=4MiB ;;
        file-4m) start_iomerge "$1" "file:$(make_store "$1"),direct=off" --set Fuse:MaxWrite=4MiB ;;
        null-*) start_nullfuse "$1" "${1#null-}" ;;
        plain-*) start_nullfuse "$1" "${1#plain-}" "$(make_store "$1")" ;;
        memory) start_iomerge "$1" "memory:$size" ;;
        memory-none) start_iomerge "$1" "memory:$size" --policy None ;;
        file) start_iomerge "$1" "file:$(make_store "$1"),direct=off" ;;
        file-none) start_iomerge "$1" "file:$(make_store "$1"),direct=off" --policy None ;;
        qemu) start_qemu "$1" "$(make_store "$1")" ;;
        disk)
            extra[disk]=$(make_disk_store disk)
            start_iomerge "$1" "file:${extra[disk]},direct=required"
            ;;
        raw) start_raw "$1" ;;
    esac
    # First touch: every page of the volume exists before anything is measured.
    dd if=/dev/zero of="${target[$1]}" bs=1M count=$((size >> 20)) oflag=direct conv=notrunc status=none
}

# Each round visits every workload, each workload every server; where a round begins rotates, so that no server
# always comes first.
run_rounds() {
    local round name server shift
    for ((round = 1; round <= rounds; round++)); do
        for name in $chosen_workloads; do
            for ((shift = 0; shift < ${#started[@]}; shift++)); do
                server=${started[((shift + round - 1) % ${#started[@]})]}
                applies "$server" "$name" || continue
                echo "$round $server $name $(measure "$name" "$server")" >>"$work/values"
            done
        done
        echo "round $round of $rounds done, ${SECONDS} s" >&2
    done
}

# System calls, in runs of their own: counting them costs each a little.
run_counts() {
    if ! can_count; then
        echo "perf cannot count system calls here (on Debian: apt-get install -y linux-perf): they are left out." >&2
        return
    fi
    local name server
    for name in $chosen_workloads; do
        for server in "${started[@]}"; do
            applies "$server" "$name" || continue
            echo "calls $server $name $(count_calls "$name" "$server")" >>"$work/values"
        done
    done
}

# What mounts cost that nobody uses, in one stretch for all of them.
run_idle() {
    local server
    declare -A before=()
    for server in "${started[@]}"; do
        before[$server]=$(cpu_ticks "$server")
    done
    sleep "$idle_seconds"
    for server in "${started[@]}"; do
        [[ ${pid[$server]:-} ]] || continue
        # Hundredths of a second over seconds: parts of a hundred.
        awk -v ticks=$(($(cpu_ticks "$server") - before[$server])) -v seconds="$idle_seconds" -v server="$server" \
            'BEGIN { printf "%s %.2f\n", server, ticks / seconds }' >>"$work/idle"
    done
}

# verdict VALUE MOST: in a word.
verdict() { awk -v value="$1" -v most="$2" 'BEGIN { print value <= most ? "reached" : "**missed**" }'; }

report() {
    echo "# Mounts, $(date -u +%F)"
    echo
    describe_machine
    echo "* command: \`$command_line\` ($rounds rounds of $seconds s, volumes of $((size >> 20)) MiB)"
    echo
    awk -v servers="${started[*]}" -v workloads="$chosen_workloads" -f "$repository/bench/lib/report.awk" "$work/values"
    echo
    local server percent most=$(((64 + 100) << 10))
    echo "Processor time while nobody asks, percent of one core over $idle_seconds s (goal of IoMerge: at most 0.5):"
    while read -r server percent; do
        echo "* $server: $percent$(is_iomerge "$server" && echo ", $(verdict "$percent" 0.5)")"
    done <"$work/idle"
    echo
    echo "Peak resident memory (KiB; a memory volume's own bytes included; goal of \`file\` and \`disk\`: at most" \
        "$most, the configured queue plus 100 MiB):"
    for server in "${started[@]}"; do
        [[ ${pid[$server]:-} ]] || continue
        echo "* $server: $(peak_memory "$server")$([[ $server == file* || $server == disk ]] \
            && echo ", $(verdict "$(peak_memory "$server")" "$most")")"
    done
}

is_iomerge() { [[ $1 == memory* || $1 == file* || $1 == disk ]]; }

# Requests beyond 1 MiB need the kernel's leave, which is taken back at the end.
raise_pages_limit() {
    [[ -w $pages_limit ]] || return 1
    old_limit=$(<"$pages_limit")
    echo 1024 >"$pages_limit"
}

clean_up() {
    stop_servers
    [[ $old_limit ]] && echo "$old_limit" >"$pages_limit"
    rm -rf "$work"
}

require
idle_seconds=10
work=$(mktemp -d /dev/shm/iomerge-bench.XXXXXX)
trap clean_up EXIT
build
has_large=
raise_pages_limit && has_large=1
chosen_workloads=$(wanted "${workloads[@]}")
started=()
for name in $(wanted null-1 null-2 nullmem memory-none memory plain-1 plain-2 file-none file qemu disk raw \
    null-4m memory-4m plain-4m file-4m); do
    if [[ $name == qemu ]] && ! command -v qemu-storage-daemon >/dev/null; then
        echo "qemu-storage-daemon is not installed: the comparison with QEMU is left out." >&2
        continue
    fi
    if [[ $name == *-4m && ! $has_large ]]; then
        echo "$name is left out: $pages_limit cannot be written (it needs Linux 6.13)." >&2
        continue
    fi
    start "$name"
    started+=("$name")
done
run_rounds
run_idle
run_counts
if [[ $save ]]; then
    mkdir -p "$repository/bench/results"
    report | tee "$repository/bench/results/$(date -u +%F)-mount.md"
else
    report
fi
