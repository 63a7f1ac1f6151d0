//! Which modems there are: what `/sys` says.
//!
//! A USB modem is a `cdc-wdm` node whose driver is `cdc_mbim`, with a network interface beside it. A PCIe modem is a port of the `wwan`
//! subsystem of type MBIM; it has no data sessions: the kernel's driver carries only IP.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A capable interface: a modem that speaks MBIM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// The name of the node, such as `cdc-wdm0`: the interface id.
    pub id: String,
    /// The node.
    pub path: PathBuf,
    /// The driver, such as `cdc_mbim`.
    pub driver: String,
    /// The network interfaces beside it, such as `wwan0`.
    pub networks: Vec<String>,
    /// `wMaxControlMessage`, if it is known.
    pub max_control_message: Option<usize>,
    /// What the device calls itself.
    pub product: Option<String>,
}

impl Interface {
    /// The network interface that carries data sessions, if the driver can do that.
    pub fn dss_network(&self) -> Option<&str> {
        (self.driver == "cdc_mbim").then(|| self.networks.first().map(String::as_str)).flatten()
    }
}

/// The modems of this machine.
pub fn interfaces() -> Vec<Interface> {
    interfaces_in(Path::new("/sys"), Path::new("/dev"))
}

/// The modem with this node, if `/sys` knows it.
pub fn describe(node: &Path) -> Option<Interface> {
    let node = fs::canonicalize(node).ok()?;
    interfaces().into_iter().find(|interface| interface.path == node)
}

/// The modems of a machine whose `/sys` and `/dev` are elsewhere.
pub fn interfaces_in(sys: &Path, dev: &Path) -> Vec<Interface> {
    let usb = children(&sys.join("class/usbmisc")).into_iter().filter_map(|port| usb_interface(&port, dev));
    let pcie = children(&sys.join("class/wwan")).into_iter().filter_map(|port| wwan_interface(&port, dev));
    let mut found: Vec<Interface> = usb.chain(pcie).collect();
    found.sort_by(|a, b| a.id.cmp(&b.id));
    found
}

fn usb_interface(port: &Path, dev: &Path) -> Option<Interface> {
    let id = name(port)?;
    let device = port.join("device");
    let driver = name(&fs::canonicalize(device.join("driver")).ok()?)?;
    if !id.starts_with("cdc-wdm") || driver != "cdc_mbim" {
        return None; // qmi_wwan and cdc_wdm have such nodes too, with another protocol
    }
    let usb_device =
        fs::canonicalize(&device).ok().and_then(|interface| interface.parent().map(Path::to_owned));
    let descriptors = usb_device.as_ref().and_then(|usb| fs::read(usb.join("descriptors")).ok());
    Some(Interface {
        path: dev.join(&id),
        id,
        driver,
        networks: children(&device.join("net")).iter().filter_map(|path| name(path)).collect(),
        max_control_message: descriptors.and_then(|bytes| max_control_message(&bytes)),
        product: usb_device.and_then(|usb| text(&usb.join("product"))),
    })
}

fn wwan_interface(port: &Path, dev: &Path) -> Option<Interface> {
    let id = name(port)?;
    if text(&port.join("type"))? != "MBIM" {
        return None;
    }
    let device = fs::canonicalize(port.join("device")).ok();
    let driver = device
        .as_ref()
        .and_then(|device| fs::canonicalize(device.join("driver")).ok())
        .and_then(|driver| name(&driver));
    Some(Interface {
        path: dev.join(&id),
        id,
        driver: driver.unwrap_or_else(|| "wwan".into()),
        networks: device
            .map(|device| children(&device.join("net")))
            .unwrap_or_default()
            .iter()
            .filter_map(|path| name(path))
            .collect(),
        max_control_message: None,
        product: None,
    })
}

/// `wMaxControlMessage` of the MBIM functional descriptor: twelve bytes that begin 0C 24 1B. The kernel answers `IOCTL_WDM_MAX_COMMAND` with
/// the same number.
pub fn max_control_message(descriptors: &[u8]) -> Option<usize> {
    let mut rest = descriptors;
    while let Some(&length) = rest.first() {
        let (descriptor, after) = rest.split_at_checked(usize::from(length.max(1)))?;
        if let [0x0C, 0x24, 0x1B, _, _, low, high, ..] = descriptor {
            return Some(usize::from(u16::from_le_bytes([*low, *high]))).filter(|&size| size >= 64);
        }
        rest = after;
    }
    None
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).map(|entries| entries.flatten().map(|entry| entry.path()).collect());
    let mut entries: Vec<PathBuf> = entries.unwrap_or_default();
    entries.sort();
    entries
}

fn name(path: &Path) -> Option<String> {
    path.file_name().and_then(|name| name.to_str()).map(str::to_owned)
}

fn text(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok().map(|text| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn the_size_of_a_control_message_is_in_the_descriptors() {
        let mut descriptors = vec![
            0x12, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // device
            0x09, 0x02, 0, 0, 0, 0, 0, 0, 0, // configuration
            0x05, 0x24, 0x00, 0x10, 0x01, // CDC header
            0x0C, 0x24, 0x1B, // MBIM
            0x00, 0x01, // version 1.0
            0x00, 0x04, // 1,024 bytes
            0x20, 0x80, 0xDC, 0x05, 0x20,
        ];
        assert_eq!(max_control_message(&descriptors), Some(1024));
        descriptors.truncate(36);
        assert_eq!(max_control_message(&descriptors), None);
        assert_eq!(max_control_message(&[0, 0, 0]), None);
    }

    #[test]
    fn modems_are_found_and_other_nodes_are_not() {
        let root = std::env::temp_dir().join(format!("wws-mbn-sysfs-{}", std::process::id()));
        let sys = root.join("sys");
        for (node, driver) in [("cdc-wdm0", "cdc_mbim"), ("cdc-wdm1", "qmi_wwan")] {
            let usb = sys.join("devices").join(node);
            fs::create_dir_all(usb.join("interface/net/wwan0")).unwrap();
            fs::write(usb.join("product"), "Simulated modem\n").unwrap();
            fs::write(usb.join("descriptors"), [0x0C, 0x24, 0x1B, 0, 1, 0, 8, 0, 0, 0, 0, 0]).unwrap();
            fs::create_dir_all(sys.join("drivers").join(driver)).unwrap();
            symlink(sys.join("drivers").join(driver), usb.join("interface/driver")).unwrap();
            let port = sys.join("class/usbmisc").join(node);
            fs::create_dir_all(&port).unwrap();
            symlink(usb.join("interface"), port.join("device")).unwrap();
        }
        for (port, kind) in [("wwan0mbim0", "MBIM"), ("wwan0qmi0", "QMI")] {
            fs::create_dir_all(sys.join("class/wwan").join(port)).unwrap();
            fs::write(sys.join("class/wwan").join(port).join("type"), kind).unwrap();
        }
        let found = interfaces_in(&sys, Path::new("/dev"));
        fs::remove_dir_all(&root).unwrap();
        let ids: Vec<&str> = found.iter().map(|interface| interface.id.as_str()).collect();
        assert_eq!(ids, ["cdc-wdm0", "wwan0mbim0"]);
        assert_eq!((found[0].max_control_message, found[0].dss_network()), (Some(2048), Some("wwan0")));
        assert_eq!((found[1].max_control_message, found[1].dss_network()), (None, None));
    }
}
