//! QDU: Qualcomm's firmware update, as Quectel's and other modems have it.
//!
//! The layouts were established by looking at what libmbim's library produces for given values; the AT command (CID 8) by the notes of
//! this project.

use bytes::Bytes;

use super::super::{Empty, service::QDU};

information_buffer! {
    /// Asks for the state of the update: [`QduUpdateSessionInfo`].
    pub struct QduUpdateSessionQuery {}
}

information_buffer! {
    /// Begins or ends an update.
    pub struct QduUpdateSession {
        /// 0 start, 1 stop.
        action: u32,
        /// The kind of package.
        session_type: u32,
    }
}

information_buffer! {
    /// The state of the update.
    pub struct QduUpdateSessionInfo {
        /// The kind of the running update.
        current_type: u32,
        /// Its state.
        current_status: u32,
        /// The kind of the last update.
        last_type: u32,
        /// Its result.
        last_result: u32,
        /// Where in the package the error was.
        last_error_offset: u32,
        /// How long the bad part was.
        last_error_size: u32,
    }
}

information_buffer! {
    /// Announces a file.
    pub struct QduFileOpen {
        /// The kind of file.
        file_type: u32,
        /// Its size in bytes.
        size: u32,
    }
}

information_buffer! {
    /// How to send the file.
    pub struct QduFileOpenInfo {
        /// The most bytes in one [`QduFileWrite`].
        max_transfer_size: u32,
        /// The most writes before an answer must be awaited.
        max_window_size: u32,
    }
}

information_buffer! {
    /// The next bytes of the file.
    pub struct QduFileWrite {
        /// The bytes.
        data: Bytes as rest,
    }
}

information_buffer! {
    /// Restarts a Quectel modem.
    pub struct QuectelReboot {
        /// When: 0 now, 1 later.
        reboot_type: u32,
    }
}

information_buffer! {
    /// Asks a Quectel modem for its firmware version.
    pub struct QuectelReadVersion {
        /// Which version.
        version_type: u32,
    }
}

information_buffer! {
    /// A firmware version.
    pub struct QuectelVersion {
        /// The version.
        version: String,
    }
}

requests! {
    QduUpdateSessionQuery: query QDU, 1 -> QduUpdateSessionInfo;
    QduUpdateSession: set QDU, 1 -> QduUpdateSessionInfo;
    QduFileOpen: set QDU, 2 -> QduFileOpenInfo;
    QduFileWrite: set QDU, 3 -> Empty;
    QuectelReboot: set QDU, 4 -> Empty;
    QuectelReadVersion: set QDU, 7 -> QuectelVersion;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::cid::check;

    #[test]
    fn file_open_and_write() {
        let bytes = &[
            0x00, 0x00, 0x00, 0x00, // kind 0
            0x55, 0x44, 0x33, 0x22, // 0x22334455 bytes
        ];
        check(bytes, &QduFileOpen { file_type: 0, size: 0x2233_4455 });
        check(b"abcde", &QduFileWrite { data: Bytes::from_static(b"abcde") });
    }

    #[test]
    fn update_session() {
        check(&[0, 0, 0, 0, 1, 0, 0, 0], &QduUpdateSession { action: 0, session_type: 1 });
        let bytes: Vec<u8> = (1u32..=6).flat_map(u32::to_le_bytes).collect();
        let info = QduUpdateSessionInfo {
            current_type: 1,
            current_status: 2,
            last_type: 3,
            last_result: 4,
            last_error_offset: 5,
            last_error_size: 6,
        };
        check(&bytes, &info);
    }
}
