# shellcheck shell=bash
# The workloads, and one measurement. Sourced by the measuring scripts, which set `size` and `seconds`.

# name: fio's rw, block size, depth
declare -A workload=(
    [seqread-4k-qd32]="read 4k 32"
    [seqwrite-4k-qd32]="write 4k 32"
    [randread-4k-qd32]="randread 4k 32"
    [randwrite-4k-qd32]="randwrite 4k 32"
    [seqread-4k-qd1]="read 4k 1"
    [seqwrite-4k-qd1]="write 4k 1"
    [randread-4k-qd1]="randread 4k 1"
    [randwrite-4k-qd1]="randwrite 4k 1"
    [seqread-1m-qd4]="read 1m 4"
    [seqwrite-1m-qd4]="write 1m 4"
    [seqread-4m-qd4]="read 4m 4"
    [seqwrite-4m-qd4]="write 4m 4"
)
workloads=(
    seqread-4k-qd32 seqwrite-4k-qd32 randread-4k-qd32 randwrite-4k-qd32
    seqread-4k-qd1 seqwrite-4k-qd1 randread-4k-qd1 randwrite-4k-qd1
    seqread-1m-qd4 seqwrite-1m-qd4
    seqread-4m-qd4 seqwrite-4m-qd4
)

# applies SERVER WORKLOAD: whether it is measured there. What a disk does is asked where requests are many and small;
# requests of 4 MiB are for the servers that were started to take them whole.
applies() {
    case $1 in
        *-4m) [[ $2 == *-4m-* ]] ;;
        disk | raw) [[ $2 == *-4k-qd32 ]] ;;
        *) [[ $2 != *-4m-* ]] ;;
    esac
}

# run_fio WORKLOAD SERVER [COMMAND...]: fio under a command; prints operations per second and operations. The file has
# its full size before: nothing is extended. A raw file is driven by io_uring, the fastest that a client can do alone.
run_fio() {
    local name=$1 file=${target[$2]} engine=libaio rw bs depth line
    [[ $2 == raw ]] && engine=io_uring
    shift 2
    read -r rw bs depth <<<"${workload[$name]}"
    line=$("$@" fio --name="$name" --filename="$file" --rw="$rw" --bs="$bs" --iodepth="$depth" --size="$size" \
        --ioengine="$engine" --direct=1 --norandommap --time_based --runtime="$seconds" \
        --output-format=terse --terse-version=3) || { echo "fio failed on $file: $line" >&2; return 1; }
    # Fields of terse version 3: 5 error; of reads 8 IOPS and 9 milliseconds, of writes 49 and 50.
    awk -F';' '/^3;/ { if ($5) exit 1; print $8 + $49, ($8 * $9 + $49 * $50) / 1000 }' <<<"$line"
}

# cpu_ticks SERVER: user and system time so far, in hundredths of a second; 0 for what has no process. The name in the
# file may hold blanks: it is cut off.
cpu_ticks() {
    [[ ${pid[$1]:-} ]] || { echo 0; return; }
    sed 's/.*) //' "/proc/${pid[$1]}/stat" | awk '{ print $12 + $13 }'
}

# measure WORKLOAD SERVER: prints operations per second, and the server's microseconds per operation.
measure() {
    local before after rate operations
    before=$(cpu_ticks "$2")
    read -r rate operations < <(run_fio "$1" "$2")
    after=$(cpu_ticks "$2")
    [[ -n $rate ]] || return 1
    awk -v rate="$rate" -v ticks=$((after - before)) -v operations="$operations" \
        'BEGIN { printf "%s %.3f\n", rate, operations ? ticks * 10000 / operations : 0 }'
}

# can_count: whether perf can count system calls here.
can_count() {
    command -v perf >/dev/null && perf stat -x ';' -e raw_syscalls:sys_enter -- true 2>&1 \
        | grep -q '^[0-9][0-9]*;.*raw_syscalls'
}

# count_calls WORKLOAD SERVER: prints the server's system calls per operation; nothing for what has no process.
count_calls() {
    local rate operations counted=$work/calls
    [[ ${pid[$2]:-} ]] || return 0
    read -r rate operations < <(run_fio "$1" "$2" \
        perf stat -x ';' -o "$counted" -e raw_syscalls:sys_enter -p "${pid[$2]}" --)
    [[ -n $rate ]] || return 1
    awk -F';' -v operations="$operations" \
        '/raw_syscalls/ && $1 + 0 > 0 && operations { printf "%.4f\n", $1 / operations }' "$counted"
}
