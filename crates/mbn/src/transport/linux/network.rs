//! A network interface made fit for data sessions. Nothing of it is undone: another program may count on it.

use std::{fs, io, path::PathBuf};

use super::netlink;
use crate::{Error, Result};

/// Raises an interface, and sees to it that its driver neither drops datagrams nor changes their order.
///
/// # Errors
/// `E_ACCESSDENIED` without the permission; the text says what to do.
pub(super) fn prepare(interface: &str) -> Result<()> {
    netlink::raise(interface)?;
    send_at_once(interface)?;
    receive_in_order(interface);
    Ok(())
}

/// Makes `cdc_ncm`, on which `cdc_mbim` is built, send each datagram in a block of its own, as Windows does.
///
/// By default it collects datagrams and sends what it has when a timer runs out. If the queue of the USB device is full at that moment it
/// drops the block and counts it in `tx_dropped` (seen with Linux 6.1: 1 to 2 % of a bulk transfer), without a word to the sender.
fn send_at_once(interface: &str) -> Result<()> {
    let file = PathBuf::from(format!("/sys/class/net/{interface}/cdc_ncm/tx_timer_usecs"));
    let Ok(value) = fs::read_to_string(&file) else { return Ok(()) }; // another driver
    if value.trim() == "0" {
        return Ok(());
    }
    fs::write(&file, "0").map_err(|error| {
        let file = file.display();
        Error::from(error).context(format!(
            "the driver would lose datagrams: run as root, or have root write 0 to {file} (a udev rule can: ATTR{{cdc_ncm/tx_timer_usecs}}=\"0\")"
        ))
    })
}

/// Makes one processor pass on everything that the interface receives, unless somebody chose already which do.
///
/// Otherwise that is whichever processor took the interrupt, each with a queue of its own: when it changes, datagrams overtake each other.
/// With one processor nothing changes; where it cannot be set, interrupts of real devices seldom move.
fn receive_in_order(interface: &str) {
    let file = format!("/sys/class/net/{interface}/queues/rx-0/rps_cpus");
    let is_unset = |mask: String| mask.trim().chars().all(|digit| matches!(digit, '0' | ','));
    if fs::read_to_string(&file).is_ok_and(is_unset) {
        let _best_effort: io::Result<()> = fs::write(&file, "1");
    }
}
