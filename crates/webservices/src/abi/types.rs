//! Descriptions of C types (`webservices/types.h`), and how values are read and written by them.

use super::{
    base::{BOOL, DECIMAL, GUID, WS_DATETIME, WS_DURATION, WS_TIMESPAN, WS_XML_STRING},
    xml::WS_XML_TEXT,
};
use crate::{
    failure::WS_ERROR,
    hresult::HRESULT,
    ptr::{Ptr, Void},
};

/// Reads a value: reader, mapping, description data, heap, value, its size, error.
pub type WS_READ_TYPE_CALLBACK =
    Option<unsafe extern "C" fn(Void, WS_TYPE_MAPPING, Void, Void, Void, u32, Ptr<WS_ERROR>) -> HRESULT>;
/// Writes a value: writer, mapping, description data, value, its size, error.
pub type WS_WRITE_TYPE_CALLBACK =
    Option<unsafe extern "C" fn(Void, WS_TYPE_MAPPING, Void, Void, u32, Ptr<WS_ERROR>) -> HRESULT>;
/// Says whether a value is the default: description data, value, default value, size, result, error.
pub type WS_IS_DEFAULT_VALUE_CALLBACK =
    Option<unsafe extern "C" fn(Void, Void, Void, u32, Ptr<BOOL>, Ptr<WS_ERROR>) -> HRESULT>;
/// Compares durations: two of them, result, error.
pub type WS_DURATION_COMPARISON_CALLBACK =
    Option<unsafe extern "C" fn(Ptr<WS_DURATION>, Ptr<WS_DURATION>, Ptr<i32>, Ptr<WS_ERROR>) -> HRESULT>;

c_structs! {
    /// How many items an array may have.
    struct WS_ITEM_RANGE { minItemCount: u32, maxItemCount: u32, }
    /// A default value.
    struct WS_DEFAULT_VALUE { value: Void, valueSize: u32, }
    /// An element of one name and type.
    struct WS_ELEMENT_DESCRIPTION { elementLocalName: Ptr<WS_XML_STRING>, elementNs: Ptr<WS_XML_STRING>, r#type: WS_TYPE, typeDescription: Void, }
    /// An attribute of one name and type.
    struct WS_ATTRIBUTE_DESCRIPTION { attributeLocalName: Ptr<WS_XML_STRING>, attributeNs: Ptr<WS_XML_STRING>, r#type: WS_TYPE, typeDescription: Void, }
    /// `WS_BOOL_DESCRIPTION`.
    struct WS_BOOL_DESCRIPTION { value: BOOL, }
    /// `WS_INT8_DESCRIPTION`.
    struct WS_INT8_DESCRIPTION { minValue: i8, maxValue: i8, }
    /// `WS_INT16_DESCRIPTION`.
    struct WS_INT16_DESCRIPTION { minValue: i16, maxValue: i16, }
    /// `WS_INT32_DESCRIPTION`.
    struct WS_INT32_DESCRIPTION { minValue: i32, maxValue: i32, }
    /// `WS_INT64_DESCRIPTION`.
    struct WS_INT64_DESCRIPTION { minValue: i64, maxValue: i64, }
    /// `WS_UINT8_DESCRIPTION`.
    struct WS_UINT8_DESCRIPTION { minValue: u8, maxValue: u8, }
    /// `WS_UINT16_DESCRIPTION`.
    struct WS_UINT16_DESCRIPTION { minValue: u16, maxValue: u16, }
    /// `WS_UINT32_DESCRIPTION`.
    struct WS_UINT32_DESCRIPTION { minValue: u32, maxValue: u32, }
    /// `WS_UINT64_DESCRIPTION`.
    struct WS_UINT64_DESCRIPTION { minValue: u64, maxValue: u64, }
    /// `WS_FLOAT_DESCRIPTION`.
    struct WS_FLOAT_DESCRIPTION { minValue: f32, maxValue: f32, }
    /// `WS_DOUBLE_DESCRIPTION`.
    struct WS_DOUBLE_DESCRIPTION { minValue: f64, maxValue: f64, }
    /// `WS_DECIMAL_DESCRIPTION`.
    struct WS_DECIMAL_DESCRIPTION { minValue: DECIMAL, maxValue: DECIMAL, }
    /// `WS_GUID_DESCRIPTION`.
    struct WS_GUID_DESCRIPTION { value: GUID, }
    /// `WS_DATETIME_DESCRIPTION`.
    struct WS_DATETIME_DESCRIPTION { minValue: WS_DATETIME, maxValue: WS_DATETIME, }
    /// `WS_TIMESPAN_DESCRIPTION`.
    struct WS_TIMESPAN_DESCRIPTION { minValue: WS_TIMESPAN, maxValue: WS_TIMESPAN, }
    /// `WS_DURATION_DESCRIPTION`.
    struct WS_DURATION_DESCRIPTION { minValue: WS_DURATION, maxValue: WS_DURATION, comparer: WS_DURATION_COMPARISON_CALLBACK, }
    /// `WS_UNIQUE_ID_DESCRIPTION`.
    struct WS_UNIQUE_ID_DESCRIPTION { minCharCount: u32, maxCharCount: u32, }
    /// `WS_STRING_DESCRIPTION`.
    struct WS_STRING_DESCRIPTION { minCharCount: u32, maxCharCount: u32, }
    /// `WS_WSZ_DESCRIPTION`.
    struct WS_WSZ_DESCRIPTION { minCharCount: u32, maxCharCount: u32, }
    /// `WS_XML_STRING_DESCRIPTION`.
    struct WS_XML_STRING_DESCRIPTION { minByteCount: u32, maxByteCount: u32, }
    /// `WS_XML_QNAME_DESCRIPTION`.
    struct WS_XML_QNAME_DESCRIPTION { minLocalNameByteCount: u32, maxLocalNameByteCount: u32, minNsByteCount: u32, maxNsByteCount: u32, }
    /// `WS_CHAR_ARRAY_DESCRIPTION`.
    struct WS_CHAR_ARRAY_DESCRIPTION { minCharCount: u32, maxCharCount: u32, }
    /// `WS_UTF8_ARRAY_DESCRIPTION`.
    struct WS_UTF8_ARRAY_DESCRIPTION { minByteCount: u32, maxByteCount: u32, }
    /// `WS_BYTE_ARRAY_DESCRIPTION`.
    struct WS_BYTE_ARRAY_DESCRIPTION { minByteCount: u32, maxByteCount: u32, }
    /// `WS_BYTES_DESCRIPTION`.
    struct WS_BYTES_DESCRIPTION { minByteCount: u32, maxByteCount: u32, }
    /// `WS_VOID_DESCRIPTION`.
    struct WS_VOID_DESCRIPTION { size: u32, }
    /// A field of a struct.
    struct WS_FIELD_DESCRIPTION { mapping: WS_FIELD_MAPPING, localName: Ptr<WS_XML_STRING>, ns: Ptr<WS_XML_STRING>, r#type: WS_TYPE, typeDescription: Void, offset: u32, options: u32, defaultValue: Ptr<WS_DEFAULT_VALUE>, countOffset: u32, itemLocalName: Ptr<WS_XML_STRING>, itemNs: Ptr<WS_XML_STRING>, itemRange: Ptr<WS_ITEM_RANGE>, }
    /// A struct.
    struct WS_STRUCT_DESCRIPTION { size: u32, alignment: u32, fields: Ptr<Ptr<WS_FIELD_DESCRIPTION>>, fieldCount: u32, typeLocalName: Ptr<WS_XML_STRING>, typeNs: Ptr<WS_XML_STRING>, parentType: Ptr<WS_STRUCT_DESCRIPTION>, subTypes: Ptr<Ptr<WS_STRUCT_DESCRIPTION>>, subTypeCount: u32, structOptions: u32, }
    /// A choice of a union.
    struct WS_UNION_FIELD_DESCRIPTION { value: i32, field: WS_FIELD_DESCRIPTION, }
    /// A union.
    struct WS_UNION_DESCRIPTION { size: u32, alignment: u32, fields: Ptr<Ptr<WS_UNION_FIELD_DESCRIPTION>>, fieldCount: u32, enumOffset: u32, noneEnumValue: i32, valueIndices: Ptr<u32>, }
    /// A value of an enumeration.
    struct WS_ENUM_VALUE { value: i32, name: Ptr<WS_XML_STRING>, }
    /// An enumeration.
    struct WS_ENUM_DESCRIPTION { values: Ptr<WS_ENUM_VALUE>, valueCount: u32, maxByteCount: u32, nameIndices: Ptr<u32>, }
    /// An attribute of any name.
    struct WS_ANY_ATTRIBUTE { localName: WS_XML_STRING, ns: WS_XML_STRING, value: Ptr<WS_XML_TEXT>, }
    /// Attributes of any name.
    struct WS_ANY_ATTRIBUTES { attributes: Ptr<WS_ANY_ATTRIBUTE>, attributeCount: u32, }
    /// A type that the program reads and writes.
    struct WS_CUSTOM_TYPE_DESCRIPTION { size: u32, alignment: u32, readCallback: WS_READ_TYPE_CALLBACK, writeCallback: WS_WRITE_TYPE_CALLBACK, descriptionData: Void, isDefaultValueCallback: WS_IS_DEFAULT_VALUE_CALLBACK, }
}

c_enums! {
    /// Types that are read and written by description.
    enum WS_TYPE {
        WS_BOOL_TYPE = 0,
        WS_INT8_TYPE = 1,
        WS_INT16_TYPE = 2,
        WS_INT32_TYPE = 3,
        WS_INT64_TYPE = 4,
        WS_UINT8_TYPE = 5,
        WS_UINT16_TYPE = 6,
        WS_UINT32_TYPE = 7,
        WS_UINT64_TYPE = 8,
        WS_FLOAT_TYPE = 9,
        WS_DOUBLE_TYPE = 10,
        WS_DECIMAL_TYPE = 11,
        WS_DATETIME_TYPE = 12,
        WS_TIMESPAN_TYPE = 13,
        WS_GUID_TYPE = 14,
        WS_UNIQUE_ID_TYPE = 15,
        WS_STRING_TYPE = 16,
        WS_WSZ_TYPE = 17,
        WS_BYTES_TYPE = 18,
        WS_XML_STRING_TYPE = 19,
        WS_XML_QNAME_TYPE = 20,
        WS_XML_BUFFER_TYPE = 21,
        WS_CHAR_ARRAY_TYPE = 22,
        WS_UTF8_ARRAY_TYPE = 23,
        WS_BYTE_ARRAY_TYPE = 24,
        WS_DESCRIPTION_TYPE = 25,
        WS_STRUCT_TYPE = 26,
        WS_CUSTOM_TYPE = 27,
        WS_ENDPOINT_ADDRESS_TYPE = 28,
        WS_FAULT_TYPE = 29,
        WS_VOID_TYPE = 30,
        WS_ENUM_TYPE = 31,
        WS_DURATION_TYPE = 32,
        WS_UNION_TYPE = 33,
        WS_ANY_ATTRIBUTES_TYPE = 34,
    }
    /// What of the XML a type stands for.
    enum WS_TYPE_MAPPING {
        WS_ELEMENT_TYPE_MAPPING = 1,
        WS_ATTRIBUTE_TYPE_MAPPING = 2,
        WS_ELEMENT_CONTENT_TYPE_MAPPING = 3,
        WS_ANY_ELEMENT_TYPE_MAPPING = 4,
    }
    /// What of the XML a field stands for.
    enum WS_FIELD_MAPPING {
        WS_TYPE_ATTRIBUTE_FIELD_MAPPING = 0,
        WS_ATTRIBUTE_FIELD_MAPPING = 1,
        WS_ELEMENT_FIELD_MAPPING = 2,
        WS_REPEATING_ELEMENT_FIELD_MAPPING = 3,
        WS_TEXT_FIELD_MAPPING = 4,
        WS_NO_FIELD_MAPPING = 5,
        WS_XML_ATTRIBUTE_FIELD_MAPPING = 6,
        WS_ELEMENT_CHOICE_FIELD_MAPPING = 7,
        WS_REPEATING_ELEMENT_CHOICE_FIELD_MAPPING = 8,
        WS_ANY_ELEMENT_FIELD_MAPPING = 9,
        WS_REPEATING_ANY_ELEMENT_FIELD_MAPPING = 10,
        WS_ANY_CONTENT_FIELD_MAPPING = 11,
        WS_ANY_ATTRIBUTES_FIELD_MAPPING = 12,
    }
    /// What the storage for a value is that is read.
    enum WS_READ_OPTION {
        WS_READ_REQUIRED_VALUE = 1,
        WS_READ_REQUIRED_POINTER = 2,
        WS_READ_OPTIONAL_POINTER = 3,
        WS_READ_NILLABLE_POINTER = 4,
        WS_READ_NILLABLE_VALUE = 5,
    }
    /// What the storage of a value is that is written.
    enum WS_WRITE_OPTION {
        WS_WRITE_REQUIRED_VALUE = 1,
        WS_WRITE_REQUIRED_POINTER = 2,
        WS_WRITE_NILLABLE_VALUE = 3,
        WS_WRITE_NILLABLE_POINTER = 4,
    }
}
