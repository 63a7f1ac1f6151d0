//! MTOM: an XML document whose large byte content travels beside it, as parts of a MIME message (XOP 1.0).

pub(crate) mod decode;
pub(crate) mod encode;
pub mod mime;
mod store;

pub use decode::MtomInput;
pub use encode::MtomOutput;
pub use store::{PartStore, SharedStore};

/// The namespace of the element `Include`, XOP 1.0 section 1.1.
pub const XOP_NAMESPACE: &str = "http://www.w3.org/2004/08/xop/include";
