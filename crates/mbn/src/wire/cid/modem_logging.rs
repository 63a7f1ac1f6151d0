//! MODEM_LOGGING_CONFIG: what the modem logs into a data session. CID 13 of Microsoft's basic connect extensions.
//!
//! The log itself comes over a data session of [`MODEM_LOG_TRANSFER`](crate::wire::service::MODEM_LOG_TRANSFER): configure, then open.

use super::super::service::BASIC_CONNECT_EXTENSIONS;

numbers! {
    /// How much is logged.
    pub struct LoggingLevel(u32);
    /// As in production.
    PRODUCTION = 0,
    /// Everything.
    LAB_VERBOSE = 1,
    /// Some.
    LAB_MEDIUM = 2,
    /// Little.
    LAB_LOW = 3,
    /// As the maker of the machine wants it.
    OEM = 4,
}

information_buffer! {
    /// Asks for [`ModemLoggingConfig`].
    pub struct ModemLoggingConfigQuery {}
}

information_buffer! {
    /// How the modem logs. Set it, or get it in the answer.
    pub struct ModemLoggingConfig {
        /// The version of this structure: 1.
        version: u32,
        /// The largest piece of log, in KiB.
        max_segment_size: u32,
        /// How long a piece may wait, in milliseconds.
        max_flush_time: u32,
        /// How much is logged.
        level: LoggingLevel,
    }
}

requests! {
    ModemLoggingConfigQuery: query BASIC_CONNECT_EXTENSIONS, 13 -> ModemLoggingConfig;
    ModemLoggingConfig: set BASIC_CONNECT_EXTENSIONS, 13 -> ModemLoggingConfig;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::cid::check;

    #[test]
    fn modem_logging_config() {
        let bytes = &[
            0x01, 0x00, 0x00, 0x00, // version 1
            0x20, 0x00, 0x00, 0x00, // 32 KiB
            0xE8, 0x03, 0x00, 0x00, // 1 s
            0x02, 0x00, 0x00, 0x00, // medium
        ];
        let level = LoggingLevel::LAB_MEDIUM;
        check(bytes, &ModemLoggingConfig { version: 1, max_segment_size: 32, max_flush_time: 1000, level });
    }
}
