//! What is to be canonicalized, and how.

/// Which canonical form, with the numbers of `WS_XML_CANONICALIZATION_ALGORITHM`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum Algorithm {
    /// Exclusive XML Canonicalization 1.0, `http://www.w3.org/2001/10/xml-exc-c14n#`.
    #[default]
    Exclusive = 0,
    /// Exclusive XML Canonicalization 1.0 that keeps comments.
    ExclusiveWithComments = 1,
    /// Canonical XML 1.0, `http://www.w3.org/TR/2001/REC-xml-c14n-20010315`. Only for whole documents.
    Inclusive = 2,
    /// Canonical XML 1.0 that keeps comments. Only for whole documents.
    InclusiveWithComments = 3,
}

impl Algorithm {
    /// The algorithm with a number of `WS_XML_CANONICALIZATION_ALGORITHM`.
    pub fn from_number(number: i32) -> Option<Self> {
        Some(match number {
            0 => Algorithm::Exclusive,
            1 => Algorithm::ExclusiveWithComments,
            2 => Algorithm::Inclusive,
            3 => Algorithm::InclusiveWithComments,
            _ => return None,
        })
    }

    /// Whether a declaration is rendered where it is made, and not where it is used.
    pub fn is_inclusive(self) -> bool {
        matches!(self, Algorithm::Inclusive | Algorithm::InclusiveWithComments)
    }

    /// Whether comments are kept.
    pub fn keeps_comments(self) -> bool {
        matches!(self, Algorithm::ExclusiveWithComments | Algorithm::InclusiveWithComments)
    }
}

/// The settings of a canonicalization: `WS_XML_CANONICALIZATION_PROPERTY`.
///
/// ```
/// use wws_core::xml::canonical::{Algorithm, Canonicalization};
/// let settings = Canonicalization {
///     inclusive_prefixes: vec!["xsi".into()],
///     ..Canonicalization::new(Algorithm::ExclusiveWithComments)
/// };
/// assert_eq!(settings.output_buffer_size, 1024);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canonicalization {
    /// The canonical form.
    pub algorithm: Algorithm,
    /// Prefixes that the exclusive form treats as the inclusive form does (the `InclusiveNamespaces
    /// PrefixList`). An empty string or `#default` stands for the default namespace. The inclusive form
    /// treats all so.
    pub inclusive_prefixes: Vec<Box<str>>,
    /// Elements with this name are left out, with all that is in them: the signature of an enveloped signature.
    pub omitted_element: Option<OmittedElement>,
    /// Output is handed out when at least so many bytes have come together, and at the end.
    pub output_buffer_size: usize,
}

impl Canonicalization {
    /// The settings for a form, the others as webservices.h has them: nothing omitted, no inclusive
    /// prefixes, 1024 bytes of output at a time.
    pub fn new(algorithm: Algorithm) -> Self {
        Canonicalization {
            algorithm,
            inclusive_prefixes: Vec::new(),
            omitted_element: None,
            output_buffer_size: 1024,
        }
    }
}

impl Canonicalization {
    /// The inclusive prefixes, the default namespace as the empty one.
    pub(crate) fn inclusive_prefixes(&self) -> impl Iterator<Item = &str> {
        // Exclusive C14N 1.0 3: the token `#default` is the default namespace.
        self.inclusive_prefixes.iter().map(|prefix| if &**prefix == "#default" { "" } else { prefix })
    }
}

impl Default for Canonicalization {
    fn default() -> Self {
        Self::new(Algorithm::default())
    }
}

/// The name of the elements that a canonicalization leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OmittedElement {
    /// The name without a prefix.
    pub local_name: Box<str>,
    /// The namespace; empty for none.
    pub namespace: Box<str>,
}
