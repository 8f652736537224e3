# Turns what was measured into markdown: medians with spread, and verdicts. Lines of input:
#   round server workload operations-per-second CPU-microseconds-per-operation
#   calls server workload system-calls-per-operation
# Set from outside: servers, workloads (names in order, separated by blanks).
# A ratio is one of medians; its spread is the smallest and largest ratio within a round.

function sort_numbers(list, n,    i, j, number) {
    for (i = 2; i <= n; i++) {
        number = list[i]
        for (j = i - 1; j > 0 && list[j] > number; j--) list[j + 1] = list[j]
        list[j + 1] = number
    }
}

function collect(data, server, workload,    round, n) {
    n = 0
    for (round = 1; round <= rounds; round++)
        if ((round, server, workload) in data) sorted[++n] = data[round, server, workload]
    sort_numbers(sorted, n)
    return n
}

function median(data, server, workload,    n) {
    n = collect(data, server, workload)
    if (!n) return 0
    return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
}

function thousands(x) { return sprintf(x >= 100000 ? "%.0f" : x >= 10000 ? "%.1f" : "%.2f", x / 1000) }

function rate_cell(server, workload,    n, m) {
    m = median(rate, server, workload)
    if (!m) return "–"
    n = collect(rate, server, workload)
    return thousands(m) " (" thousands(sorted[1]) "–" thousands(sorted[n]) ")"
}

function cpu_cell(server, workload,    n, m) {
    m = median(cpu, server, workload)
    if (!m) return "–"
    n = collect(cpu, server, workload)
    return sprintf("%.1f (%.1f–%.1f)", m, sorted[1], sorted[n])
}

function calls_cell(server, workload) {
    return (server, workload) in calls ? sprintf("%.2f", calls[server, workload]) : "–"
}

function text_of(what, server, workload) {
    return what == "rate" ? rate_cell(server, workload) \
        : what == "cpu" ? cpu_cell(server, workload) : calls_cell(server, workload)
}

function table(what, title,    r, c) {
    printf "%s\n\n| workload |", title
    for (c = 1; c <= count; c++) printf " %s |", column[c]
    printf "\n|---|"
    for (c = 1; c <= count; c++) printf "---|"
    printf "\n"
    for (r = 1; r <= rows; r++) {
        printf "| %s |", row[r]
        for (c = 1; c <= count; c++) printf " %s |", text_of(what, column[c], row[r])
        printf "\n"
    }
    printf "\n"
}

# The better of several servers on a workload: the yardstick is what the best of them does.
function best(data, candidates, workload, least,    list, n, i, m, found, extreme) {
    n = split(candidates, list, " ")
    for (i = 1; i <= n; i++) {
        m = median(data, list[i], workload)
        if (m && (!found || (least ? m < extreme : m > extreme))) { extreme = m; found = list[i] }
    }
    return found
}

function ratio_spread(data, server, other, workload,    round, ratio, low, high) {
    for (round = 1; round <= rounds; round++) {
        if (!((round, server, workload) in data) || !data[round, other, workload]) continue
        ratio = data[round, server, workload] / data[round, other, workload]
        if (!low || ratio < low) low = ratio
        if (ratio > high) high = ratio
    }
    return sprintf("%.2f–%.2f", low, high)
}

# A line of the table of goals for each workload; least says that less is better, as of processor time.
function verdict(data, what, server, candidates, least, goal, names,    list, n, i, other, ratio, met) {
    n = split(names, list, " ")
    for (i = 1; i <= n; i++) {
        other = best(data, candidates, list[i], least)
        if (!other || !median(data, server, list[i])) {
            printf "| not measured | %s | %s | %s | %s | %s %s | – |\n", what, server, candidates, list[i],
                (least ? "≤" : "≥"), goal
            continue
        }
        ratio = median(data, server, list[i]) / median(data, other, list[i])
        met = least ? ratio <= goal : ratio >= goal
        printf "| %s | %s | %s | %s | %s | %s %s | %.2f (%s) |\n", (met ? "reached" : "**missed**"), what, server,
            other, list[i], (least ? "≤" : "≥"), goal, ratio, ratio_spread(data, server, other, list[i])
    }
}

$1 == "calls" { if ($4 != "") calls[$2, $3] = $4; next }
{ rate[$1, $2, $3] = $4; if ($5 > 0) cpu[$1, $2, $3] = $5; if ($1 > rounds) rounds = $1 }

END {
    count = split(servers, column, " ")
    rows = split(workloads, row, " ")
    table("rate", sprintf("Thousands of operations per second: median (lowest–highest) of %d rounds.", rounds))
    table("cpu", "Processor time of the server per operation, user and system, in microseconds: median " \
        "(lowest–highest).")
    table("calls", "System calls of the server per operation, in a run of its own after the rounds.")

    random = "randread-4k-qd32 randwrite-4k-qd32"
    sequential = "seqread-4k-qd32 seqwrite-4k-qd32"
    single = "seqread-4k-qd1 seqwrite-4k-qd1"
    single_random = "randread-4k-qd1 randwrite-4k-qd1"
    large = "seqread-1m-qd4 seqwrite-1m-qd4"
    printf "Goals: ratio of medians (spread of the rounds' ratios) against the best of those named.\n\n" \
        "| verdict | what | server | against | workload | goal | ratio |\n|---|---|---|---|---|---|---|\n"
    verdict(rate, "rate", "memory", "null-1 null-2", 0, "0.95", sequential " " random " " large)
    verdict(rate, "rate", "memory", "null-1 null-2", 0, "0.9", single)
    verdict(rate, "rate", "memory", "null-1 null-2", 0, "1.8", single_random)
    verdict(rate, "rate", "file", "plain-1 plain-2", 0, "1.25", sequential)
    verdict(rate, "rate", "file", "plain-1 plain-2", 0, "1.0", random " " large)
    verdict(rate, "rate", "file", "plain-1 plain-2", 0, "1.8", single " " single_random)
    verdict(rate, "rate", "file", "qemu", 0, "4.0", sequential " " random)
    verdict(rate, "rate", "file", "qemu", 0, "1.0", single " " single_random " " large)
    verdict(rate, "rate", "disk", "raw", 0, "0.9", random)
    verdict(rate, "rate", "disk", "raw", 0, "1.3", sequential)
    verdict(cpu, "CPU", "file", "plain-1 plain-2", 1, "1.1", sequential " " random)
}
