//! The quotas of a framed session.

/// The most that a peer may send in each part of a session. What exceeds one fails with
/// [`QuotaExceeded`](crate::ErrorCode::QuotaExceeded) as soon as the size is *claimed*, before memory is taken for it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Octets of a Via URL; 2,048, the limit of WCF.
    pub max_via_size: u32,
    /// Octets of the content type in an Extensible Encoding record; 1,024 (WCF: 256).
    pub max_content_type_size: u32,
    /// Octets of the protocol name in an Upgrade Request record; 256.
    pub max_upgrade_size: u32,
    /// Octets of the URI in a Fault record; 256, the limit of WCF.
    pub max_fault_size: u32,
    /// Octets of one envelope as it stands on the wire; 65,536, the default of
    /// `WS_CHANNEL_PROPERTY_MAX_BUFFERED_MESSAGE_SIZE` (WWSAPI P.5 #0).
    pub max_envelope_size: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_via_size: 2048,
            max_content_type_size: 1024,
            max_upgrade_size: 256,
            max_fault_size: 256,
            max_envelope_size: 65_536,
        }
    }
}

impl Limits {
    /// The defaults with another limit for envelopes; `u64::MAX` for streams of any size.
    pub fn with_max_envelope_size(mut self, octets: u64) -> Self {
        self.max_envelope_size = octets;
        self
    }
}
