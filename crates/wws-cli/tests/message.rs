//! `wws message new` and `show`, and `wws inspect` of what they make, in every encoding and version.

#![allow(clippy::unwrap_used)]

use serde_json::Value;
use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;

fn wws(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wws")).args(args).current_dir(folder).output().unwrap()
}

/// The standard output of a run that must succeed.
#[track_caller]
fn good(folder: &Path, args: &[&str]) -> String {
    let output = wws(folder, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The error of a run that must fail.
#[track_caller]
fn bad(folder: &Path, args: &[&str]) -> String {
    let output = wws(folder, args);
    assert!(!output.status.success(), "{args:?} succeeded");
    String::from_utf8(output.stderr).unwrap()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn of_kind<'l>(lines: &'l [Value], kind: &str) -> Vec<&'l Value> {
    lines.iter().filter(|line| line["kind"] == kind).collect()
}

/// A folder with an order whose photo is base64 of 3000 bytes.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let order = format!("<order xmlns='urn:shop'><id>7</id><photo>{}</photo></order>", "AAEC".repeat(1000));
    fs::write(folder.path().join("order.xml"), order).unwrap();
    folder
}

#[test]
fn who_has_read_enough_causes_no_error() {
    let folder = folder();
    let items = "<item/>".repeat(100_000);
    fs::write(folder.path().join("big.xml"), format!("<items>{items}</items>")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_wws"));
    command.args(["convert", "big.xml", "-", "--to", "text"]).current_dir(folder.path());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

#[test]
fn every_encoding_and_version_shows_the_same() {
    let folder = folder();
    for encoding in ["text", "utf16", "binary", "mtom"] {
        for soap in ["1.1", "1.2"] {
            if encoding == "binary" && soap == "1.1" {
                continue;
            }
            for addressing in ["1.0", "2004", "none"] {
                let mut new = vec!["message", "new", "m.bin", "--body", "order.xml", "--base64", "photo"];
                new.extend(["--encoding", encoding, "--soap", soap, "--addressing", addressing]);
                new.extend([
                    "--header",
                    "{urn:shop}priority=7 & more",
                    "--must-understand",
                    "{urn:shop}token=abc",
                ]);
                let addressed = ["--action", "urn:shop/Order", "--to", "http://shop.example/"];
                new.extend(addressed);
                if addressing != "none" {
                    new.extend(["--message-id", "urn:id:1", "--reply-to", "http://me.example/"]);
                }
                good(folder.path(), &new);
                let shown = lines(&good(folder.path(), &["message", "show", "--json", "m.bin"]));
                assert_eq!(shown[0]["soap"], format!("SOAP {soap}"), "{new:?}");
                let value = |name: &str| {
                    let headers = of_kind(&shown, "header");
                    headers
                        .into_iter()
                        .find(|h| h["local"] == name)
                        .map(|h| h["value"].as_str().unwrap().to_owned())
                };
                assert_eq!(value("priority").as_deref(), Some("7 & more"));
                let is_addressed = addressing != "none";
                assert_eq!(value("Action").as_deref(), is_addressed.then_some("urn:shop/Order"));
                assert_eq!(value("MessageID").as_deref(), is_addressed.then_some("urn:id:1"));
                assert_eq!(value("ReplyTo").as_deref(), is_addressed.then_some("http://me.example/"));
                let must = |h: &&&Value| h["must_understand"] == true && h["local"] == "token";
                assert_eq!(of_kind(&shown, "header").iter().filter(must).count(), 1);
                let body = of_kind(&shown, "body")[0];
                assert_eq!((&body["local"], &body["ns"]), (&"order".into(), &"urn:shop".into()));
                let xml = body["xml"].as_str().unwrap();
                assert!(xml.contains("<id>7</id>") && xml.contains(&"AAEC".repeat(1000)), "{xml}");
                assert_eq!(of_kind(&shown, "part").len(), if encoding == "mtom" { 2 } else { 0 });
            }
        }
    }
}

#[test]
fn a_message_for_people() {
    let folder = folder();
    let new =
        ["message", "new", "m.xml", "--body", "order.xml", "--action", "urn:a", "--message-id", "urn:id:1"];
    good(folder.path(), &new);
    let shown = good(folder.path(), &["message", "show", "m.xml"]);
    assert!(shown.starts_with("message: SOAP 1.2, WS-Addressing 1.0\n"), "{shown}");
    for part in [
        "Action     urn:a",
        "must be understood",
        "MessageID  urn:id:1",
        "body: order urn:shop",
        "<id>7</id>",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert!(shown.contains("… (4000 bytes)"), "{shown}");
    let inspected = good(folder.path(), &["inspect", "m.xml"]);
    assert!(inspected.contains("message: SOAP 1.2, WS-Addressing 1.0") && inspected.contains("<s:Envelope>"));
    let json = lines(&good(folder.path(), &["inspect", "--json", "m.xml"]));
    assert_eq!((of_kind(&json, "message").len(), of_kind(&json, "header").len()), (1, 2));
    assert_eq!(of_kind(&json, "body")[0]["local"], "order");
    // What is no message is shown as before.
    let json = lines(&good(folder.path(), &["inspect", "--json", "order.xml"]));
    assert!(of_kind(&json, "message").is_empty() && !of_kind(&json, "element").is_empty());
}

#[test]
fn headers_from_elements_and_files_and_no_body() {
    let folder = folder();
    fs::write(folder.path().join("header.xml"), "<h:a xmlns:h='urn:h'><h:b>c</h:b></h:a>").unwrap();
    let new = ["message", "new", "--header", "header.xml", "--header", "<x y='z'/>", "--addressing", "none"];
    let text = good(folder.path(), &new);
    assert_eq!(
        text,
        "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Header><h:a xmlns:h=\"urn:h\"><h:b>c</h:b></h:a>\
         <x y='z'/></s:Header><s:Body/></s:Envelope>"
    );
    fs::write(folder.path().join("m.xml"), text).unwrap();
    let shown = good(folder.path(), &["message", "show", "m.xml"]);
    assert!(shown.contains("<h:b>c</h:b>") && shown.contains("body: empty"), "{shown}");
}

#[test]
fn errors_say_what_to_do() {
    let folder = folder();
    for (args, expected) in [
        (&["new", "--soap", "1.1", "--encoding", "binary"][..], "take --soap 1.2 or --encoding text"),
        (&["new", "--addressing", "none", "--reply-to", "x"], "take --addressing 1.0, or leave it out"),
        (&["new", "--soap", "none"], "give --body FILE"),
        (&["new", "--must-understand", "priority=7"], "is not '{NAMESPACE}NAME=VALUE'"),
        (&["new", "--header", "nothing.xml"], "a file with an element"),
        (&["new", "--header", "<a>"], "in the text of --header"),
        (&["new", "--body", "nothing.xml"], "nothing.xml"),
        (&["show", "order.xml"], "wws inspect shows what it is"),
    ] {
        let all: Vec<&str> = ["message"].into_iter().chain(args.iter().copied()).collect();
        let error = bad(folder.path(), &all);
        assert!(error.contains(expected), "{all:?}: {error}");
    }
    // Nothing is left behind.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
