# shellcheck shell=bash
# What a soak watches and judges: the summaries that the server writes, its memory, and what is left at the end.
# Sourced by soak.sh, which sets the variables.
# shellcheck disable=SC2154

# sequence: how often the server has written its summary; 0 before the first time.
sequence() {
    [[ -e $summary ]] || { echo 0; return; }
    awk -F'[:,]' '/"sequence"/ { print $2 + 0 }' "$summary"
}

# book VOLUME FIELD: a number of the last summary.
book() {
    awk -v volume="\"$1\":" -v field="\"$2\":" '
        $1 == volume { inside = 1 }
        inside && $1 == field { print $2 + 0; exit }' "$summary"
}

resident_kib() { awk '/^VmRSS/ { print $2 }' "/proc/$server/status"; }

# observe SECONDS: asks for a summary every few seconds and notes resident memory; ends early when the server does.
observe() {
    local before waited end=$((SECONDS + $1))
    while ((SECONDS < end)); do
        sleep 2
        kill -0 "$server" 2> /dev/null || { fail "the server ended by itself"; return 0; }
        before=$(sequence)
        kill -USR1 "$server"
        for ((waited = 0; $(sequence) == before; waited++)); do
            ((waited < 600)) || { fail "no summary within a minute of SIGUSR1"; return 0; }
            sleep 0.1
        done
        echo "$SECONDS $(resident_kib)" >> "$work/memory"
    done
}

# The books of one volume, after the end: what came in was answered, and nothing is left.
judge_books() {
    local volume=$1 in completed queued flying failed
    in=$(book "$volume" requestsIn) completed=$(book "$volume" requestsCompleted)
    queued=$(book "$volume" queued) flying=$(book "$volume" inFlight) failed=$(book "$volume" requestsFailed)
    echo "$volume: $in requests in, $completed completed ($failed with an error," \
        "$(book "$volume" requestsCancelled) cancelled), $(book "$volume" operationsOut) operations out," \
        "$(book "$volume" backMerges) merged"
    ((in > 0)) || fail "$volume: no request arrived; the soak has shown nothing"
    ((in == completed)) || fail "$volume: $in requests came in and $completed were answered"
    ((queued == 0 && flying == 0)) || fail "$volume: $queued requests and $flying operations are left over"
    if [[ $volume == faulty ]]; then
        ((failed > 0)) || fail "faulty: no request failed; the soak has shown nothing about errors"
    else
        ((failed == 0)) || fail "$volume: $failed requests failed on a good store"
    fi
}

# Resident memory: the largest of the last quarter against the largest of the second eighth, after the warm-up.
judge_memory() {
    local first last
    read -r first last < <(awk '{ value[NR] = $2 }
        END {
            for (i = int(NR / 8) + 1; i <= int(NR / 4) + 1; i++) if (value[i] > first) first = value[i]
            for (i = int(NR * 3 / 4) + 1; i <= NR; i++) if (value[i] > last) last = value[i]
            print first + 0, last + 0
        }' "$work/memory")
    echo "memory: $((first >> 10)) MiB after the warm-up, at most $((last >> 10)) MiB in the last quarter"
    ((first > 0)) || fail "memory was never looked at"
    ((last <= first + (growth << 10))) || fail "memory grew from $first to $last KiB, by more than $growth MiB"
}

finish_and_judge() {
    local code=0 name
    kill -0 "$server" 2> /dev/null && { "$program" unmount "$point" || fail "unmount ended with $?"; }
    wait "$server" || code=$?
    server=
    ((code == 0)) || fail "the server ended with $code"
    grep -q '"isFinal": true' "$summary" || fail "the last summary is not the final one"
    for name in checked faulty growing; do
        judge_books "$name"
    done
    judge_memory
    for name in verify copy grow errors interrupted; do
        echo "rounds of $name: $(cat "$work/rounds.$name" 2> /dev/null || fail "$name never came round")"
    done
    ! grep -q " $point " /proc/mounts || fail "$point is still mounted"
    if [[ ${store%%,*} == file && -e $work/last-copied ]]; then
        cmp -n $((16 << 20)) "$work/checked.img" "$work/last-copied" --ignore-initial=$((volume_size / 2)):0 \
            || fail "the store does not hold what was copied last, though that was flushed"
    fi
    if [[ -s $failures ]]; then
        echo "soak: FAILED"
        cat "$failures" "$work/log"
        exit 1
    fi
    echo "soak: all well after $(wc -l < "$work/memory") summaries"
}
