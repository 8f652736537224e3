# Turns the CSV files of `iomerge bench`, one a store, into markdown: medians with spread, CPU per request, verdicts.
# A store is called by its file. A ratio is one of medians; its spread is that of the rounds' own ratios.
# No field that is read here holds a comma: names, numbers and a column that is found by its name in the first line.

function name_of(path) { sub(/.*\//, "", path); sub(/\.csv$/, "", path); return path }

function sort_numbers(list, n,    i, j, number) {
    for (i = 2; i <= n; i++) {
        number = list[i]
        for (j = i - 1; j >= 1 && list[j] > number; j--) list[j + 1] = list[j]
        list[j + 1] = number
    }
}

# The median of what was measured in all rounds; low and high are set. 0 when there is nothing.
function median(table, store, workload, column,    round, n, list) {
    n = 0
    for (round = 1; round <= rounds; round++)
        if ((store, workload, column, round) in table) list[++n] = table[store, workload, column, round]
    if (!n) return 0
    sort_numbers(list, n)
    low = list[1]
    high = list[n]
    return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}

function verdict(store, column, other, goal, workloads,    n, list, i, round, mine, theirs, ratio, least, most, one) {
    n = split(workloads, list, " ")
    for (i = 1; i <= n; i++) {
        mine = median(iops, store, list[i], column)
        theirs = median(iops, store, list[i], other)
        if (!mine || !theirs) continue
        least = 0
        most = 0
        for (round = 1; round <= rounds; round++) {
            if (!((store, list[i], other, round) in iops) || !iops[store, list[i], other, round]) continue
            one = iops[store, list[i], column, round] / iops[store, list[i], other, round]
            if (!least || one < least) least = one
            if (one > most) most = one
        }
        ratio = mine / theirs
        if (!verdicts++)
            printf "Speed to reach: ratio of medians (spread of the rounds' ratios).\n\n" \
                "| verdict | store | column | against | workload | goal | ratio |\n|---|---|---|---|---|---|---|\n"
        printf "| %s | %s | %s | %s | %s | ≥ %.1f | %.2f (%.2f–%.2f) |\n", (ratio >= goal ? "reached" : "**missed**"),
            store, column, other, list[i], goal, ratio, least, most
    }
}

BEGIN { FS = "," }

FNR == 1 {
    for (i = 1; i <= NF; i++) field[$i] = i
    store = name_of(FILENAME)
    stores[++store_count] = store
    next
}

{
    # A store's own name may hold commas and is quoted then; what is read counts from the workload on.
    line = $0
    if (line ~ /^"/) sub(/^"[^"]*"/, "store", line)
    split(line, value, ",")
    workload = value[field["workload"]]
    column = value[field["strategy"]]
    round = value[field["round"]]
    if (!((store, workload) in known)) row[store, ++row_count[store]] = workload
    known[store, workload] = 1
    if (!((store, column) in seen)) columns[store, ++column_count[store]] = column
    seen[store, column] = 1
    iops[store, workload, column, round] = value[field["iops"]]
    if (value[field["cpu_us_per_request"]] != "")
        cpu[store, workload, column, round] = value[field["cpu_us_per_request"]]
    if (round > rounds) rounds = round
}

END {
    for (s = 1; s <= store_count; s++) {
        store = stores[s]
        printf "Store %s: requests per second, and microseconds of the server's processor time for each; " \
            "medians (lowest–highest) of %d rounds.\n\n| workload |", store, rounds
        for (c = 1; c <= column_count[store]; c++) printf " %s |", columns[store, c]
        printf "\n|---|"
        for (c = 1; c <= column_count[store]; c++) printf "---|"
        printf "\n"
        for (r = 1; r <= row_count[store]; r++) {
            printf "| %s |", row[store, r]
            for (c = 1; c <= column_count[store]; c++) {
                m = median(iops, store, row[store, r], columns[store, c])
                if (!m) {
                    printf " |"
                    continue
                }
                printf " %.0f (%.0f–%.0f)", m, low, high
                m = median(cpu, store, row[store, r], columns[store, c])
                printf "%s |", m ? sprintf(", %.1f µs", m) : ""
            }
            printf "\n"
        }
        printf "\n"
    }
    sequential = "seqread-4k-qd32 seqwrite-4k-qd32"
    random = "randread-4k-qd32 randwrite-4k-qd32"
    large = "seqread-1m-qd4 seqwrite-1m-qd4"
    verdict("serial", "Deadline", "nbdfuse", 25, sequential)
    verdict("delay", "Deadline", "nbdfuse", 1.5, sequential)
    verdict("memory", "Deadline", "nbdfuse", 3, sequential)
    verdict("memory", "Deadline", "nbdfuse", 1.5, large)
    verdict("memory", "Deadline", "nbdfuse", 2, random)
    verdict("rbd", "Deadline", "None", 5, sequential)
    verdict("rbd", "Deadline", "None", 1, random)
}
