# What happens in the guest of `cargo xtask modem-lab`. Runs as root in a throw-away machine; its console goes to xtask.
. /mnt/settings
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp RUST_BACKTRACE=0 NO_COLOR=1
cd /tmp
failed=0

now() { cut -d' ' -f1 /proc/uptime; }

# step NAME COMMAND…: runs it, and prints how it went and how long it took.
step() {
    local name=$1 began=$(now)
    shift
    if "$@" >/tmp/step.log 2>&1; then
        printf 'ok      %-60s %6.1f s\n' "$name" "$(echo "$(now) $began" | awk '{print $1-$2}')"
        grep -a 'MiB/s' /tmp/step.log | sed 's/^/        /'
    else
        printf 'FAILED  %s\n' "$name"
        sed 's/^/        | /' /tmp/step.log | tail -40
        failed=1
    fi
}

# until SECONDS COMMAND…: repeats it until it succeeds.
until_ok() {
    local left=$(($1 * 5))
    shift
    while [ $left -gt 0 ]; do
        "$@" >/tmp/until.log 2>&1 && return 0
        sleep 0.2
        left=$((left - 1))
    done
    cat /tmp/until.log
    return 1
}

plug_in() {
    setsid "$WWS" mbn sim --usbip >/tmp/sim.log 2>&1 &
    SIM=$!
    until_ok 120 test -c /dev/cdc-wdm0
}

unplug() {
    kill $SIM
    wait $SIM
    until_ok 60 test ! -e /dev/cdc-wdm0
}

says() { # says TEXT COMMAND…: the command succeeds and its output has the text
    local text=$1
    shift
    "$@" >/tmp/says.log 2>&1 || { cat /tmp/says.log; return 1; }
    grep -qF -- "$text" /tmp/says.log || { cat /tmp/says.log; return 1; }
}

fails_with() { # fails_with TEXT COMMAND…: the command fails, saying the text
    local text=$1
    shift
    if "$@" >/tmp/fails.log 2>&1; then cat /tmp/fails.log; return 1; fi
    grep -qF -- "$text" /tmp/fails.log || { cat /tmp/fails.log; return 1; }
}

suite() { # suite [PROXY]: the tests of the API against the node
    env WWS_MBN_TEST_DEVICE=/dev/cdc-wdm0 ${1:+WWS_MBN_TEST_PROXY=$1} WWS_MBN_TEST_BULK=$BULK \
        "$TESTS" --test-threads=1 --nocapture
}

both_programs() { # 20 commands of ours, while 5 mbimcli run through the same proxy
    local pids= n pid
    for n in 1 2 3 4 5; do mbimcli -d /dev/cdc-wdm0 -p --query-device-caps >/tmp/m$n.log 2>&1 & pids="$pids $!"; done
    for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        "$WWS" mbn query echo 1 --hex 0102 -d /dev/cdc-wdm0 "$1" || return 1
    done
    for pid in $pids; do wait $pid || { cat /tmp/m?.log; return 1; }; done
}

killed_and_reopened() { # a program with open sessions dies; the next one finds a working modem
    "$WWS" mbn session echo -d /dev/cdc-wdm0 --stdio </dev/zero >/dev/null 2>&1 &
    local victim=$!
    sleep 2
    kill -9 $victim
    wait $victim
    echo again | timeout 20 "$WWS" mbn session echo -d /dev/cdc-wdm0 --write - --read /tmp/again --length 6 && grep -q again /tmp/again
}

unplug_while_writing() {
    timeout 60 "$WWS" mbn session store -d /dev/cdc-wdm0 --write /dev/zero >/tmp/writer.log 2>&1 &
    local writer=$!
    sleep 2
    unplug || return 1
    wait $writer
    local status=$?
    cat /tmp/writer.log
    [ $status = 1 ] && grep -q 'removed' /tmp/writer.log
}

modem_manager() {
    mkdir -p /run/dbus /run/udev /var/lib/dbus
    dbus-daemon --system --fork || return 1
    /lib/systemd/systemd-udevd --daemon || return 1
    udevadm trigger --action=add --subsystem-match=usb --subsystem-match=usbmisc --subsystem-match=net || return 1
    udevadm settle -t 60
    # Found by a filter, not by asking for every terminal of the guest.
    ModemManager --filter-policy=strict </dev/null >/tmp/mm.log 2>&1 &
    until_ok 180 sh -c 'mmcli -L | grep -q "Modem/"' || { tail -30 /tmp/mm.log; return 1; }
    until_ok 60 sh -c 'mmcli -m any | grep -q "353490012345678"' || { mmcli -m any; tail -30 /tmp/mm.log; return 1; }
    mmcli -m any
}

echo "guest: $(uname -r), up after $(now) s"
modprobe -d "$MODULES" vhci-hcd && modprobe -d "$MODULES" cdc-mbim || { echo 'FAILED  modules'; exit 1; }
ip link set lo up

BULK=16777216
step 'the simulator is plugged in as a USB device' plug_in
step 'wws mbn list' says cdc_mbim "$WWS" mbn list
step 'wws mbn services' says echo "$WWS" mbn services -d cdc-wdm0
step 'the test suite on the device, 16 MiB each way' suite
step 'mbimcli directly' says 353490012345678 mbimcli -d /dev/cdc-wdm0 --query-device-caps
step 'a killed program leaves a modem that works' killed_and_reopened
BULK=1048576
step 'mbimcli through mbim-proxy' says 353490012345678 mbimcli -d /dev/cdc-wdm0 -p --query-device-caps
step 'the test suite through mbim-proxy' suite @mbim-proxy
step 'mbimcli and wws at once through mbim-proxy' both_programs --proxy
step 'a device that a proxy holds is not taken' fails_with mbim-proxy "$WWS" mbn services -d cdc-wdm0 --exclusive
kill "$(pidof mbim-proxy)"
until_ok 10 sh -c '! pidof mbim-proxy' >/dev/null
setsid "$WWS" mbn proxy --socket @mbim-proxy >/tmp/proxy.log 2>&1 &
PROXY=$!
step 'mbimcli through our proxy' says 353490012345678 mbimcli -d /dev/cdc-wdm0 -p --query-device-caps
step 'the test suite through our proxy' suite @mbim-proxy
step 'mbimcli and wws at once through our proxy' both_programs --proxy
kill $PROXY
wait $PROXY
step 'unplugged in the middle of a write' unplug_while_writing
step 'plugged in again' plug_in
step 'ModemManager takes it for a modem' modem_manager
step 'wws beside ModemManager, through mbim-proxy' says 353490012345678 "$WWS" mbn query basic-connect DEVICE_CAPS -d cdc-wdm0
step 'a data session beside ModemManager' sh -c \
    "echo hello | '$WWS' mbn session echo -d cdc-wdm0 --write - --read /tmp/hello --length 6 && grep -q hello /tmp/hello"
dmesg | grep -aE 'BUG|Oops|WARNING: CPU' && { echo 'FAILED  the kernel complained'; failed=1; }
[ $failed = 0 ] && echo 'MODEM-LAB PASSED'
