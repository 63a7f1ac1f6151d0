//! Tests of decoding, encoding and combining.

use super::*;
use proptest::prelude::*;

const COLLAPSED: Flags = Flags { allow_host_wildcards: false, no_path_collapse: false };
const UNALTERED: Flags = Flags { no_path_collapse: true, ..COLLAPSED };
const WILDCARDS: Flags = Flags { allow_host_wildcards: true, ..COLLAPSED };

fn decode(text: &str) -> Url {
    text.parse().unwrap_or_else(|e| panic!("{e}"))
}

fn error(text: &str) -> String {
    Url::decode(text, COLLAPSED).expect_err(text).to_string()
}

#[test]
fn all_parts() {
    let url = decode("HTTPS://ex%C3%A4mple.org:8443/a%20b/c%2Fd?x=%26&y#%23top");
    let expected = Url {
        scheme: Scheme::Https,
        host: "exämple.org".into(),
        port: Some(8443),
        port_text: "8443".into(),
        path: "/a b/c/d".into(),
        query: "x=&&y".into(),
        fragment: "#top".into(),
    };
    assert_eq!(url, expected);
    assert_eq!(url.encode().unwrap(), "https://ex%C3%A4mple.org:8443/a%20b/c/d?x=&&y#%23top");
}

#[test]
fn ports() {
    for (text, port, port_text) in [
        ("http://h", Some(80), ""),
        ("https://h/", Some(443), ""),
        ("net.tcp://h", Some(808), ""),
        ("soap.udp://h", None, ""),
        ("net.pipe://h/p", None, ""),
        ("http://h:", Some(80), ""),
        ("http://h:0/", Some(0), "0"),
        ("http://h:0080/", Some(80), "0080"),
        ("soap.udp://239.255.255.250:3702", Some(3702), "3702"),
        ("http://[::1]:65535", Some(65535), "65535"),
    ] {
        let url = decode(text);
        assert_eq!((url.port, url.port_text.as_str()), (port, port_text), "{text}");
        assert_eq!(decode(&url.encode().unwrap()), url);
    }
    let numbered = Url { port: Some(8080), ..Url::new(Scheme::Http, "h") };
    assert_eq!(numbered.encode().unwrap(), "http://h:8080");
    assert_eq!(Url { port: Some(0), ..numbered.clone() }.encode().unwrap(), "http://h");
    assert_eq!(Url { port: None, ..numbered.clone() }.encode().unwrap(), "http://h");
    assert!(Url { port_text: "65536".into(), ..numbered.clone() }.encode().is_err());
    assert!(Url { port_text: "80/".into(), ..numbered }.encode().is_err());
}

#[test]
fn hosts() {
    for (text, host, name) in [
        ("http://[::1]/", "[::1]", "::1"),
        ("http://[v7.x:y]:80/", "[v7.x:y]", "v7.x:y"),
        ("http://[unchecked]/", "[unchecked]", "unchecked"),
        ("http://127.0.0.1:1", "127.0.0.1", "127.0.0.1"),
        ("http://*.example.org", "*.example.org", "*.example.org"),
    ] {
        let url = decode(text);
        assert_eq!((url.host.as_str(), url.host_name()), (host, name));
    }
    let expected = "an IPv6 address in a URL has brackets: write [fe80::1]";
    assert_eq!(Url::new(Scheme::Http, "fe80::1").encode().unwrap_err().to_string(), expected);
    for bad in ["", "[::1", "[]", "[::1]x", "[a/b]", "a:80", "a/b", "user@h", "h?", "h#"] {
        assert!(Url::new(Scheme::Http, bad).encode().is_err(), "{bad}");
    }
}

#[test]
fn wildcard_hosts_need_the_flag() {
    assert!(error("http://%2A/").contains("wildcard"));
    for text in ["http://*/x", "http://+:80/x"] {
        assert!(error(text).contains("wildcard"));
        assert!(combine(text, "y", COLLAPSED).is_err());
        let url = Url::decode(text, WILDCARDS).unwrap();
        assert_eq!(url.encode().unwrap(), text);
    }
    assert_eq!(combine("http://+:80/x", "y", WILDCARDS).unwrap(), "http://+:80/y");
}

#[test]
fn path_collapse() {
    for (path, collapsed) in [
        ("", ""),
        ("/", "/"),
        ("/.", "/"),
        ("/..", "/"),
        ("/a/..", "/"),
        ("/a/b/..", "/a/"),
        ("/a/b/.", "/a/b/"),
        ("/a/./b/../../c", "/c"),
        ("/../../a", "/a"),
        ("/a//../b", "/a/b"),
        ("/a/.../b/..c", "/a/.../b/..c"),
        ("/a/%2e%2E/b", "/b"),
        ("/a/b%2f../c", "/a/c"),
        ("//a/..", "//"),
    ] {
        let text = format!("http://h{path}");
        assert_eq!(decode(&text).path, collapsed, "{path}");
        let unaltered = Url::decode(&text, UNALTERED).unwrap().path;
        assert_eq!(unaltered, percent::decode(path).unwrap());
    }
}

#[test]
fn errors_say_what_to_do() {
    let says = |text: &str, why: &str| {
        assert_eq!(error(text), format!("{text:?} is not a URL that can be used here: {why}"));
    };
    let schemes = "http, https, net.tcp, soap.udp, net.pipe";
    says("ftp://h/", &format!(r#"the scheme "ftp" is not one of {schemes}"#));
    says("h:80", &format!(r#"the scheme "h" is not one of {schemes}"#));
    says("", "a scheme, :// and a host expected");
    says("/path", "a scheme, :// and a host expected");
    says("//h/path", "a scheme, :// and a host expected");
    says("http:/h", "a scheme, :// and a host expected");
    says("http://", "a host expected after //");
    says("http:///x", "a host expected after //");
    says("http://:80/", "a host expected after //");
    says("http://?q", "a host expected after //");
    says("http://u:p@h/", "user information before the host (user@host) is not supported");
    says("http://h:65536/", r#"the port "65536" is not a number up to 65535"#);
    says("http://h:8o/", r#"the port "8o" is not a number up to 65535"#);
    says("http://h:-1/", r#"the port "-1" is not a number up to 65535"#);
    for text in ["http://::1/", "http://h::80/"] {
        says(text, "two colons behind the host; an IPv6 address has brackets, such as [::1]");
    }
    says("http://[::1/", "an IP literal is an address in brackets, such as [::1]");
    says("http://[]/", "the IP literal is empty");
    says("http://a%2fb/", "the host name contains '/', even if escaped");
    says("http://%5B::1%5D/", "two colons behind the host; an IPv6 address has brackets, such as [::1]");
    says("http://h/a b", "' ' cannot stand in the path: write %20");
    says("http://h/é", "'é' cannot stand in the path: write %C3%A9");
    says("http://h\\x", "'\\\\' cannot stand in the host: write %5C");
    says("http://h/?[", "'[' cannot stand in the query or fragment: write %5B");
    says("http://h/#a#b", "'#' cannot stand in the query or fragment: write %23");
    says("http://h/%zz", "% must be followed by two hexadecimal digits; a percent sign itself is %25");
    says("http://h/%ff", "its percent-encoded characters are not UTF-8");
    assert!(Url { path: "x".into(), ..Url::new(Scheme::Http, "h") }.encode().is_err());
}

/// RFC 3986 5.4.1 and 5.4.2.
#[test]
fn published_references() {
    let base = "http://a/b/c/d;p?q";
    for (reference, result) in [
        ("g", "http://a/b/c/g"),
        ("./g", "http://a/b/c/g"),
        ("g/", "http://a/b/c/g/"),
        ("/g", "http://a/g"),
        ("//g", "http://g"),
        ("?y", "http://a/b/c/d;p?y"),
        ("g?y", "http://a/b/c/g?y"),
        ("#s", "http://a/b/c/d;p?q#s"),
        ("g#s", "http://a/b/c/g#s"),
        ("g?y#s", "http://a/b/c/g?y#s"),
        (";x", "http://a/b/c/;x"),
        ("g;x", "http://a/b/c/g;x"),
        ("g;x?y#s", "http://a/b/c/g;x?y#s"),
        ("", "http://a/b/c/d;p?q"),
        (".", "http://a/b/c/"),
        ("./", "http://a/b/c/"),
        ("..", "http://a/b/"),
        ("../", "http://a/b/"),
        ("../g", "http://a/b/g"),
        ("../..", "http://a/"),
        ("../../", "http://a/"),
        ("../../g", "http://a/g"),
        ("../../../g", "http://a/g"),
        ("../../../../g", "http://a/g"),
        ("/./g", "http://a/g"),
        ("/../g", "http://a/g"),
        ("g.", "http://a/b/c/g."),
        (".g", "http://a/b/c/.g"),
        ("g..", "http://a/b/c/g.."),
        ("..g", "http://a/b/c/..g"),
        ("./../g", "http://a/b/g"),
        ("./g/.", "http://a/b/c/g/"),
        ("g/./h", "http://a/b/c/g/h"),
        ("g/../h", "http://a/b/c/h"),
        ("g;x=1/./y", "http://a/b/c/g;x=1/y"),
        ("g;x=1/../y", "http://a/b/c/y"),
        ("g?y/./x", "http://a/b/c/g?y/./x"),
        ("g?y/../x", "http://a/b/c/g?y/../x"),
        ("g#s/./x", "http://a/b/c/g#s/./x"),
        ("g#s/../x", "http://a/b/c/g#s/../x"),
    ] {
        assert_eq!(combine(base, reference, COLLAPSED).unwrap(), result, "{reference}");
    }
    // A scheme we do not know, and the form without a host that RFC 3986 5.4.2 keeps for backward compatibility.
    assert!(combine(base, "g:h", COLLAPSED).is_err());
    assert!(combine(base, "http:g", COLLAPSED).is_err());
}

#[test]
fn combining() {
    for (base, reference, flags, result) in [
        ("http://a", "g", COLLAPSED, "http://a/g"),
        ("http://a?q#f", "", COLLAPSED, "http://a?q"),
        ("http://a/x", "?", COLLAPSED, "http://a/x?"),
        ("http://a/x/y", "../z/./w", UNALTERED, "http://a/x/../z/./w"),
        ("http://a/x/y", "%2e%2E/z", COLLAPSED, "http://a/z"),
        ("http://a/x", "Net.Tcp://b:1/c/../%41?", COLLAPSED, "Net.Tcp://b:1/%41?"),
        ("http://a/x", "https://b/c/../d", UNALTERED, "https://b/c/../d"),
        ("net.pipe://a/x", "//[::1]:9/y", COLLAPSED, "net.pipe://[::1]:9/y"),
        ("http://a/x", "y/b:c", COLLAPSED, "http://a/y/b:c"),
        ("http://a/x", "./b:c", COLLAPSED, "http://a/b:c"),
    ] {
        assert_eq!(combine(base, reference, flags).unwrap(), result);
    }
    for (base, reference) in [
        ("a/b", "c"),
        ("ftp://a", "c"),
        ("http://a", "b c"),
        ("http://a", "//u@b"),
        ("http://a", "//"),
        ("http://a", "http://"),
        ("http://a", ":b"),
        ("http://u@a", "http://b"),
    ] {
        assert!(combine(base, reference, COLLAPSED).is_err(), "{base} {reference}");
    }
}

fn any_url() -> impl Strategy<Value = String> {
    "(http|https|net\\.tcp|soap\\.udp|net\\.pipe)://([a-z%.0-9]{1,8}|\\[[0-9a-f:]{1,8}\\])(:[0-9]{0,5})?\
     (/([a-z.]|%2[eEfF05]|%C3%A9|[/.:@]){0,12})?(\\?([a-z&=?/]|%26){0,6})?(#([a-z?/]|%23){0,4})?"
}

proptest! {
    #[test]
    fn encoding_what_was_decoded_is_stable(text in any_url(), no_path_collapse: bool) {
        let flags = Flags { no_path_collapse, ..COLLAPSED };
        if let Ok(url) = Url::decode(&text, flags) {
            let again = url.encode().unwrap();
            prop_assert_eq!(&Url::decode(&again, flags).unwrap(), &url);
            prop_assert_eq!(Url::decode(&again, flags).unwrap().encode().unwrap(), again);
        }
    }

    #[test]
    fn any_text_survives_encoding(host in "[^\\[*+].{0,10}", path in "(/.{0,20})?", query in ".{0,10}", port: u16) {
        let url = Url { port: Some(port), path, query, ..Url::new(Scheme::NetTcp, host) };
        if let Ok(text) = url.encode() {
            let back = Url::decode(&text, UNALTERED).unwrap();
            prop_assert_eq!((&back.host, &back.path, &back.query), (&url.host, &url.path, &url.query));
        }
    }

    #[test]
    fn any_text_decodes_or_fails(text in ".{0,40}", reference in "[a:/?#.%@\\[\\]2e]{0,20}") {
        let _ = Url::decode(&text, WILDCARDS);
        if let Ok(combined) = combine("http://a/b/c", &reference, COLLAPSED) {
            // The result is absolute, and combining is idempotent.
            prop_assert_eq!(combine("https://x", &combined, COLLAPSED).unwrap(), combined);
        }
    }
}
