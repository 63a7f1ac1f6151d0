//! Cases where we write something else than Microsoft's writer, and why. May only shrink.

/// How the name of the file begins, the case, the reason.
pub(crate) const KNOWN: &[(&str, &str, &str)] = &[
    (
        "write-",
        "attr_multi_chunk",
        "WWSAPI F.2: kinds of content do not mix (Microsoft's binary writer loses some)",
    ),
    (
        "write-",
        "xmlns_explicit",
        "Namespaces 1.0 6.2: the declaration would move the element into a namespace",
    ),
    ("write-", "err_dup_attr", "XML 1.0 3.1: an attribute name appears once in a start tag"),
    ("write-", "err_bad_name", "XML 1.0 2.3: 'a b' is not a name"),
    (
        "write-text",
        "text_charent",
        "webservices.h has no call for character references: the character stands there",
    ),
    ("write-text", "text_surrent", "as above"),
    ("write-text", "text_raw", "webservices.h has no call for raw markup: it is text"),
    ("write-mtom", "text_charent", "as above"),
    ("write-mtom", "text_surrent", "as above"),
    ("write-mtom", "text_raw", "as above"),
    ("write-mtom", "timespan_values", "WWSAPI E.3: the form of webservices.h, not of XML Schema"),
    (
        "write-mtom",
        "text_comment_top",
        "WWSAPI F.1: a message ends when it is flushed, not with its root element (Microsoft's writer loses the comment)",
    ),
    ("write-text", "uint64_values", "WWSAPI E.3: digits; Microsoft's writer goes through a double"),
    ("write-text", "timespan_values", "WWSAPI E.3: the form of webservices.h, not of XML Schema"),
];
