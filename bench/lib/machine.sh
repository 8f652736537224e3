# shellcheck shell=bash
# What a report says of where its figures come from. Sourced by the measuring scripts, which set `repository`.

# describe_machine [PROGRAM...]: machine, kernel, versions and commit; programs beside fio that say their version.
describe_machine() {
    local program versions
    versions="$(uname -sr); .NET $(dotnet --version); $(fio --version)"
    for program in "$@"; do
        versions+="; $("$program" --version)"
    done
    echo "* machine: $(nproc) cores, $(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo)," \
        "$(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)"
    echo "* kernel: $versions"
    echo "* commit: $(git -C "$repository" describe --always --dirty --abbrev=12)"
}
