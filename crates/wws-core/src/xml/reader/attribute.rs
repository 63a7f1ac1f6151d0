//! Attributes of the present element: found by name, read as values (WWSAPI E.3).

use super::{ReadValue, Reader};
use crate::{
    Error, Result,
    xml::{NodeType, XmlStr},
};

impl Reader<'_> {
    /// The number of the attribute with this name; `None` without one. `WsFindAttribute`.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the reader stands on no start tag.
    pub fn find_attribute<'n>(
        &self,
        local: impl Into<XmlStr<'n>>,
        ns: impl Into<XmlStr<'n>>,
    ) -> Result<Option<usize>> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let Some(element) = self.element() else {
            return Err(Error::operation("attributes belong to a start tag; the reader stands on none"));
        };
        let (local, ns) = (local.into(), ns.into());
        Ok(element.attributes().position(|a| a.is(local, ns)))
    }

    /// Enters an attribute: what reads values, characters and bytes then reads from it. `WsReadStartAttribute`.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the reader stands on no start tag, or in an
    /// attribute. [`InvalidArgument`](crate::ErrorCode::InvalidArgument): there is no attribute of this number.
    pub fn read_start_attribute(&mut self, index: usize) -> Result<()> {
        self.ready()?;
        if self.core.kind != NodeType::Element {
            return Err(Error::operation("attributes belong to a start tag; the reader stands on none"));
        }
        if index >= self.core.attributes.len() {
            return Err(Error::argument(format!(
                "the element has {} attributes",
                self.core.attributes.len()
            )));
        }
        self.attribute = Some(index);
        self.consumed = 0;
        Ok(())
    }

    /// Leaves an attribute: the reader stands on its element again. `WsReadEndAttribute`.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the reader stands in no attribute.
    pub fn read_end_attribute(&mut self) -> Result<()> {
        self.resume()?;
        match self.attribute.take() {
            Some(_) => {
                self.consumed = 0;
                Ok(())
            }
            None => Err(Error::operation("the reader stands in no attribute")),
        }
    }

    /// Whether the reader stands in an attribute. (WWSAPI P.1 #9)
    pub fn in_attribute(&self) -> bool {
        self.attribute.is_some()
    }

    /// The value of an attribute of the present start tag; `None` without one.
    ///
    /// ```
    /// # use wws_core::xml::Reader;
    /// let mut reader = Reader::text(b"<order id='7'/>");
    /// reader.read_to_start_element("order", "")?;
    /// assert_eq!(reader.attribute_value::<u32>("id", "")?, Some(7));
    /// assert_eq!(reader.attribute_value::<u32>("no", "")?, None);
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    pub fn attribute_value<'n, T: ReadValue>(
        &mut self,
        local: impl Into<XmlStr<'n>>,
        ns: impl Into<XmlStr<'n>>,
    ) -> Result<Option<T>> {
        let Some(index) = self.find_attribute(local, ns)? else { return Ok(None) };
        self.read_start_attribute(index)?;
        let value = self.read_value()?;
        self.read_end_attribute()?;
        Ok(Some(value))
    }
}
