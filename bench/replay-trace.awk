# Writes the trace of bench/results/*-replay.html as CSV: half a minute of a small file server, always the same.
# Four programs read files in order, 64 KiB at a time as 4 KiB requests, and get in each other's way; a log is appended
# to; a database reads and writes pages at random; a copy writes large pieces.
# usage: awk -f bench/replay-trace.awk > server.csv && ./iomerge replay server.csv --model hdd

# Park and Miller's generator: awk's own differs from awk to awk.
function draw(n) {
    state = (state * 16807) % 2147483647
    return state % n
}

# One of the seven programs: what it asks for, how many requests follow each other closely, and how long it is busy with
# other things then, in milliseconds.
function program(who, op_, bytes_, count_, flags_, pause_) {
    op[who] = op_; bytes[who] = bytes_; count[who] = count_; flags[who] = flags_; pause[who] = pause_
    place[who] = who * 2147483648
    left[who] = count_
    due[who] = draw(pause_ * 1000)
}

# The next request of a program, and when it has another; times in microseconds.
function ask(who) {
    # A database: anywhere in 8 GiB, and three of ten are writes.
    if (who == 6) {
        place[who] = 21474836480 + draw(1048576) * 8192
        op[who] = draw(10) < 7 ? "read" : "write"
    }
    printf "%d,%s,disk,%.0f,%d,%s,%d\n", due[who], op[who], place[who], bytes[who], flags[who], who
    place[who] += bytes[who]
    if (--left[who] > 0) {
        due[who] += 20 + draw(60)
    } else {
        left[who] = count[who]
        due[who] += pause[who] * 500 + draw(pause[who] * 1000)
    }
}

BEGIN {
    state = 2013
    for (who = 1; who <= 4; who++)
        program(who, "read", 4096, 16, "", 80)
    program(5, "write", 4096, 8, "dsync", 40)
    program(6, "", 8192, 1, "", 25)
    program(7, "write", 131072, 8, "", 160)
    print "time_us,op,volume,offset,length,flags,pid"
    for (;;) {
        first = 1
        for (who = 2; who <= 7; who++)
            if (due[who] < due[first])
                first = who
        if (due[first] >= 30000000)
            exit
        ask(first)
    }
}
