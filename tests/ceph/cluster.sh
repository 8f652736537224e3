#!/usr/bin/env bash
# A Ceph of one monitor and one OSD for the tests: nothing is installed and no service is started. The distribution's
# packages are unpacked in a cache folder, the two daemons run from there, and cephx is on as in a real cluster.
#
#   cluster.sh fetch   downloads and unpacks the packages, if that has not been done
#   cluster.sh up      starts the cluster, unless it runs
#   cluster.sh down    stops it and removes its data, unless somebody still holds a shared lock on the file "users"
#   cluster.sh exec COMMAND...   runs the cluster's own ceph, rbd, ... as client.admin
#   cluster.sh osd-start         starts an OSD that was killed
#
# Whoever uses the cluster keeps a shared flock(2) on $IOMERGE_CEPH/users as long as he lives: so the last one can stop
# it, and one that was killed holds up nobody. The folder is /var/tmp/iomerge-ceph unless IOMERGE_CEPH names another.
set -euo pipefail

home=${IOMERGE_CEPH:-/var/tmp/iomerge-ceph}
root=$home/root
state=$home/state
conf=$state/ceph.conf
# Below the ports that the kernel gives to whoever asks for any: a test host once had the one behind it.
monitor_port=${IOMERGE_CEPH_PORT:-23210}
architecture=$(uname -m)-linux-gnu
libraries=$root/usr/lib/$architecture
fsid=5f0d6b1c-3b0e-4d0a-9c39-0f6c5f7f2a10
osd_uuid=6a1c7e52-58a4-4a53-8a77-3f8c0b7d9e21

# The servers find their own libraries first; what is missing there is the system's.
use_cluster() {
    export LD_LIBRARY_PATH=$libraries:$libraries/ceph:$root/lib/$architecture PATH=$root/usr/bin:$root/usr/sbin:$PATH
    export PYTHONPATH=$root/usr/lib/python3/dist-packages CEPH_CONF=$conf
}

say() { echo "ceph: $*" >&2; }

# Waits until a command succeeds, or fails loudly. until_true SECONDS WHAT COMMAND...
until_true() {
    local deadline=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < deadline)) || { say "$what did not happen in time; see $state/log"; return 1; }
        sleep 0.1
    done
}

fetch() {
    local version
    version=$(apt-cache policy ceph-osd | sed -n 's/ *Candidate: *//p')
    [[ $(cat "$root/version" 2>/dev/null) == "$version" ]] && return 0
    [[ -n $version && $version != "(none)" ]] || { say "no package ceph-osd here: run apt-get update"; return 1; }
    rm -rf "$root" "$home/debs"
    mkdir -p "$home/debs/partial" "$root"
    apt-get install -y --download-only --no-install-recommends -o Dir::Cache::archives="$home/debs" \
        -o APT::Sandbox::User=root ceph-mon ceph-osd ceph-common
    local package
    for package in "$home"/debs/*.deb; do
        dpkg -x "$package" "$root"
    done
    rm -rf "$home/debs"
    echo "$version" >"$root/version"
}

write_conf() {
    local addresses="[v2:127.0.0.1:$monitor_port,v1:127.0.0.1:$((monitor_port + 1))]"
    cat >"$conf" <<END
[global]
fsid = $fsid
mon_host = $addresses
mon_initial_members = a
keyring = $state/\$name.keyring
public_addr = 127.0.0.1
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_allow_pool_delete = true
auth_allow_insecure_global_id_reclaim = false
run_dir = $state/run
pid_file = $state/run/\$name.pid
crash_dir = $state/log
erasure_code_dir = $libraries/ceph/erasure-code
plugin_dir = $libraries/ceph
osd_class_dir = $libraries/rados-classes
[mon]
mon_data = $state/mon
[osd]
osd_data = $state/osd
keyring = $state/osd/keyring
osd_objectstore = bluestore
bluestore_block_size = 4294967296
osd_memory_target = 939524096
osd_op_num_shards = 1
osd_op_num_threads_per_shard = 2
[mon.a]
admin_socket = $state/run/mon.asok
log_file = $state/log/mon.log
[osd.0]
admin_socket = $state/run/osd.asok
log_file = $state/log/osd.log
END
    echo "$addresses"
}

start_monitor() {
    local addresses=$1 keyring=$state/mon.keyring
    ceph-authtool --create-keyring "$keyring" --gen-key -n mon. --cap mon 'allow *'
    ceph-authtool --create-keyring "$state/client.admin.keyring" --gen-key -n client.admin \
        --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
    ceph-authtool "$keyring" --import-keyring "$state/client.admin.keyring"
    monmaptool --create --clobber --addv a "$addresses" --fsid "$fsid" "$state/monmap"
    ceph-mon -c "$conf" --mkfs -i a --monmap "$state/monmap" --keyring "$keyring"
    ceph-mon -c "$conf" -i a --keyring "$keyring"
    until_true 60 "the monitor's answer" timeout 5 ceph status
}

start_osd() {
    local secret
    secret=$(ceph-authtool --gen-print-key)
    ceph osd new "$osd_uuid" -i - <<<"{\"cephx_secret\": \"$secret\"}"
    ceph-authtool --create-keyring "$state/osd/keyring" --name osd.0 --add-key "$secret"
    ceph-osd -c "$conf" -i 0 --mkfs --osd-uuid "$osd_uuid"
    ceph-osd -c "$conf" -i 0
}

osd_is_up() { timeout 10 ceph osd stat | grep -q '1 up'; }

runs() { [[ -e $state/ready ]] && kill -0 "$(cat "$state/run/mon.a.pid")" 2>/dev/null; }

up() {
    fetch
    runs && return 0
    stop
    mkdir -p "$state"/{run,mon,osd,log}
    local addresses
    addresses=$(write_conf)
    start_monitor "$addresses"
    start_osd
    ceph osd pool create rbd 8
    until_true 60 "the start of the OSD" osd_is_up
    rbd pool init rbd
    touch "$state/ready"
}

stop() {
    local pid_file pid
    for pid_file in "$state"/run/{osd.0,mon.a}.pid; do
        pid=$(cat "$pid_file" 2>/dev/null) || continue
        # A stopped process does not see a TERM, and data that is thrown away needs no farewell.
        kill -KILL "$pid" 2>/dev/null || continue
        until_true 30 "the end of process $pid" bash -c "! kill -0 $pid"
    done
    rm -rf "$state"
}

mkdir -p "$home"
case ${1:-} in
fetch)
    exec 9>"$home/lock" && flock 9
    fetch 9>&-
    ;;
up)
    exec 9>"$home/lock" && flock 9
    use_cluster
    up 9>&-
    ;;
down)
    exec 9>"$home/lock" && flock 9
    exec 8>"$home/users"
    flock -n -x 8 || exit 0
    stop 8>&- 9>&-
    ;;
osd-start)
    use_cluster
    ceph-osd -c "$conf" -i 0
    until_true 60 "the start of the OSD" osd_is_up
    ;;
exec)
    use_cluster
    shift
    exec "$@"
    ;;
*)
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
    exit 2
    ;;
esac
