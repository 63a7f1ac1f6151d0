//! The character sets of text documents.

/// A character set of a text document, `WS_CHARSET`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Charset {
    /// UTF-8.
    #[default]
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
}

impl Charset {
    /// The name in an XML declaration, spelled as Microsoft's writers do.
    pub const fn name(self) -> &'static str {
        match self {
            Charset::Utf8 => "utf-8",
            Charset::Utf16Le => "utf-16",
            Charset::Utf16Be => "utf-16BE",
        }
    }
}
