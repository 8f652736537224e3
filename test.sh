#!/usr/bin/env bash
# Installs what the tests need and is missing, builds everything and runs every test, real mounts included.
# The last line is always: N passed, N failed, N skipped. The exit code is 1 when anything failed.
# As root with /dev/fuse nothing is skipped; as an ordinary user the real mounts are, with the reason.
set -uo pipefail
cd "$(dirname "$0")" || exit 1

export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DEBIAN_FRONTEND=noninteractive
# A test, and a whole project, may take this long before it counts as hung.
test_limit=5m
project_limit=20m
logs=$(mktemp -d)
passed=0 failed=0 skipped=0

finish() {
    if ((EUID == 0)); then
        [[ -z ${keeper:-} ]] || { kill "$keeper" && wait "$keeper"; } 2>/dev/null
        tests/ceph/cluster.sh down
    fi
    rm -rf "$logs"
    echo "$passed passed, $failed failed, $skipped skipped"
    exit $((failed > 0))
}

# step TITLE COMMAND...: one line when it works; its whole output, and the end, when it does not.
step() {
    local title=$1 started=$SECONDS
    shift
    if "$@" >"$logs/step" 2>&1; then
        echo "$title: done in $((SECONDS - started)) s"
    else
        echo "$title: FAILED"
        cat "$logs/step"
        failed=$((failed + 1))
        finish
    fi
}

# The command that shows a package to be there, or several of which one is enough, and the package, as Debian and
# Ubuntu name it.
browser=chromium
needed=(
    fio:fio mkfs.ext4:e2fsprogs fusermount3:fuse3 gcc:gcc losetup:mount setpriv:util-linux
    strace:strace ps:procps ip:iproute2 python3:python3
    "chromium|chromium-browser|google-chrome:$browser"
    nbdkit:nbdkit nbdcopy:libnbd-bin qemu-nbd:qemu-utils
)

missing_packages() {
    local entry commands
    for entry in "${needed[@]}"; do
        IFS='|' read -ra commands <<<"${entry%%:*}"
        # One that is found is enough for command -v. sbin is not on an ordinary user's PATH.
        PATH=$PATH:/usr/sbin:/sbin command -v "${commands[@]}" >/dev/null || echo "${entry##*:}"
    done
    # Headers: the yardstick server and the layout tests are compiled against the kernel's.
    [[ -e /usr/include/linux/fuse.h && -e /usr/include/stdio.h ]] || echo libc6-dev
    # The library is what users install; its header is for the layout tests.
    PATH=$PATH:/usr/sbin:/sbin ldconfig -p | grep 'librbd\.so\.1' >/dev/null || echo librbd1
    [[ -e /usr/include/rbd/librbd.h ]] || echo librbd-dev
}

install_packages() {
    local packages package as_root=
    mapfile -t packages < <(missing_packages)
    ((${#packages[@]})) || return 0
    if ((EUID != 0)); then
        as_root="sudo -n"
        if ! sudo -n true 2>/dev/null; then
            # What not every distribution has must not stop everything.
            [[ ${packages[*]} != "$browser" ]] || return 0
            echo "Missing, and not root: run  sudo apt-get install -y ${packages[*]}  and then ./test.sh again."
            return 1
        fi
    fi
    if ! command -v apt-get >/dev/null; then
        [[ ${packages[*]} != "$browser" ]] || return 0
        echo "Missing, and there is no apt-get here: install what your distribution calls ${packages[*]}."
        return 1
    fi
    $as_root apt-get update
    $as_root apt-get install -y --no-install-recommends "${packages[@]}" && return 0
    # One that the distribution does not have keeps apt-get from all others.
    for package in "${packages[@]}"; do
        $as_root apt-get install -y --no-install-recommends "$package"
    done
    # What is missing still is told by those who miss it; with nothing at all there is no network, or no disk.
    [[ $(missing_packages) != "$(printf '%s\n' "${packages[@]}")" || ${packages[*]} == "$browser" ]]
}

# What could not be installed, and what follows from it.
tell_missing() {
    local package
    while read -r package; do
        if [[ $package == "$browser" ]]; then
            echo "$package cannot be installed: the tests that open the pages of reports in a browser are skipped."
        else
            echo "$package cannot be installed: the tests that use it fail."
        fi
    done < <(missing_packages)
}

# The launcher knows how to install a missing SDK, and says so.
check_sdk() {
    command -v dotnet >/dev/null && dotnet --list-sdks | grep -q '^10\.' && return 0
    ./iomerge --version
    return 1
}

# Kernel parts that may be modules; where they are missing the tests say so themselves.
load_modules() {
    ((EUID == 0)) || return 0
    [[ -e /dev/fuse ]] || modprobe fuse || true
    [[ -e /dev/loop-control ]] || modprobe loop || true
}

# The line that ends a test project's output: failed, passed, skipped.
summary='^ *(Passed|Failed|Skipped)! +- Failed: *([0-9]+), Passed: *([0-9]+), Skipped: *([0-9]+).*'

# Runs one test project and adds its counts; shows the output only of what failed.
run_project() {
    local name started=$SECONDS code=0 counts
    name=$(basename "$1")
    # A test that hangs is named; the limit around it is for a hang of the runner itself.
    timeout --kill-after=30 "$project_limit" dotnet test "$1" -c Release --no-build --nologo \
        --blame-hang-timeout "$test_limit" --blame-hang-dump-type none --results-directory "$logs/results" \
        >"$logs/$name" 2>&1 || code=$?
    counts=$(sed -nE "s/$summary/\3 \2 \4/p" "$logs/$name" | tail -n 1)
    local project_passed=0 project_failed=0 project_skipped=0
    read -r project_passed project_failed project_skipped <<<"${counts:-0 0 0}"
    # A run that ended without counts, was aborted, or failed with none failing, crashed or hung: a failure too.
    if [[ -z $counts ]] || grep -q 'Test Run Aborted' "$logs/$name" || ((code != 0 && project_failed == 0)); then
        project_failed=$((project_failed + 1))
        echo "$name ended with code $code and no complete result (124: not done after $project_limit)."
    fi
    passed=$((passed + project_passed)) failed=$((failed + project_failed)) skipped=$((skipped + project_skipped))
    ((project_failed == 0)) || cat "$logs/$name"
    ((project_skipped == 0)) || grep -F '[SKIP]' -A 2 "$logs/$name"
    echo "$name: $project_passed passed, $project_failed failed, $project_skipped skipped in $((SECONDS - started)) s"
}

step "packages" install_packages
tell_missing
load_modules
# One Ceph for all tests that want it: the first starts it, and it stays until the end.
if ((EUID == 0)); then
    step "Ceph" tests/ceph/cluster.sh fetch
    # In a process of its own, which ends with this one: what is started from here must not inherit the lock.
    flock -F -s "${IOMERGE_CEPH:-/var/tmp/iomerge-ceph}/users" tail --pid=$$ -f /dev/null &
    keeper=$!
fi
step "SDK" check_sdk
step "restore" dotnet restore IoMerge.sln --locked-mode
step "build" dotnet build IoMerge.sln -c Release --no-restore --nologo -v q
# Here rather than within a test: on a busy machine it takes longer than a test may. The tests find nothing left to do.
step "native program" packaging/native.sh "$logs/native"
# Every benchmark once, so that none rots; the figures mean nothing.
step "benchmarks, tiny" timeout --kill-after=10 5m \
    dotnet bench/IoMerge.Benchmarks/bin/Release/net10.0/IoMerge.Benchmarks.dll --tiny
for project in tests/*.Tests; do
    run_project "$project"
done
finish
