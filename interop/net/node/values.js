// The values that are sent, and how they are compared.
"use strict";

const REASON = "It broke.";

const bytes = (length) => Buffer.from(Uint8Array.from({ length }, (_, i) => i % 251));

const item = (title, count) => ({ title, count });

// Numbers that JavaScript does not have, and lexical forms, are strings.
const record = () => ({
  flag: true,
  tiny: -128,
  small: -32768,
  number: -2147483648,
  large: "-9223372036854775808",
  utiny: 255,
  usmall: 65535,
  unumber: 4294967295,
  ularge: "18446744073709551615",
  single: 1.1,
  double: Math.PI,
  decimal: "12345678901.2345678",
  time: "2024-02-29T23:59:58.125Z",
  span: "P1DT2H3M4.5S",
  text: ' <Fish> & "Chips"\t\n\u00e9\u{1d11e} ]]> ',
  missing: null,
  maybe: -5,
  blob: bytes(3000).toString("base64"),
  color: "dark blue",
  item: item("one", 1),
  words: { item: ["a", "", "R&D"] },
  numbers: { item: [1, -1, 128, 70000, 2147483647] },
  items: { item: [item("two", 2), item("", 0)] },
});

// Without these, text is trimmed, and numbers lose what JavaScript's do not have.
const asText = (text) => text;
const OPTIONS = {
  preserveWhitespace: true,
  customDeserializer: { long: asText, unsignedLong: asText, decimal: asText },
};

// A value as text, with the type that its field has.
const text = (name, value) => {
  if (name === "time") return new Date(value).toISOString();
  if (name === "single") return String(Math.fround(Number(value)));
  // What is nil is left out.
  if (value === undefined) return "null";
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
};

const differences = (sent, found) =>
  Object.keys(sent)
    .map((name) => [name, text(name, sent[name]), text(name, (found || {})[name])])
    .filter(([, expected, other]) => expected !== other)
    .map(([name, expected, other]) => `${name}: expected ${expected.slice(0, 80)} but found ${other.slice(0, 80)}`);

module.exports = { OPTIONS, REASON, bytes, record, differences };
