//! https and net.tcp with TLS from the command line: what works, and what the errors say.

use crate::programs::{Running, file, proxy, receive, send, sent};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    date_time_ymd,
};
use std::{fs, path::Path, process::Output};
use tempfile::TempDir;

pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Authority(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// The path of its certificate.
    pub(crate) fn root(&self, folder: &TempDir, name: &str) -> String {
        file(folder, name, self.0.pem().as_bytes())
    }

    /// The paths of a certificate and its key.
    pub(crate) fn issue(
        &self,
        folder: &Path,
        name: &str,
        host: &str,
        change: fn(&mut CertificateParams),
    ) -> [String; 2] {
        let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let [cert, key_path] = ["pem", "key"].map(|end| folder.join(format!("{name}.{end}")));
        fs::write(&cert, certificate.pem()).unwrap();
        fs::write(&key_path, key.serialize_pem()).unwrap();
        [cert, key_path].map(|path| path.to_str().unwrap().to_owned())
    }
}

fn failed(arguments: &[&str]) -> String {
    let Output { status, stderr, .. } = send(arguments);
    let said = String::from_utf8(stderr).unwrap();
    assert!(!status.success(), "{arguments:?}");
    said
}

fn named(url: &str) -> String {
    url.replace("127.0.0.1", "localhost")
}

#[test]
fn good_and_bad_certificates() {
    let folder = TempDir::new().unwrap();
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let root = ours.root(&folder, "ours.pem");
    let document = file(&folder, "order.xml", b"<order xmlns='urn:shop'><id>1</id></order>");
    let expired: fn(&mut CertificateParams) = |params| {
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(2001, 1, 1);
    };
    for (number, (listen, authority, host, change, expected)) in [
        ("https://127.0.0.1:0/in", &ours, "localhost", (|_| ()) as fn(&mut CertificateParams), &[][..]),
        ("net.tcp://127.0.0.1:0/in", &ours, "localhost", |_| (), &[]),
        ("https://127.0.0.1:0/in", &ours, "localhost", expired, &["has expired", "new certificate"]),
        ("https://127.0.0.1:0/in", &ours, "elsewhere", |_| (), &["another host", "elsewhere", "host name"]),
        ("https://127.0.0.1:0/in", &other, "localhost", |_| (), &["not trusted", "--cacert"]),
        ("net.tcp://127.0.0.1:0/in", &other, "localhost", |_| (), &["not trusted", "--cacert"]),
    ]
    .into_iter()
    .enumerate()
    {
        let [cert, key] = authority.issue(folder.path(), &format!("server{number}"), host, change);
        let out = folder.path().join(format!("out{number}"));
        let (mut receiver, url) = receive(listen, &out, &["--cert", &cert, "--key", &key]);
        let url = named(&url);
        let arguments = [&*document, "--to", &url, "--cacert", &root];
        if expected.is_empty() {
            assert!(sent(&arguments).contains("received"));
            assert_eq!(receiver.line()["kind"], "message");
            continue;
        }
        let said = failed(&arguments);
        for part in expected {
            assert!(said.contains(part), "{part} in {said}");
        }
    }
}

#[test]
fn servers_that_ask_who_we_are() {
    let folder = TempDir::new().unwrap();
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let root = ours.root(&folder, "ours.pem");
    let document = file(&folder, "order.xml", b"<order xmlns='urn:shop'><id>1</id></order>");
    let for_clients: fn(&mut CertificateParams) =
        |params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let [cert, key] = ours.issue(folder.path(), "server", "localhost", |_| ());
    let [mine, my_key] = ours.issue(folder.path(), "me", "me", for_clients);
    let [foreign, foreign_key] = other.issue(folder.path(), "foreign", "me", for_clients);
    for (number, listen) in ["https://127.0.0.1:0/in", "net.tcp://127.0.0.1:0/in"].into_iter().enumerate() {
        let out = folder.path().join(format!("out{number}"));
        let (_receiver, url) = receive(listen, &out, &["--cert", &cert, "--key", &key, "--client-ca", &root]);
        let url = named(&url);
        let arguments = [&*document, "--to", &url, "--cacert", &root];
        let with = |cert, key| [&arguments[..], &["--cert", cert, "--key", key]].concat();
        assert!(sent(&with(&mine, &my_key)).contains("received"), "{listen}");
        let said = failed(&arguments);
        assert!(said.contains("who you are") && said.contains("--cert FILE"), "{listen}: {said}");
        let said = failed(&with(&foreign, &foreign_key));
        assert!(said.contains("does not take the certificate"), "{listen}: {said}");
    }
}

#[test]
fn what_is_missing_is_said() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    let run = |arguments: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_wws")).args(arguments).output().unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let listen = ["receive", "--listen", "https://127.0.0.1:0/", "--out", out.to_str().unwrap()];
    assert!(run(&listen).contains("--cert FILE and --key FILE"));
    let said = run(&["proxy", "--listen", "https://127.0.0.1:0/", "--to", "http://127.0.0.1:1/"]);
    assert!(said.contains("--cert FILE and --key FILE"), "{said}");
    let empty = file(&folder, "empty.pem", b"");
    let said = run(&[&listen[..], &["--cert", &empty, "--key", &empty]].concat());
    assert!(said.contains("empty.pem") && said.contains("PEM"), "{said}");
    let document = file(&folder, "x.xml", b"<x/>");
    let (_plain, url) = receive("http://127.0.0.1:0/in", &out, &[]);
    let said = failed(&[&document, "--to", &url.replace("http:", "https:")]);
    assert!(said.contains("http:// in place of https://"), "{said}");
}

#[test]
fn proxies_end_and_begin_tls() {
    let folder = TempDir::new().unwrap();
    let ours = Authority::new("ours");
    let root = ours.root(&folder, "ours.pem");
    let [cert, key] = ours.issue(folder.path(), "server", "localhost", |_| ());
    let document = file(&folder, "order.xml", b"<order xmlns='urn:shop'><id>1</id></order>");
    let tls = ["--cert", &cert, "--key", &key];
    let (mut receiver, url) = receive("https://127.0.0.1:0/in", &folder.path().join("out"), &tls);
    for (front, extra) in [
        ("https://127.0.0.1:0/in", &[][..]),
        ("https://127.0.0.1:0/in", &["--encoding", "binary"]),
        ("net.tcp://127.0.0.1:0/in", &[]),
    ] {
        let options = [&tls[..], &["--cacert", &root], extra].concat();
        let (running, at): (Running, String) = proxy(front, &named(&url), &options);
        // Octets pass at an address, messages at a URL.
        let through = if at.contains("://") { named(&at) } else { format!("https://{}/in", named(&at)) };
        assert!(sent(&[&document, "--to", &through, "--cacert", &root]).contains("received"), "{front}");
        assert_eq!(receiver.line()["kind"], "message");
        drop(running);
    }
    let (mut receiver, url) = receive("net.tcp://127.0.0.1:0/in", &folder.path().join("tcp"), &tls);
    for (front, ends_tls) in [(&[&tls[..], &["--cacert", &root]].concat()[..], true), (&[], false)] {
        let (_proxy, at) = proxy("net.tcp://127.0.0.1:0/in", &named(&url), front);
        // Without a word of TLS, octets pass, those of TLS among them.
        let through = if ends_tls { named(&at) } else { format!("net.tcp://{}/in", named(&at)) };
        assert!(sent(&[&document, "--to", &through, "--cacert", &root]).contains("received"), "{front:?}");
        assert_eq!(receiver.line()["kind"], "message");
    }
}
