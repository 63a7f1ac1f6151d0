//! Which modems there are, and which come and go: `IMbnDeviceServicesManager`.

use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
};

use crate::{
    Code, Error, Modem, Result, Transport,
    transport::linux::{
        OpenOptions,
        netlink::Uevents,
        sysfs::{self, Interface},
    },
};

/// The modems of this machine: `IMbnDeviceServicesManager`.
#[derive(Clone, Debug)]
pub struct Manager {
    sys: PathBuf,
    dev: PathBuf,
}

impl Default for Manager {
    fn default() -> Self {
        Self::new()
    }
}

impl Manager {
    /// The modems of this machine.
    pub fn new() -> Self {
        Self::at("/sys", "/dev")
    }

    /// The modems of a machine whose `/sys` and `/dev` are elsewhere, such as in a container.
    pub fn at(sys: impl Into<PathBuf>, dev: impl Into<PathBuf>) -> Self {
        Self { sys: sys.into(), dev: dev.into() }
    }

    /// The capable interfaces.
    pub fn interfaces(&self) -> Vec<Interface> {
        sysfs::interfaces_in(&self.sys, &self.dev)
    }

    /// `GetDeviceServicesContext`: opens the modem with this interface id, such as `cdc-wdm0`, or with this path.
    ///
    /// # Errors
    /// `ERROR_NOT_FOUND` if there is no such modem; those of [`Transport::open`] and [`Modem::connect`].
    pub async fn device_services_context(&self, interface_id: &str, options: &OpenOptions) -> Result<Modem> {
        let known = self.interfaces().into_iter().find(|interface| interface.id == interface_id);
        let path = match known {
            Some(interface) => interface.path,
            None if Path::new(interface_id).is_absolute() => interface_id.into(),
            None => return Err(Error::new(Code::NotFound, format!("there is no modem {interface_id}"))),
        };
        Modem::connect(Transport::open(&path, options).await?).await
    }

    /// Arrivals and removals from now on: `OnInterfaceStateChange`.
    ///
    /// # Errors
    /// The kernel's messages cannot be listened to.
    pub fn events(&self) -> Result<InterfaceEvents> {
        let uevents = Uevents::new()?; // first, so that nothing is missed between
        Ok(InterfaceEvents {
            manager: self.clone(),
            uevents,
            known: self.interfaces(),
            changes: VecDeque::new(),
        })
    }
}

/// A capable interface came or went: `MBN_DEVICE_SERVICES_INTERFACE_STATE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InterfaceEvent {
    /// `CAPABLE_INTERFACE_ARRIVAL`.
    Arrival(Interface),
    /// `CAPABLE_INTERFACE_REMOVAL`.
    Removal(Interface),
}

/// Arrivals and removals of capable interfaces.
#[derive(Debug)]
pub struct InterfaceEvents {
    manager: Manager,
    uevents: Uevents,
    known: Vec<Interface>,
    changes: VecDeque<InterfaceEvent>,
}

impl InterfaceEvents {
    /// The next arrival or removal.
    ///
    /// # Errors
    /// The kernel's messages cannot be read any more.
    pub async fn next(&mut self) -> Result<InterfaceEvent> {
        loop {
            if let Some(change) = self.changes.pop_front() {
                return Ok(change);
            }
            // Whatever the message says, the truth is in /sys: messages may be lost, and come before a driver is bound.
            self.uevents.next().await?;
            self.look();
        }
    }

    fn look(&mut self) {
        let now = self.manager.interfaces();
        let same = |a: &Interface, b: &Interface| a.id == b.id;
        let gone = self.known.iter().filter(|old| !now.iter().any(|new| same(old, new)));
        self.changes.extend(gone.cloned().map(InterfaceEvent::Removal));
        let come = now.iter().filter(|new| !self.known.iter().any(|old| same(old, new)));
        self.changes.extend(come.cloned().map(InterfaceEvent::Arrival));
        self.known = now;
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[tokio::test]
    async fn what_is_not_there_is_not_found() {
        let manager = Manager::at("/nowhere/sys", "/nowhere/dev");
        assert_eq!(manager.interfaces(), []);
        let options = OpenOptions::default();
        for id in ["cdc-wdm0", "/nowhere/dev/cdc-wdm0"] {
            let error = manager.device_services_context(id, &options).await.unwrap_err();
            assert_eq!(error.code(), Code::NotFound, "{id}");
        }
    }

    #[tokio::test]
    async fn arrival_and_removal_are_told_once() {
        let sys = std::env::temp_dir().join(format!("wws-mbn-manager-{}", std::process::id()));
        let port = sys.join("class/wwan/wwan0mbim0");
        let mut events = Manager::at(&sys, "/dev").events().unwrap();
        fs::create_dir_all(&port).unwrap();
        fs::write(port.join("type"), "MBIM").unwrap();
        events.look();
        events.look();
        fs::remove_dir_all(&sys).unwrap();
        events.look();
        let told: Vec<InterfaceEvent> = events.changes.drain(..).collect();
        assert!(
            matches!(&told[..], [InterfaceEvent::Arrival(came), InterfaceEvent::Removal(went)] if came == went),
            "{told:?}"
        );
    }
}
