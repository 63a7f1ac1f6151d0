//! Headers that have to be understood (SOAP 1.1 4.2.3, SOAP 1.2 Part 1 2.4).

use super::{
    Message, MessageState,
    tree::{element, headers},
};
use crate::{
    Result,
    soap::{HeaderAttributes, HeaderType},
    xml::{buffer::NodePosition, reader::QName},
};

impl Message {
    /// Notes that a header was understood. `WsMarkHeaderAsUnderstood`.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the message is empty, or the header was removed.
    /// [`InvalidArgument`](crate::ErrorCode::InvalidArgument): the position is not that of an element of the message.
    pub fn mark_understood(&mut self, at: NodePosition) -> Result<()> {
        self.expect_headers("marking a header")?;
        element(&self.tree()?.buffer.lock(), at)?;
        if !self.understood.contains(&at) {
            self.understood.push(at);
        }
        Ok(())
    }

    /// The names of headers that this receiver must understand and did not: those for the ultimate receiver and for
    /// the next node that were neither read nor marked. The headers of addressing are always understood.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the message is not being read.
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): a `mustUnderstand` is neither true nor false.
    pub fn not_understood(&mut self) -> Result<Vec<QName>> {
        self.expect(&[MessageState::Reading], "checking headers")?;
        let version = self.version;
        let tree = self.tree()?.clone();
        let buffer = tree.buffer.lock();
        let mut names = Vec::new();
        for at in headers(&buffer, tree.header) {
            let element = element(&buffer, at)?;
            let attributes = HeaderAttributes::of(element, version.envelope)?;
            let is_for_us = version.envelope.is_ultimate_role(&attributes.role)
                || attributes.role == version.envelope.next_role();
            let is_standard = element.namespace() == version.addressing.namespace()
                && HeaderType::ALL.iter().any(|kind| kind.local_name() == element.local_name());
            if attributes.must_understand && is_for_us && !is_standard && !self.understood.contains(&at) {
                names.push(QName::new(element.local_name().as_str(), element.namespace().as_str()));
            }
        }
        Ok(names)
    }
}
