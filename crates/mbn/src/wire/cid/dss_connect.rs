//! DSS_CONNECT: opens and closes a data session. MBIM 10.5.38, CID 1 of the device service stream service.

use uuid::Uuid;

use super::super::{Empty, service::DSS};

numbers! {
    /// Open or close.
    pub struct DssLinkState(u32);
    /// Close the data session.
    DEACTIVATE = 0,
    /// Open a data session.
    ACTIVATE = 1,
}

information_buffer! {
    /// Opens or closes a data session. The answer is empty.
    pub struct DssConnect {
        /// The service that the data is for.
        service: Uuid,
        /// The session id, 0 to 255. The host chooses it.
        session_id: u32,
        /// Open or close.
        link_state: DssLinkState,
    }
}

requests! {
    DssConnect: set DSS, 1 -> Empty;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{cid::check, service};

    #[test]
    fn dss_connect() {
        let bytes = &[
            0x0E, 0xBB, 0x1C, 0xEB, 0xAF, 0x2D, 0x48, 0x4D, // modem log transfer
            0x8D, 0xF3, 0x53, 0xBC, 0x51, 0xFD, 0x16, 0x2C, //
            0x05, 0x00, 0x00, 0x00, // session 5
            0x01, 0x00, 0x00, 0x00, // activate
        ];
        let link_state = DssLinkState::ACTIVATE;
        check(bytes, &DssConnect { service: service::MODEM_LOG_TRANSFER, session_id: 5, link_state });
    }
}
