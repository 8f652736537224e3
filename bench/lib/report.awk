# Turns "round server workload operations-per-second" lines into markdown: medians with spread, and verdicts.
# Set from outside: servers, workloads (names in order, separated by blanks).
# A ratio is one of medians; its spread is the smallest and largest ratio within a round.

function sort_numbers(list, n,    i, j, value) {
    for (i = 2; i <= n; i++) {
        value = list[i]
        for (j = i - 1; j > 0 && list[j] > value; j--) list[j + 1] = list[j]
        list[j + 1] = value
    }
}

function collect(server, workload,    round, n) {
    n = 0
    for (round = 1; round <= rounds; round++)
        if ((round, server, workload) in value) sorted[++n] = value[round, server, workload]
    sort_numbers(sorted, n)
    return n
}

function median(server, workload,    n) {
    n = collect(server, workload)
    if (!n) return 0
    return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
}

function thousands(x) { return sprintf(x >= 100000 ? "%.0f" : x >= 10000 ? "%.1f" : "%.2f", x / 1000) }

function cell(server, workload,    n, m) {
    m = median(server, workload)
    if (!m) return "–"
    n = collect(server, workload)
    return thousands(m) " (" thousands(sorted[1]) "–" thousands(sorted[n]) ")"
}

# The better of several servers on a workload: the yardstick is what the best of them does.
function best(candidates, workload,    list, n, i, found, highest) {
    n = split(candidates, list, " ")
    for (i = 1; i <= n; i++)
        if (median(list[i], workload) > highest) { highest = median(list[i], workload); found = list[i] }
    return found
}

function ratio_spread(server, other, workload,    round, ratio, low, high) {
    for (round = 1; round <= rounds; round++) {
        if (!((round, server, workload) in value) || !value[round, other, workload]) continue
        ratio = value[round, server, workload] / value[round, other, workload]
        if (!low || ratio < low) low = ratio
        if (ratio > high) high = ratio
    }
    return sprintf("%.2f–%.2f", low, high)
}

function verdict(server, candidates, goal, names,    list, n, i, other, ratio) {
    n = split(names, list, " ")
    for (i = 1; i <= n; i++) {
        other = best(candidates, list[i])
        if (!other || !median(server, list[i])) continue
        ratio = median(server, list[i]) / median(other, list[i])
        if (!verdicts++)
            printf "\nSpeed to reach: ratio of medians (spread of the rounds' ratios).\n\n" \
                "| verdict | server | against | workload | goal | ratio |\n|---|---|---|---|---|---|\n"
        printf "| %s | %s | %s | %s | ≥ %.1f | %.2f (%s) |\n", (ratio >= goal ? "reached" : "**missed**"),
            server, other, list[i], goal, ratio, ratio_spread(server, other, list[i])
    }
}

{ value[$1, $2, $3] = $4; if ($1 > rounds) rounds = $1 }

END {
    count = split(servers, column, " ")
    rows = split(workloads, row, " ")
    printf "Thousands of operations per second: median (lowest–highest) of %d rounds.\n\n| workload |", rounds
    for (c = 1; c <= count; c++) printf " %s |", column[c]
    printf "\n|---|"
    for (c = 1; c <= count; c++) printf "---|"
    printf "\n"
    for (r = 1; r <= rows; r++) {
        printf "| %s |", row[r]
        for (c = 1; c <= count; c++) printf " %s |", cell(column[c], row[r])
        printf "\n"
    }
    random = "randread-4k-qd32 randwrite-4k-qd32"
    sequential = "seqread-4k-qd32 seqwrite-4k-qd32"
    single = "seqread-4k-qd1 seqwrite-4k-qd1 randread-4k-qd1 randwrite-4k-qd1"
    large = "seqread-1m-qd4 seqwrite-1m-qd4"
    verdict("memory", "null-1 null-2", 0.9, sequential " " random)
    verdict("memory", "null-1 null-2", 0.9, single)
    verdict("file", "plain-1 plain-2", 1.0, random)
    verdict("file", "plain-1 plain-2", 1.2, sequential)
    verdict("file", "plain-1 plain-2", 0.9, large)
    verdict("file", "qemu", 4.0, sequential " " random)
}
