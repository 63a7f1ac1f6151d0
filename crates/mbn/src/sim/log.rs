//! The modem log: Microsoft's logging over a data session that only reads, and the firmware id.

use bytes::Bytes;
use uuid::Uuid;

use super::service::{Answer, Effect, Service, answer, refuse, request};
use crate::wire::{
    Command, Status,
    cid::{
        DeviceService, DssPayload, FirmwareId, FirmwareIdQuery, LoggingLevel, ModemLoggingConfig,
        ModemLoggingConfigQuery,
    },
    service::{BASIC_CONNECT_EXTENSIONS, FIRMWARE_ID, MODEM_LOG_TRANSFER},
};

/// How many lines a session gives before it is silent.
const LINES: u32 = 100;

/// The data session: numbered lines as soon as it opens.
#[derive(Debug, Default)]
pub(super) struct LogTransfer {
    session: Option<u8>,
    line: u32,
}

impl Service for LogTransfer {
    fn describe(&self) -> DeviceService {
        DeviceService {
            service: MODEM_LOG_TRANSFER,
            dss_payload: DssPayload::DEVICE_TO_HOST,
            max_dss_instances: 1,
            cids: Vec::new(),
        }
    }

    fn command(&mut self, _command: &Command, _effects: &mut Vec<Effect>) -> Answer {
        refuse(Status::NO_DEVICE_SUPPORT)
    }

    fn opened(&mut self, session: u8) {
        (self.session, self.line) = (Some(session), 0);
    }

    fn closed(&mut self, _session: u8) {
        self.session = None;
    }

    fn poll_data(&mut self, _limit: usize) -> Option<(u8, Bytes)> {
        let session = self.session.filter(|_| self.line < LINES)?;
        self.line += 1;
        Some((session, Bytes::from(format!("log line {} of {LINES}\n", self.line))))
    }
}

/// The command that configures the log.
#[derive(Debug)]
pub(super) struct LogConfig(ModemLoggingConfig);

impl Default for LogConfig {
    fn default() -> Self {
        Self(ModemLoggingConfig {
            version: 1,
            max_segment_size: 32,
            max_flush_time: 1000,
            level: LoggingLevel::PRODUCTION,
        })
    }
}

impl Service for LogConfig {
    fn describe(&self) -> DeviceService {
        DeviceService { service: BASIC_CONNECT_EXTENSIONS, cids: vec![13], ..DeviceService::default() }
    }

    fn command(&mut self, command: &Command, _effects: &mut Vec<Effect>) -> Answer {
        if let Some(config) = request::<ModemLoggingConfig>(command) {
            self.0 = config;
        } else if request::<ModemLoggingConfigQuery>(command).is_none() {
            return refuse(Status::NO_DEVICE_SUPPORT);
        }
        answer(&self.0)
    }
}

/// The firmware id.
#[derive(Debug)]
pub(super) struct Firmware(pub(super) Uuid);

impl Service for Firmware {
    fn describe(&self) -> DeviceService {
        DeviceService { service: FIRMWARE_ID, cids: vec![1], ..DeviceService::default() }
    }

    fn command(&mut self, command: &Command, _effects: &mut Vec<Effect>) -> Answer {
        match request::<FirmwareIdQuery>(command) {
            Some(_) => answer(&FirmwareId { firmware_id: self.0 }),
            None => refuse(Status::NO_DEVICE_SUPPORT),
        }
    }
}
