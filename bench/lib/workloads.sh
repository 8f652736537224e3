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
)
workloads=(
    seqread-4k-qd32 seqwrite-4k-qd32 randread-4k-qd32 randwrite-4k-qd32
    seqread-4k-qd1 seqwrite-4k-qd1 randread-4k-qd1 randwrite-4k-qd1
    seqread-1m-qd4 seqwrite-1m-qd4
)

# run_fio WORKLOAD FILE [COMMAND...]: fio under a command; prints operations per second and operations. The file has its
# full size before: nothing is extended.
run_fio() {
    local name=$1 file=$2 rw bs depth line
    shift 2
    read -r rw bs depth <<<"${workload[$name]}"
    line=$("$@" fio --name="$name" --filename="$file" --rw="$rw" --bs="$bs" --iodepth="$depth" --size="$size" \
        --ioengine=libaio --direct=1 --norandommap --time_based --runtime="$seconds" \
        --output-format=terse --terse-version=3) || { echo "fio failed on $file: $line" >&2; return 1; }
    # Fields of terse version 3: 5 error; of reads 8 IOPS and 9 milliseconds, of writes 49 and 50.
    awk -F';' '/^3;/ { if ($5) exit 1; print $8 + $49, ($8 * $9 + $49 * $50) / 1000 }' <<<"$line"
}

# cpu_ticks PROCESS: user and system time so far, in hundredths of a second. The name may hold blanks: it is cut off.
cpu_ticks() { sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'; }

# measure WORKLOAD FILE PROCESS: prints operations per second, and the process' microseconds per operation.
measure() {
    local before after rate operations
    before=$(cpu_ticks "$3")
    read -r rate operations < <(run_fio "$1" "$2")
    after=$(cpu_ticks "$3")
    [[ -n $rate ]] || return 1
    awk -v rate="$rate" -v ticks=$((after - before)) -v operations="$operations" \
        'BEGIN { printf "%s %.3f\n", rate, operations ? ticks * 10000 / operations : 0 }'
}

# can_count: whether perf can count system calls here.
can_count() {
    command -v perf >/dev/null && perf stat -x ';' -e raw_syscalls:sys_enter -- true 2>&1 \
        | grep -q '^[0-9][0-9]*;.*raw_syscalls'
}

# count_calls WORKLOAD FILE PROCESS: prints the process' system calls per operation.
count_calls() {
    local rate operations counted=$work/calls
    read -r rate operations < <(run_fio "$1" "$2" \
        perf stat -x ';' -o "$counted" -e raw_syscalls:sys_enter -p "$3" --)
    [[ -n $rate ]] || return 1
    awk -F';' -v operations="$operations" \
        '/raw_syscalls/ && $1 + 0 > 0 && operations { printf "%.4f\n", $1 / operations }' "$counted"
}
