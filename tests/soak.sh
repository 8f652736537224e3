#!/usr/bin/env bash
# A soak: minutes of mixed load over a mount with faults. At the end nothing that was acknowledged may be wrong, every
# request must have been answered once, memory must be flat, and nothing may be left mounted. See docs/testing.md.
set -euo pipefail

usage() {
    cat <<'USAGE'
usage: tests/soak.sh [options]          (as root; needs fio; nightly, not part of test.sh)
  --seconds N              how long the load goes on (600)
  --store KIND[,OPTION]... what the volumes lie on: file, block or memory, with options of a --volume SPEC, as
                           file,direct=required (file)
  --backend KEY=VALUE      a setting of each volume's Backend; repeat for several
  --policy NAME            the dispatch policy
  --set KEY=VALUE          any setting, as of `iomerge mount --set`; repeat for several
  --growth MIB             most that resident memory may grow after the warm-up (24)
Environment: IOMERGE_PROGRAM, another build of iomerge to try instead of this one; TMPDIR, where stores lie (/var/tmp;
a disk, for O_DIRECT).
USAGE
}

repository=$(cd "$(dirname "$0")/.." && pwd)
seconds=600 store=file growth=24
# Few at the store at a time, so that requests meet in the queue; later settings win over these.
arguments=(--set Volumes:checked:Scheduler:Depth=2 --set Volumes:faulty:Scheduler:Depth=4) backend=()
while (($#)); do
    case $1 in
        -h | --help) usage; exit 0 ;;
        --seconds | --store | --backend | --policy | --set | --growth)
            (($# > 1)) || { echo "soak.sh: $1 needs a value." >&2; exit 2; }
            case $1 in
                --seconds) seconds=$2 ;;
                --store) store=$2 ;;
                --growth) growth=$2 ;;
                --backend) backend+=("$2") ;;
                *) arguments+=("$1" "$2") ;;
            esac
            shift ;;
        *) usage >&2; exit 2 ;;
    esac
    shift
done
[[ $seconds =~ ^[1-9][0-9]*$ && $growth =~ ^[1-9][0-9]*$ ]] || { usage >&2; exit 2; }
[[ ${store%%,*} =~ ^(file|block|memory)$ ]] || { usage >&2; exit 2; }
((EUID == 0)) || { echo "soak.sh: run it as root: it mounts and makes loop devices." >&2; exit 2; }
for command in fio losetup fallocate; do
    command -v "$command" > /dev/null || { echo "soak.sh: $command is missing; ./test.sh installs it." >&2; exit 2; }
done

work=$(mktemp -d "${TMPDIR:-/var/tmp}/iomerge-soak.XXXXXX")
point=$work/mnt
summary=$work/summary.json
# Clients write here what went wrong; the run is good when it stays empty.
failures=$work/failures
server= clients=() loops=()
mkdir "$point"
: > "$failures"

# shellcheck source=soak/clients.sh
. "$repository/tests/soak/clients.sh"
# shellcheck source=soak/books.sh
. "$repository/tests/soak/books.sh"

clean_up() {
    touch "$work/stop"
    ((${#clients[@]} == 0)) || kill "${clients[@]}" 2> /dev/null || true
    [[ -z $server ]] || kill -KILL "$server" 2> /dev/null || true
    umount -l "$point" 2> /dev/null || true
    wait
    local loop
    for loop in "${loops[@]}"; do
        losetup -d "$loop" || true
    done
    rm -rf --one-file-system "$work"
}
trap clean_up EXIT

# store_spec NAME BYTES [OPTION]: sets spec to a --volume SPEC; what it lies on is made where it has to be.
store_spec() {
    local kind=${store%%,*} options=${store#"${store%%,*}"}
    if [[ $kind == memory ]]; then
        spec=memory:$2$options${3:-}
        return
    fi
    truncate -s "$2" "$work/$1.img"
    if [[ $kind == block && -z ${3:-} ]]; then
        loops+=("$(losetup --find --show "$work/$1.img")")
        spec=block:${loops[-1]}$options
    elif [[ $kind == block ]]; then
        spec=file:$work/$1.img$3
    else
        spec=file:$work/$1.img$options${3:-}
    fi
}

# decorator VOLUME INDEX KIND KEY=VALUE...: adds it to the arguments.
decorator() {
    local volume=$1 index=$2 setting
    arguments+=(--set "Volumes:$volume:Decorators:$index:Kind=$3")
    for setting in "${@:4}"; do
        arguments+=(--set "Volumes:$volume:Decorators:$index:$setting")
    done
}

volume_size=$((192 << 20))
for volume in checked faulty; do
    store_spec "$volume" "$volume_size"
    arguments+=(--volume "$volume=$spec")
done
store_spec growing $((1 << 20)) ,growable
arguments+=(--volume "growing=$spec")
for volume in checked faulty growing; do
    for setting in "${backend[@]}"; do
        arguments+=(--set "Volumes:$volume:Backend:$setting")
    done
done
# A third of a millisecond and now and then much more: queues form, and requests wait long enough to be interrupted.
decorator checked 0 delay ReadDelayUs=200 WriteDelayUs=300 JitterUs=2000
decorator checked 1 verify
decorator faulty 0 error Kinds=Read,Write Rate=0.02 Error=EIO
decorator faulty 1 error Kinds=Read,Write Rate=0.02 Short=true Seed=1
decorator faulty 2 delay ReadDelayUs=500 WriteDelayUs=500 JitterUs=8000
decorator growing 0 verify

program=${IOMERGE_PROGRAM:-$repository/iomerge}
# Built where it has to be, before anything is waited for.
"$program" --version > /dev/null
"$program" mount "$point" --summary "$summary" "${arguments[@]}" > "$work/log" 2>&1 &
server=$!
for ((i = 0; i < 600; i++)); do
    [[ -e $point/checked ]] && break
    kill -0 "$server" 2> /dev/null || { cat "$work/log" >&2; exit 1; }
    sleep 0.1
done
[[ -e $point/checked ]] || { echo "soak.sh: nothing was mounted within a minute:" >&2; cat "$work/log" >&2; exit 1; }

# First touch: the pages of a memory volume, and what the verify decorator remembers, are no growth.
for volume in checked faulty growing; do
    mebibytes=$((volume_size >> 20))
    [[ $volume != growing ]] || mebibytes=52
    dd if=/dev/zero of="$point/$volume" bs=1M count=$mebibytes oflag=direct conv=notrunc status=none 2> /dev/null \
        || true
done
echo "soak: $seconds s on $store, pid $server"
for client in verify_with_fio copy_and_compare grow_and_shrink suffer_errors be_interrupted; do
    # The shell tells of each client that was killed, which is what some are for.
    "$client" 2> /dev/null &
    clients+=($!)
done
observe "$seconds"
touch "$work/stop"
wait "${clients[@]}" || true
clients=()
finish_and_judge
