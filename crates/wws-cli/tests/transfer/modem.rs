//! Messages over the data sessions of two simulated modems.

use crate::programs::{Running, file, proxy, receive, sent};
use std::fs;
use tempfile::TempDir;

const LINE: &str = "7d1c1a54-0c3e-4b8e-9d5a-52a1f3c06e04";

#[test]
fn a_file_arrives_over_a_modem() {
    let folder = TempDir::new().unwrap();
    let [near, far] = ["near", "far"].map(|name| folder.path().join(name).to_str().unwrap().to_owned());
    let url = |path: &str| format!("mbn://{}/{LINE}", path.replace('/', "%2F"));
    let mut modems = Running::start(&["mbn", "sim", "--socket", &near, "--line", &far]);
    assert_eq!(modems.lines.next().unwrap().unwrap(), near);
    assert_eq!(modems.lines.next().unwrap().unwrap(), far);
    let out = folder.path().join("out");
    let (mut receiver, listening) = receive(&url(&far), &out, &[]);
    assert_eq!(listening, url(&far));
    let octets: Vec<u8> = (0..400_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let photo = file(&folder, "photo.jpg", &octets);
    for flags in [&[][..], &["--stream", "--encoding", "mtom"]] {
        let to = url(&near);
        let mut arguments = vec![photo.as_str(), "--to", &to];
        arguments.extend(flags);
        assert!(sent(&arguments).contains("received"), "{flags:?}");
        let message = receiver.line();
        let name = message["name"].as_str().unwrap_or_else(|| panic!("{message}"));
        assert!(fs::read(out.join(name).join("photo.jpg")).unwrap() == octets, "{flags:?}");
    }
    let (_proxy, at) = proxy("http://127.0.0.1:0/", &url(&near), &[]);
    assert!(sent(&[&photo, "--to", &at]).contains("received"));
    assert_eq!(receiver.line()["kind"], "message");
}
