//! Low-level access to the UICC: what eSIM tools need. Microsoft's service, CID 1 to 8.
//!
//! Its older commands write pairs as {length, offset}, the newer ones as {offset, length}.

use bytes::Bytes;

use super::super::{Raw, service::UICC_LOW_LEVEL};

information_buffer! {
    /// Asks for [`Atr`].
    pub struct AtrQuery {}
}

information_buffer! {
    /// The answer to reset of the card.
    pub struct Atr {
        /// The bytes.
        atr: Bytes as reversed,
    }
}

information_buffer! {
    /// Opens a logical channel to an application.
    pub struct OpenChannel {
        /// The application's id, 1 to 16 bytes.
        app_id: Bytes as reversed,
        /// The P2 argument of SELECT.
        select_p2: u32,
        /// A number to close all channels of a group at once.
        channel_group: u32,
    }
}

information_buffer! {
    /// The channel that was opened.
    pub struct OpenChannelInfo {
        /// SW1 and SW2, then two zero bytes.
        status: [u8; 4],
        /// The channel.
        channel: u32,
        /// What the card answered to SELECT.
        response: Bytes as reversed,
    }
}

information_buffer! {
    /// Closes a channel, or all of a group.
    pub struct CloseChannel {
        /// The channel; 0 closes the group.
        channel: u32,
        /// The group.
        channel_group: u32,
    }
}

information_buffer! {
    /// The answer to [`CloseChannel`].
    pub struct CloseChannelInfo {
        /// SW1 and SW2, then two zero bytes.
        status: [u8; 4],
    }
}

information_buffer! {
    /// Sends a command to the card.
    pub struct Apdu {
        /// The channel.
        channel: u32,
        /// Secure messaging: 0 none, 1 without header authentication.
        secure_messaging: u32,
        /// The class byte: 0 inter-industry, 1 extended.
        class_byte_type: u32,
        /// The command, at most 261 bytes.
        command: Bytes as reversed,
    }
}

information_buffer! {
    /// The answer to [`Apdu`].
    pub struct ApduInfo {
        /// SW1 and SW2, then two zero bytes.
        status: [u8; 4],
        /// What the card answered.
        response: Bytes as reversed,
    }
}

information_buffer! {
    /// Tells the card what the terminal can do; the answer has the same layout.
    pub struct TerminalCapability {
        /// The capabilities, each a TLV.
        capabilities: Vec<Raw> as elements,
    }
}

information_buffer! {
    /// Asks for [`TerminalCapability`].
    pub struct TerminalCapabilityQuery {}
}

information_buffer! {
    /// Asks for [`ResetInfo`].
    pub struct ResetQuery {}
}

information_buffer! {
    /// Resets the card.
    pub struct Reset {
        /// 1 to enter pass-through mode, 0 to leave it.
        pass_through: u32,
    }
}

information_buffer! {
    /// The state after [`Reset`].
    pub struct ResetInfo {
        /// 1 in pass-through mode.
        pass_through: u32,
    }
}

information_buffer! {
    /// Asks for [`AppList`].
    pub struct AppListQuery {}
}

information_buffer! {
    /// The applications of the card.
    pub struct AppList {
        /// The version of this structure: 1.
        version: u32,
        /// Which application is active.
        active: u32 as after_count(apps),
        /// The size of the list in bytes.
        list_size: u32,
        /// The applications.
        apps: Vec<App> as elements,
    }
}

information_buffer! {
    /// One application of the card.
    pub struct App {
        /// The kind: 1 MF, 2 MF of a SIM, 3 MF of a RUIM, 4 USIM, 5 CSIM, 6 ISIM.
        app_type: u32,
        /// The application's id.
        app_id: Bytes,
        /// Its name, as the card has it.
        name: Bytes,
        /// How many PINs it has.
        pins: u32,
        /// The references of its PINs.
        pin_references: Bytes,
    }
}

information_buffer! {
    /// Asks for [`FileStatus`].
    pub struct FileStatusQuery {
        /// The version of this structure: 1.
        version: u32,
        /// The application's id.
        app_id: Bytes,
        /// The path of the file: two bytes per step.
        path: Bytes,
    }
}

information_buffer! {
    /// A file of the card.
    pub struct FileStatus {
        /// The version of this structure: 1.
        version: u32,
        /// SW1.
        status_word_1: u32,
        /// SW2.
        status_word_2: u32,
        /// 1 not shareable, 2 shareable.
        accessibility: u32,
        /// 1 working EF, 2 internal EF, 3 DF or ADF.
        file_type: u32,
        /// 1 transparent, 2 cyclic, 3 linear, 4 BER-TLV.
        structure: u32,
        /// How many records.
        item_count: u32,
        /// The size of a record, or of the file, in bytes.
        item_size: u32,
        /// Which PINs lock reading, updating, activating and deactivating: four numbers.
        locks: [u8; 16],
    }
}

requests! {
    AtrQuery: query UICC_LOW_LEVEL, 1 -> Atr;
    OpenChannel: set UICC_LOW_LEVEL, 2 -> OpenChannelInfo;
    CloseChannel: set UICC_LOW_LEVEL, 3 -> CloseChannelInfo;
    Apdu: set UICC_LOW_LEVEL, 4 -> ApduInfo;
    TerminalCapabilityQuery: query UICC_LOW_LEVEL, 5 -> TerminalCapability;
    TerminalCapability: set UICC_LOW_LEVEL, 5 -> TerminalCapability;
    ResetQuery: query UICC_LOW_LEVEL, 6 -> ResetInfo;
    Reset: set UICC_LOW_LEVEL, 6 -> ResetInfo;
    AppListQuery: query UICC_LOW_LEVEL, 7 -> AppList;
    FileStatusQuery: query UICC_LOW_LEVEL, 8 -> FileStatus;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::cid::check;

    #[test]
    fn apdu() {
        let bytes = &[
            0x01, 0x00, 0x00, 0x00, // channel 1
            0x00, 0x00, 0x00, 0x00, // no secure messaging
            0x00, 0x00, 0x00, 0x00, // inter-industry
            0x05, 0x00, 0x00, 0x00, 0x14, 0x00, 0x00, 0x00, // 5 bytes at 20
            0x00, 0xA4, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, // SELECT, padded
        ];
        let command = Bytes::from_static(&[0x00, 0xA4, 0x04, 0x00, 0x00]);
        check(bytes, &Apdu { channel: 1, secure_messaging: 0, class_byte_type: 0, command });
    }

    #[test]
    fn open_channel() {
        let bytes = &[
            0x05, 0x00, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, // 5 bytes at 16
            0x04, 0x00, 0x00, 0x00, // P2
            0x01, 0x00, 0x00, 0x00, // group 1
            b'a', b'b', b'c', b'd', b'e', 0, 0, 0,
        ];
        check(bytes, &OpenChannel { app_id: Bytes::from_static(b"abcde"), select_p2: 4, channel_group: 1 });
    }

    #[test]
    fn app_list() {
        let bytes = &[
            0x01, 0x00, 0x00, 0x00, // version 1
            0x01, 0x00, 0x00, 0x00, // 1 application
            0x00, 0x00, 0x00, 0x00, // the first is active
            0x24, 0x00, 0x00, 0x00, // 36 bytes
            0x18, 0x00, 0x00, 0x00, 0x24, 0x00, 0x00, 0x00, // at 24
            0x04, 0x00, 0x00, 0x00, // USIM
            0x20, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, // id: 2 bytes at 32 of the element
            0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // no name
            0x00, 0x00, 0x00, 0x00, // no PINs
            0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, //
            0xA0, 0x00, 0x00, 0x00, // id, padded
        ];
        let app = App { app_type: 4, app_id: Bytes::from_static(&[0xA0, 0x00]), ..App::default() };
        check(bytes, &AppList { version: 1, active: 0, list_size: 36, apps: vec![app] });
    }
}
