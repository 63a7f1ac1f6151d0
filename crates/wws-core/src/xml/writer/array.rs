//! Arrays: many elements of one name and type, which the binary encoding has a record for.

use super::{Name, Writer};
use crate::{
    Result,
    xml::{XmlStr, array::Array},
};

impl Writer {
    /// Writes an element for each value, with a prefix that the writer chooses: `WsWriteArray`.
    ///
    /// The binary encoding writes all values in one record if it has one for their type (MC-NBFX 2.2.1.3).
    ///
    /// ```
    /// # use wws_core::xml::{Charset, Writer, WriterOptions};
    /// # let mut w = Writer::new(Charset::Utf8, WriterOptions::default());
    /// w.start_element("r", "")?;
    /// w.array("i", "", &[1, 2, 3][..])?;
    /// w.end_element()?;
    /// assert_eq!(w.into_bytes()?, b"<r><i>1</i><i>2</i><i>3</i></r>");
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`start_element`](Writer::start_element).
    pub fn array<'n, 'a>(
        &mut self,
        local: impl Into<XmlStr<'n>>,
        ns: impl Into<XmlStr<'n>>,
        items: impl Into<Array<'a>>,
    ) -> Result<()> {
        let result = self.try_array(&Name { prefix: None, local: local.into(), ns: ns.into() }, items.into());
        self.settle(result)
    }

    /// Writes an element with this prefix for each value.
    ///
    /// # Errors
    /// As [`start_element_with_prefix`](Writer::start_element_with_prefix).
    pub fn array_with_prefix<'n, 'a>(
        &mut self,
        prefix: &str,
        local: impl Into<XmlStr<'n>>,
        ns: impl Into<XmlStr<'n>>,
        items: impl Into<Array<'a>>,
    ) -> Result<()> {
        let name = Name { prefix: Some(prefix), local: local.into(), ns: ns.into() };
        let result = self.try_array(&name, items.into());
        self.settle(result)
    }

    fn try_array(&mut self, name: &Name<'_>, items: Array<'_>) -> Result<()> {
        if items.is_empty() {
            return Ok(());
        }
        // An array at the root would be several root elements.
        if self.encoder.has_array(&items) && !self.elements.is_empty() {
            self.begin_content("an array")?;
            self.encoder.start_array(&mut self.out);
            self.try_start_element(name)?;
            self.commit()?;
            self.encoder.end_array(&mut self.out, &items)?;
            if let Some(element) = self.elements.pop() {
                self.scopes.truncate(element.first_binding as usize);
            }
            return Ok(());
        }
        items.try_for_each(|value| {
            self.try_start_element(name)?;
            self.try_value(&value)?;
            self.try_end_element()
        })
    }
}
