# shellcheck shell=bash
# The clients of a soak: each goes on until the file "stop" is there. What a correct server cannot have caused goes
# into "failures", one line each. Sourced by soak.sh, which sets the variables.
# shellcheck disable=SC2154

going() { [[ ! -e $work/stop ]]; }

fail() { echo "$*" >> "$failures"; }

# The first half of the volume without faults, with every pattern and way in that fio has; it checks what it wrote.
verify_with_fio() {
    local round=0 engines=(libaio psync io_uring libaio) patterns=(write randwrite rw randrw)
    local sizes=(4k-4k 4k-64k 16k-16k 1m-1m)
    fio --name=probe --ioengine=io_uring --rw=read --size=4k --filename=/bin/sh --readonly > /dev/null 2>&1 \
        || engines[2]=libaio
    while going; do
        fio --name=verify --filename="$point/checked" --direct=1 --size=$((volume_size / 2)) --io_size=12m \
            --ioengine="${engines[round % 4]}" --rw="${patterns[round / 2 % 4]}" --bsrange="${sizes[round % 4]}" \
            --iodepth=$((32 >> (round % 6))) --randseed=$((round + 1)) --fsync=$((round % 3 * 32)) \
            --verify=crc32c --verify_fatal=1 --verify_state_save=0 > "$work/fio.log" 2>&1 \
            || fail "fio found wrong bytes or an error in round $round: $(head -n 5 "$work/fio.log")"
        round=$((round + 1))
        echo "$round" > "$work/rounds.verify"
    done
}

# The second half: large and odd sizes through dd, past the page cache and through it, durable, then compared.
copy_and_compare() {
    local round=0 sizes=(1M 64k 4k 1536k) start=$((volume_size / 2 >> 20))
    while going; do
        dd if=/dev/urandom of="$work/source" bs=1M count=16 status=none
        dd if="$work/source" of="$point/checked" bs="${sizes[round % 4]}" oflag=direct,seek_bytes \
            seek=$((start << 20)) conv=notrunc,fsync status=none || fail "dd could not write in round $round"
        dd if="$point/checked" bs=256k iflag=direct,skip_bytes,count_bytes skip=$((start << 20)) \
            count=$((16 << 20)) status=none | cmp - "$work/source" > "$work/cmp.log" 2>&1 \
            || fail "dd read other bytes than it had written in round $round: $(cat "$work/cmp.log")"
        cp "$work/source" "$work/last-copied"
        round=$((round + 1))
        echo "$round" > "$work/rounds.copy"
    done
}

# A volume that changes its size, beside an ordinary file to which the same is done.
grow_and_shrink() {
    local round=0 twin=$work/twin block size file
    truncate -s 1M "$twin"
    while going; do
        size=$((RANDOM % 48 + 1)) block=$((RANDOM % 48))
        dd if=/dev/urandom of="$work/piece" bs=4k count=$((RANDOM % 64 + 1)) status=none
        for file in "$twin" "$point/growing"; do
            truncate -s "${size}M" "$file" || fail "truncate in round $round"
            dd if="$work/piece" of="$file" bs=32k seek="$block" conv=notrunc,fdatasync status=none \
                || fail "dd beyond the end in round $round"
            truncate -s -777 "$file" || fail "truncate by 777 bytes in round $round"
            printf 'end of round %d' "$round" >> "$file" || fail "append in round $round"
        done
        dd if="$point/growing" bs=256k status=none | cmp "$twin" - > "$work/cmp-growing.log" 2>&1 \
            || fail "the growing volume and its twin differ in round $round: $(cat "$work/cmp-growing.log")"
        round=$((round + 1))
        echo "$round" > "$work/rounds.grow"
    done
}

# Errors are expected here: two of a hundred operations fail, as many end early. Only a hang would be wrong.
suffer_errors() {
    local round=0
    while going; do
        timeout --signal=KILL 60 fio --name=errors --filename="$point/faulty" --direct=1 --size="$volume_size" \
            --ioengine=libaio --iodepth=32 --rw=randrw --bs=4k --io_size=16m --randseed=$((round + 1)) \
            --continue_on_error=all --output=/dev/null 2> /dev/null && true
        (($? != 137)) || fail "a client of the faulty volume hung for a minute in round $round"
        round=$((round + 1))
        echo "$round" > "$work/rounds.errors"
    done
}

# Clients that are killed while their requests are on the way, by signals that can be caught and by one that cannot.
be_interrupted() {
    local round=0 signals=(INT KILL TERM) files=(faulty checked)
    while going; do
        timeout --signal="${signals[round % 3]}" "0.0$((RANDOM % 9 + 1))" \
            dd if="$point/${files[round % 2]}" of=/dev/null bs=1M iflag=direct status=none 2> /dev/null || true
        timeout --signal="${signals[(round + 1) % 3]}" "0.0$((RANDOM % 9 + 1))" \
            dd if=/dev/zero of="$point/faulty" bs=1M oflag=direct conv=notrunc status=none 2> /dev/null || true
        round=$((round + 1))
        echo "$round" > "$work/rounds.interrupted"
        sleep 0.05
    done
}
