//! The simulated modem as a USB device: descriptors, requests and endpoints of a real one, over USB/IP.
//!
//! Linux's `vhci_hcd` takes the device from a socket. The kernel's own `cdc_mbim` then makes a real `/dev/cdc-wdm*` and network interface
//! for it: as close to hardware as software comes.

mod attach;
mod descriptors;
mod device;
mod protocol;
mod serve;

pub use attach::attach;
pub use device::UsbModem;
pub use protocol::{Nonsense, Request, Response, Submit};
pub use serve::serve_usbip;
