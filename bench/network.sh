#!/usr/bin/env bash
# Measures mounts of network stores: an nbdkit that this starts, plain and behind a delay, against nbdfuse on the same
# nbdkit; and an image of a Ceph of one node (tests/ceph/cluster.sh), against the same mount without merging and fio's
# own engine rbd. `iomerge bench` does the work; this chooses stores, workloads and columns, and holds the figures
# against the goals. How to read them: bench/README.md.
set -euo pipefail

usage() {
    cat <<'USAGE'
usage: bench/network.sh [options]        (as root; needs fio, nbdkit, nbdfuse, ceph's packages; a quiet machine)
  --rounds N    interleaved rounds (5)
  --seconds S   length of one measurement (2)
  --only NAME   only stores whose name contains this; several may be given: serial delay memory rbd rbd-cache
                rbd-scheduler
  --size SIZE   of what is read and written of each store (256MiB)
  --save        also write bench/results/<date>-network.md, and all figures and pictures as <date>-network-*.html
Environment: IOMERGE_PROGRAM, another build of iomerge to measure instead of this one.
USAGE
}

repository=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=lib/machine.sh
. "$repository/bench/lib/machine.sh"
command_line="bench/network.sh $*"
rounds=5 seconds=2 size=256MiB save=
only=()
while (($#)); do
    case $1 in
        --rounds) rounds=$2; shift ;;
        --seconds) seconds=$2; shift ;;
        --only) only+=("$2"); shift ;;
        --size) size=$2; shift ;;
        --save) save=1 ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
    shift
done

small=(-w 'seqread-4k-qd32' -w 'seqwrite-4k-qd32' -w 'randread-4k-qd32' -w 'randwrite-4k-qd32')
large=(-w 'seqread-1m-qd4' -w 'seqwrite-1m-qd4')
ceph_home=${IOMERGE_CEPH:-/var/tmp/iomerge-ceph}
cluster=$repository/tests/ceph/cluster.sh
image=

require() {
    ((EUID == 0)) || { echo "Run as root: it measures mounts." >&2; exit 1; }
    local command
    for command in fio nbdkit nbdfuse awk; do
        command -v "$command" >/dev/null && continue
        echo "$command is missing: apt-get install -y fio nbdkit libnbd-bin" >&2
        exit 1
    done
}

build() {
    program=${IOMERGE_PROGRAM:-$repository/src/Mount/bin/Release/net10.0/iomerge}
    [[ -z ${IOMERGE_PROGRAM:-} ]] || return 0
    dotnet build "$repository/src/Mount" -c Release --nologo -v q >"$work/build.log" 2>&1 \
        || { cat "$work/build.log" >&2; exit 1; }
}

# wanted NAME: whether --only asks for it; it does for all when it names nothing.
wanted() {
    ((${#only[@]})) || return 0
    local part
    for part in "${only[@]}"; do
        [[ $1 == *"$part"* ]] && return 0
    done
    return 1
}

# bench NAME STORE ARGUMENT...: one run, its figures added to those of the others under the store's short name.
bench() {
    local name=$1 store=$2
    shift 2
    wanted "$name" || return 0
    "$program" bench --mounted --peers --policies None,Deadline --store "$store" --size "$size" --rounds "$rounds" \
        --seconds "$seconds" --csv "$work/$name.csv" --html "$work/$name.html" "$@" >"$work/$name.log" 2>&1 \
        || { cat "$work/$name.log" >&2; exit 1; }
    names+=("$name")
    echo "$name done, $SECONDS s" >&2
}

# The cluster is shared with tests: whoever uses it keeps a lock, and the last to go stops it.
start_ceph() {
    mkdir -p "$ceph_home"
    exec 7>>"$ceph_home/users"
    flock -s 7
    "$cluster" up 7>&- >"$work/ceph.log" 2>&1 || { cat "$work/ceph.log" >&2; exit 1; }
    image=bench-$$
    "$cluster" exec rbd create --size "$(("${size%MiB}"))M" "rbd/$image" 7>&-
}

stop_ceph() {
    [[ $image ]] || return 0
    "$cluster" exec rbd rm --no-progress "rbd/$image" 7>&- || true
    exec 7>&-
    "$cluster" down
}

report() {
    echo "# Network stores, $(date -u +%F)"
    echo
    describe_machine nbdkit
    echo "* command: \`$command_line\` ($rounds rounds of $seconds s, $size of each store)"
    echo
    local files=() name
    for name in "${names[@]}"; do
        files+=("$work/$name.csv")
    done
    awk -f "$repository/bench/lib/network.awk" "${files[@]}"
}

require
[[ $size == *MiB ]] || { echo "--size $size: a number of MiB, as 256MiB" >&2; exit 2; }
work=$(mktemp -d /dev/shm/iomerge-network.XXXXXX)
trap 'stop_ceph; rm -rf "$work"' EXIT
build
names=()
bench serial nbd-delay1ms-serial "${small[@]:0:4}"
bench delay nbd-delay1ms "${small[@]:0:4}"
bench memory nbd-memory "${small[@]}" "${large[@]}"
if wanted rbd || wanted rbd-cache || wanted rbd-scheduler; then
    start_ceph
    address="rbd:rbd/$image,conf=$ceph_home/state/ceph.conf"
    bench rbd "$address" --overwrite "${small[@]}" "${large[@]}"
    bench rbd-cache "$address,cache" --overwrite "${small[@]}" "${large[@]}"
    bench rbd-scheduler "$address,ioscheduler" --overwrite "${small[@]}" "${large[@]}"
fi
((${#names[@]})) || { echo "--only ${only[*]}: there is no such store" >&2; exit 2; }
if [[ $save ]]; then
    results=$repository/bench/results
    mkdir -p "$results"
    report | tee "$results/$(date -u +%F)-network.md"
    for name in "${names[@]}"; do
        cp "$work/$name.html" "$results/$(date -u +%F)-network-$name.html"
    done
else
    report
fi
