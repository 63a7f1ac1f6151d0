//! SOAP messages: envelopes, addressing, headers and faults, written to a [`Writer`](crate::xml::Writer) and read from a
//! [`Reader`](crate::xml::Reader) of any encoding.
//!
//! A [`Message`] has the headers; the body goes straight through the writer or reader of whoever carries the message, so
//! that it streams: what is written can be flushed at any time, what is read can be filled in pieces.
//!
//! ```
//! use wws_core::{
//!     FromXml, Result, ToXml,
//!     soap::{Message, Version},
//!     xml::{Charset, Reader, Writer, WriterOptions},
//! };
//!
//! #[derive(ToXml, FromXml)]
//! #[xml(name = "GetOrder", ns = "urn:shop")]
//! struct GetOrder {
//!     id: u32,
//! }
//!
//! fn main() -> Result<()> {
//!     let mut request = Message::blank(Version::SOAP12_ADDRESSING10);
//!     request.set_action("urn:shop/GetOrder")?;
//!     request.set_to("http://shop.example/")?;
//!     let mut writer = Writer::new(Charset::Utf8, WriterOptions::default());
//!     request.write_start(&mut writer)?;
//!     writer.write(&GetOrder { id: 7 })?;
//!     request.write_end(&mut writer)?;
//!     let bytes = writer.into_bytes()?;
//!
//!     let mut received = Message::new(Version::SOAP12_ADDRESSING10);
//!     let mut reader = Reader::text(&bytes);
//!     received.read_start(&mut reader)?;
//!     assert_eq!(received.action()?.as_deref(), Some("urn:shop/GetOrder"));
//!     let order: GetOrder = reader.read()?;
//!     received.read_end(&mut reader)?;
//!     assert_eq!(order.id, 7);
//!     Ok(())
//! }
//! ```

mod addressing;
mod content_type;
mod endpoint_address;
mod envelope;
mod fault;
mod fault_error;
mod header;
mod message;
mod names;

pub use addressing::{AddressingVersion, HeaderType, Version};
pub use content_type::{Encoding, MessageContent, parse_soap_action, soap_action};
pub use endpoint_address::{EndpointAddress, EndpointIdentity};
pub use envelope::EnvelopeVersion;
pub use fault::{Fault, FaultDisclosure, FaultReason};
pub use fault_error::FaultError;
pub use header::HeaderAttributes;
pub use message::{HeaderPick, Initialization, Message, MessageOptions, MessageState};
