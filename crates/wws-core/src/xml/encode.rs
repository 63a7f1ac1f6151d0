//! What the writer and all encoders share.

/// Where the name of an open element stands: in the buffer, or saved by the encoder when the buffer left.
#[derive(Clone, Copy, Default)]
pub(crate) struct Tag {
    pub(crate) at: usize,
    pub(crate) length: u32,
    pub(crate) saved: bool,
}

/// What the value of an attribute consists of; the kinds do not mix (WWSAPI F.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum AttributeContent {
    #[default]
    Nothing,
    Chars,
    Bytes,
    /// A value, which comes alone.
    Value,
}
