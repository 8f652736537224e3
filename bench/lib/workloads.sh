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

# measure WORKLOAD FILE: prints operations per second. The file has its full size before: nothing is extended.
measure() {
    local rw bs depth line
    read -r rw bs depth <<<"${workload[$1]}"
    line=$(fio --name="$1" --filename="$2" --rw="$rw" --bs="$bs" --iodepth="$depth" --size="$size" \
        --ioengine=libaio --direct=1 --norandommap --time_based --runtime="$seconds" \
        --output-format=terse --terse-version=3) || { echo "fio failed on $2: $line" >&2; return 1; }
    # Fields of terse version 3: 5 error, 8 read IOPS, 49 write IOPS.
    awk -F';' '/^3;/ { if ($5) exit 1; print $8 + $49 }' <<<"$line"
}
