# shellcheck shell=bash
# The servers under comparison: each is started once, stays mounted beside the others, and is ended by
# stop_servers. Sourced by the measuring scripts; they set `work` (a scratch folder on a tmpfs), `repository`,
# `program` (the iomerge executable), `size` (bytes), `folder` (a place on a disk) and `settings` (extra --set arguments
# for iomerge).

declare -A target=()  # server -> the file that a client reads and writes
declare -A pid=()     # server -> its process

declare -A extra=()   # server -> a file of its own outside `work`, removed at the end

# wait_for SERVER COMMAND...: until the command succeeds; ends the run when the server does, or after 30 s.
wait_for() {
    local server=$1 deadline=$((SECONDS + 30))
    shift
    until "$@" 2>/dev/null; do
        if ! kill -0 "${pid[$server]}" 2>/dev/null || ((SECONDS > deadline)); then
            echo "The server $server did not start:" >&2
            cat "$work/$server.log" >&2
            exit 1
        fi
        sleep 0.05
    done
}

# A backing file of the server's own on the tmpfs, written in full so that nothing is allocated while measuring.
# One each, because IoMerge and QEMU lock the file they serve.
make_store() {
    local store=$work/$1.img
    dd if=/dev/zero of="$store" bs=1M count=$((size >> 20)) status=none
    echo "$store"
}

# The same on the disk.
make_disk_store() {
    local store
    store=$(mktemp "$folder/iomerge-bench-$1.XXXXXX")
    dd if=/dev/zero of="$store" bs=1M count=$((size >> 20)) oflag=direct conv=fsync status=none
    echo "$store"
}

make_mount_point() {
    mkdir -p "$work/mnt/$1"
    echo "$work/mnt/$1"
}

# start_nullfuse SERVER THREADS [STORE [OPTION...]]
start_nullfuse() {
    local server=$1 threads=$2 store=${3:-} point
    shift $(($# < 3 ? $# : 3))
    point=$(make_mount_point "$server")
    "$work/nullfuse" -t "$threads" -c -s "$size" ${store:+-b "$store"} "$@" "$point" >"$work/$server.log" 2>&1 &
    pid[$server]=$!
    target[$server]=$point/disk
    wait_for "$server" test -f "${target[$server]}"
}

# start_iomerge SERVER SPEC [ARGUMENT...]
start_iomerge() {
    local server=$1 spec=$2 point
    shift 2
    point=$(make_mount_point "$server")
    "$program" mount "$point" --volume "disk=$spec" "$@" "${settings[@]}" >"$work/$server.log" 2>&1 &
    pid[$server]=$!
    target[$server]=$point/disk
    wait_for "$server" test -f "${target[$server]}"
}

# start_qemu SERVER STORE: QEMU's export shows the volume as a file mounted over a file.
start_qemu() {
    local server=$1 store=$2 file=$work/mnt/$1
    : >"$file"
    qemu-storage-daemon --blockdev "driver=file,node-name=store,filename=$store" \
        --export "type=fuse,id=export,node-name=store,mountpoint=$file,writable=on" >"$work/$server.log" 2>&1 &
    pid[$server]=$!
    target[$server]=$file
    wait_for "$server" test -s "$file"
}

# start_raw SERVER: no server at all, the file on the disk as it is.
start_raw() {
    extra[$1]=$(make_disk_store "$1")
    target[$1]=${extra[$1]}
}

# Peak resident memory of a server in KiB.
peak_memory() { awk '/^VmHWM/ { print $2 }' "/proc/${pid[$1]}/status"; }

stop_servers() {
    local server
    for server in "${!pid[@]}"; do
        if [[ $server == qemu ]]; then
            kill "${pid[$server]}" 2>/dev/null || true
        else
            umount "$work/mnt/$server" 2>/dev/null || umount -l "$work/mnt/$server" 2>/dev/null || true
        fi
    done
    wait "${pid[@]}" 2>/dev/null || true
    rm -f "${extra[@]}"
}
