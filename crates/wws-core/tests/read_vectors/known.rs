//! Blocks where we see something else than Microsoft's reader, and why. May only shrink.

/// File, block, reason.
pub(crate) const KNOWN: &[(&str, &str, &str)] = &[
    (
        "read-text.txt",
        "decl_11",
        "XML 1.0 2.8: a processor of XML 1.0 reads a document of version 1.1 as 1.0",
    ),
    (
        "read-text.txt",
        "utf-16-be_bom_nodecl",
        "XML 1.0 4.3.3: with a byte order mark UTF-16 needs no declaration",
    ),
    ("read-text.txt", "charref_1", "WWSAPI P.1 #13: ALLOW_INVALID_CHARACTER_REFERENCES is off by default"),
    ("read-text.txt", "pi", "XML 1.0 2.6: instructions are part of the language; we check and skip them"),
    ("read-text.txt", "pi_in", "XML 1.0 2.6: instructions are part of the language; we check and skip them"),
    (
        "read-text.txt",
        "unclosed",
        "Microsoft's factory reads ahead before the first node; we fail where the end is missing",
    ),
    (
        "write-text.txt",
        "text_invalid_char",
        "WWSAPI P.1 #13: ALLOW_INVALID_CHARACTER_REFERENCES is off by default",
    ),
    ("read-binary.txt", "text_decimal_badscale", "MC-NBFX 2.2.3.11: the scale of a decimal is at most 28"),
    ("read-binary.txt", "text_decimal_badscale_end", "MC-NBFX 2.2.3.11: as above"),
    ("read-binary.txt", "attr_decimal_badscale", "MC-NBFX 2.2.3.11: as above"),
    ("read-binary.txt", "elem_unclosed", "Microsoft's reader reads ahead; we fail where the end is missing"),
    (
        "read-binary.txt",
        "xmlns_as_attr",
        "Namespaces 1.0 3: in text an attribute 'xmlns' would be a declaration",
    ),
    ("read-binary.txt", "arr_root", "WWSAPI E.2: extra top-level elements need ALLOW_FRAGMENT"),
    (
        "write-binary.txt",
        "err_bad_name",
        "XML 1.0 2.3: 'a b' is not a name, and must not be let into a text document",
    ),
];
