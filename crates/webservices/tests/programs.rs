//! Compiles the C programs of `tests-c/` against the header, links them with the library, and runs them.
//!
//! With `WS_TEST_VALGRIND=1` they run under valgrind: no error, no leak. `cargo xtask check-all` does that.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
};

fn crate_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where cargo put the libraries: beside this test.
fn libraries() -> PathBuf {
    let own = env::current_exe().expect("the path of this test");
    own.parent().expect("its folder").to_path_buf()
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {}\n{text}", output.status);
    text
}

/// Compiles one program; `link` are the arguments that name the library.
fn compile(source: &Path, program: &Path, link: &[&str]) {
    let is_cpp = source.extension().is_some_and(|e| e == "cpp");
    let (compiler, standard) = if is_cpp { ("g++", "-std=c++17") } else { ("gcc", "-std=c11") };
    let mut command = Command::new(compiler);
    command.args([
        standard,
        "-g",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-pedantic",
        "-fshort-wchar",
        "-pthread",
        "-I",
    ]);
    command.arg(crate_folder().join("include")).arg(source).arg("-o").arg(program).arg("-L").arg(libraries());
    run(command.args(link));
}

fn programs() -> Vec<PathBuf> {
    let folder = fs::read_dir(crate_folder().join("tests-c")).expect("tests-c");
    let paths = folder.map(|entry| entry.expect("an entry").path());
    let mut all: Vec<_> = paths.filter(|p| p.extension().is_some_and(|e| e == "c" || e == "cpp")).collect();
    all.sort();
    all
}

/// Writes certificates for the program about TLS, all of one authority, each with its key; gives the SHA-1 of the server's.
fn write_certificates(folder: &Path) -> String {
    let key = || KeyPair::generate().expect("a key");
    let authority = |name: &str| {
        let mut params = CertificateParams::new(vec![]).expect("parameters");
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        CertifiedIssuer::self_signed(params, key()).expect("a root")
    };
    let root = authority("WWS Root");
    let write =
        |file: &str, text: String| fs::write(folder.join(file), text).expect("a certificate is written");
    let issue = |file: &str, name: &str, hosts: &[&str], is_expired: bool| {
        let hosts: Vec<String> = hosts.iter().map(|&host| host.to_owned()).collect();
        let mut params = CertificateParams::new(hosts).expect("parameters");
        params.distinguished_name.push(DnType::CommonName, name);
        if is_expired {
            (params.not_before, params.not_after) = (date_time_ymd(2000, 1, 1), date_time_ymd(2001, 1, 1));
        }
        let key = key();
        let certificate = params.signed_by(&key, &root).expect("a certificate");
        write(file, certificate.pem() + &key.serialize_pem());
        certificate.der().to_vec()
    };
    let here = &["127.0.0.1", "localhost"];
    let server = issue("server.pem", "WWS Server", here, false);
    issue("client.pem", "WWS Client", &["client.test"], false);
    issue("expired.pem", "WWS Expired", here, true);
    issue("elsewhere.pem", "WWS Elsewhere", &["elsewhere.test"], false);
    write("root.crt", root.pem());
    write("system.crt", authority("WWS System").pem());
    write("broken.pem", "no certificate".to_owned());
    let sha1 = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, &server);
    sha1.as_ref().iter().map(|octet| format!("{octet:02X} ")).collect()
}

#[test]
fn every_program_succeeds() {
    let certificates = tempfile::tempdir().expect("a temporary folder");
    let thumbprint = write_certificates(certificates.path());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let valgrind = env::var("WS_TEST_VALGRIND").is_ok_and(|v| v == "1");
    if !valgrind {
        eprintln!("not under valgrind: WS_TEST_VALGRIND=1 or `cargo xtask check-all` does that");
    }
    let programs = programs();
    assert!(!programs.is_empty());
    let next = AtomicUsize::new(0);
    let at_once = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                while let Some(source) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let program = folder.path().join(source.file_stem().expect("a name"));
                    compile(source, &program, &["-lwebservices"]);
                    let mut command = command(&program, valgrind);
                    command
                        .env("WWS_TEST_CERTS", certificates.path())
                        .env("WWS_TEST_THUMBPRINT", &thumbprint);
                    let output = run(command.env("LD_LIBRARY_PATH", libraries()));
                    assert_eq!(output, "", "{} prints only failures", source.display());
                }
            });
        }
    });
}

/// A program, under valgrind perhaps.
fn command(program: &Path, valgrind: bool) -> Command {
    if !valgrind {
        return Command::new(program);
    }
    let mut command = Command::new("valgrind");
    command.args([
        "--quiet",
        "--error-exitcode=9",
        "--leak-check=full",
        "--errors-for-leak-kinds=definite",
        // Threads of ours that still run at the end hold memory by pointers into its middle.
        "--show-leak-kinds=definite",
    ]);
    if program.ends_with("channel_tls") {
        // What the assembly code of ring computes looks undefined to valgrind; leaks and wrong accesses still count.
        command.arg("--undef-value-errors=no");
    }
    command.arg(program);
    command
}

#[test]
fn the_static_library_links() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = folder.path().join("static");
    let system = ["-Wl,-Bstatic", "-lwebservices", "-Wl,-Bdynamic", "-lm", "-ldl", "-lpthread", "-lgcc_s"];
    compile(&crate_folder().join("tests-c/heap.c"), &program, &system);
    run(&mut Command::new(&program));
}
