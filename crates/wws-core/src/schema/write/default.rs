//! Whether a field has its default value, so that it need not be written (WWSAPI I.4).

use super::ValueWriter;
use crate::{
    Result,
    schema::{
        WriteSteps,
        description::{Field, FieldOptions},
        layout, load,
        memory::Host,
        types::Type,
    },
};

impl<W: WriteSteps, H: Host> ValueWriter<'_, W, H> {
    /// Whether an optional field is left out.
    pub(super) fn is_left_out(&mut self, field: &Field, base: H::Address) -> Result<bool> {
        if !field.has(FieldOptions::OPTIONAL) {
            return Ok(false);
        }
        let (at, count_at) = self.places(field, base);
        if field.has(FieldOptions::POINTER) || field.ty.is_array() || field.mapping.is_repeating() {
            return Ok(self.host.load_pointer(at)?.is_none());
        }
        let default = match field.default {
            Some(default) => Some(self.host.default_value(default.id)?),
            None => None,
        };
        match (&field.ty, default) {
            (Type::Union(_) | Type::Void(_), _) => Ok(false),
            (Type::Custom(id), default) => self.host.is_default(*id, at, default),
            (ty, None) if ty.has_nil() => self.is_nil(ty, at, count_at),
            (ty, None) => self.is_zero(ty, at),
            (ty, Some(default)) => self.is_same(ty, at, default),
        }
    }

    fn is_zero(&self, ty: &Type, at: H::Address) -> Result<bool> {
        match ty {
            Type::UniqueId(_) => Ok(self.is_nil(&Type::STRING, at, at)?
                && self.host.load::<16>(self.host.offset(at, layout::UNIQUE_ID_GUID))? == [0; 16]),
            Type::XmlQName(_) => {
                let string = &Type::XmlString(crate::schema::types::ANY_LENGTH);
                Ok(self.is_nil(string, at, at)?
                    && self.is_nil(string, self.host.offset(at, layout::QNAME_NS), at)?)
            }
            ty => Ok(self.significant(ty, at)?.iter().all(|byte| *byte == 0)),
        }
    }

    fn is_same(&self, ty: &Type, a: H::Address, b: H::Address) -> Result<bool> {
        let host = &self.host;
        match ty {
            Type::String(_) | Type::Bytes(_) => self.same_counted(a, b, ty),
            Type::XmlString(_) => Ok(host.xml_string(a)?.as_str() == host.xml_string(b)?.as_str()),
            Type::XmlQName(_) => {
                let ns = |at| host.xml_string(host.offset(at, layout::QNAME_NS));
                Ok(host.xml_string(a)?.as_str() == host.xml_string(b)?.as_str()
                    && ns(a)?.as_str() == ns(b)?.as_str())
            }
            Type::Wsz(_) => match (host.load_pointer(a)?, host.load_pointer(b)?) {
                (Some(a), Some(b)) => {
                    let (length, other) = (host.units_before_zero(a)?, host.units_before_zero(b)?);
                    Ok(length == other && host.bytes(a, 2 * length)? == host.bytes(b, 2 * length)?)
                }
                (a, b) => Ok(a.is_none() && b.is_none()),
            },
            Type::UniqueId(_) => {
                let guid = |at| host.load::<16>(host.offset(at, layout::UNIQUE_ID_GUID));
                Ok(self.same_counted(a, b, &Type::STRING)? && guid(a)? == guid(b)?)
            }
            ty => Ok(self.significant(ty, a)? == self.significant(ty, b)?),
        }
    }

    /// Whether counted characters or bytes are the same, nil being different from empty.
    fn same_counted(&self, a: H::Address, b: H::Address, ty: &Type) -> Result<bool> {
        let host = &self.host;
        let unit = if matches!(ty, Type::Bytes(_)) { 1 } else { 2 };
        match (load::counted(host, a, "a value")?, load::counted(host, b, "a default value")?) {
            (Some((a, length)), Some((b, other))) => {
                Ok(length == other && host.bytes(a, unit * length)? == host.bytes(b, unit * length)?)
            }
            (None, None) => Ok(self.is_nil(ty, a, a)? == self.is_nil(ty, b, b)?),
            _ => Ok(false),
        }
    }

    /// The bytes of a plain value that mean something: no padding, which may not be set.
    fn significant(&self, ty: &Type, at: H::Address) -> Result<&[u8]> {
        match ty {
            Type::DateTime(_) => self.host.bytes(at, layout::DATETIME_FORMAT + 4),
            // The reserved part of a DECIMAL.
            Type::Decimal(_) => self.host.bytes(self.host.offset(at, 2), 14),
            ty => self.host.bytes(at, self.schema.size_of(ty)),
        }
    }
}
