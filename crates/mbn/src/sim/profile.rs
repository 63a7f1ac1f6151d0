//! What kind of modem is simulated.

use std::time::Duration;

use uuid::Uuid;

use super::FaultPlan;

/// What kind of modem is simulated. The default is an embedded LTE modem that is registered on its home network.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The IMEI.
    pub device_id: String,
    /// The firmware.
    pub firmware_info: String,
    /// The hardware.
    pub hardware_info: String,
    /// The largest control message, in bytes: `wMaxControlMessage`.
    pub max_control_message: usize,
    /// The largest datagram of a data session, in bytes.
    pub max_data_size: usize,
    /// How many data sessions there can be at once, over all services.
    pub max_dss_sessions: u32,
    /// How many data sessions one service can have.
    pub max_dss_instances: u32,
    /// How long an answer takes.
    pub latency: Duration,
    /// How it misbehaves by itself.
    pub faults: FaultPlan,
    /// The modem was left open by a program that died: it refuses OPEN until it was closed.
    pub stale: bool,
    /// Further services that the list names and that refuse every command.
    pub extra_services: Vec<Uuid>,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            device_id: "353490012345678".into(),
            firmware_info: concat!("wws ", env!("CARGO_PKG_VERSION")).into(),
            hardware_info: "Simulated MBIM modem".into(),
            max_control_message: 4096,
            max_data_size: 1500,
            max_dss_sessions: 16,
            max_dss_instances: 1,
            latency: Duration::ZERO,
            faults: FaultPlan::None,
            stale: false,
            extra_services: Vec::new(),
        }
    }
}
