//! MTOM: an XML document whose large byte content travels beside it, as parts of a MIME message (XOP 1.0).

pub mod mime;
