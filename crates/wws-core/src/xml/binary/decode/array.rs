//! Array records, MC-NBFX 2.2.3.31: one element name, many values. Delivered as repeated elements.

use super::{BinaryDecoder, Cursor, WITH_END_ELEMENT, record, tag, text, unknown};
use crate::xml::{
    NodeType,
    decode::{Bad, Core, Stop},
};

/// An array that is being delivered.
#[derive(Debug)]
pub(super) struct Array {
    /// The element record and its attributes: read again for each item.
    head: Vec<u8>,
    /// The record of the items, without the bit that ends the element.
    record: u8,
    /// Items to come, the present one included.
    left: usize,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Element,
    Value,
    End,
}

/// The bytes of an item.
fn item_size(record: u8) -> Option<usize> {
    Some(match record {
        record::BOOL_TEXT => 1,
        record::INT16_TEXT => 2,
        record::INT32_TEXT | record::FLOAT_TEXT => 4,
        record::INT64_TEXT | record::DOUBLE_TEXT | record::DATE_TIME_TEXT | record::TIME_SPAN_TEXT => 8,
        record::DECIMAL_TEXT | record::UUID_TEXT => 16,
        _ => return None,
    })
}

impl BinaryDecoder<'_> {
    /// Reads the head of an array record; its first item then comes.
    pub(super) fn start_array(&mut self, core: &mut Core) -> Result<(), Stop> {
        let token = self.input.pos;
        let mut at = Cursor::new(self.input.bytes(), token + 1);
        let start = at.at();
        core.begin();
        let kind = at.byte()?;
        if !(record::SHORT_ELEMENT..=0x77).contains(&kind) {
            return Err(Bad::new(start, format!("an array begins with an element; {}", unknown(kind))).into());
        }
        tag::element(kind, &mut at, core, &self.tables)?;
        tag::attributes(&mut at, core, start, false, &self.tables)?;
        let end = at.at();
        if at.byte()? != record::END_ELEMENT {
            return Err(Bad::new(end, "the element of an array ends with a record 0x01").into());
        }
        let record_at = at.at();
        let kind = at.byte()?;
        let record = kind & !WITH_END_ELEMENT;
        if kind & WITH_END_ELEMENT == 0 || item_size(record).is_none() {
            let text = format!("0x{kind:02X} is not the record of an item of an array");
            return Err(Bad::new(record_at, text).into());
        }
        let left = at.int31()?;
        let head = self.input.bytes()[start..end].to_vec();
        let end = at.at();
        self.array = Some(Array { head, record, left, stage: Stage::Element });
        self.input.pos = end;
        if self.array_node(core)? { Ok(()) } else { self.record(core) }
    }

    /// Moves to the next node of the array; false behind the last item.
    pub(super) fn array_node(&mut self, core: &mut Core) -> Result<bool, Stop> {
        let Some(array) = &self.array else { return Ok(false) };
        let token = self.input.pos;
        match array.stage {
            Stage::Element if array.left == 0 => {
                self.array = None;
                Ok(false)
            }
            Stage::Element => {
                core.begin();
                let mut at = Cursor::new(&array.head, 0);
                let kind = at.byte()?;
                let name = tag::element(kind, &mut at, core, &self.tables)?;
                tag::attributes(&mut at, core, 0, true, &self.tables)?;
                core.commit_element((token, token), &self.tables, name, false)?;
                self.advance(token, token);
                self.stage(Stage::Value);
                Ok(true)
            }
            Stage::Value => {
                core.begin();
                let mut at = Cursor::new(self.input.bytes(), token);
                let value = text::whole(array.record, &mut at, core, &self.tables)?;
                let end = at.at();
                core.commit(NodeType::Text, value);
                self.advance(token, end);
                self.stage(Stage::End);
                Ok(true)
            }
            Stage::End => {
                if let Some(array) = &mut self.array {
                    array.left -= 1;
                }
                self.stage(Stage::Element);
                self.advance(token, token);
                core.commit_end();
                Ok(true)
            }
        }
    }

    fn stage(&mut self, stage: Stage) {
        if let Some(array) = &mut self.array {
            array.stage = stage;
        }
    }
}
