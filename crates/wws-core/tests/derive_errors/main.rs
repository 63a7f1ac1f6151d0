//! Mistakes in derived types: the compiler's error stands at the line that is wrong, and names the field.
//!
//! Each file in `cases/` is compiled as it is. A line that is wrong ends with `//~ ` and a part of its error; there are
//! no other errors, and none is missing.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// An error: its line, from 1, and its text.
type Found = (usize, String);

/// Compiles against a library of ours that `cargo test` has built; the library may be left over from other builds.
struct Compiler {
    library: PathBuf,
}

impl Compiler {
    /// The newest library with which a good program compiles.
    fn new() -> Self {
        let exe = env::current_exe().unwrap();
        let is_library = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.starts_with("libwws_core-") && name.ends_with(".rlib")
        };
        let entries = fs::read_dir(exe.parent().unwrap()).unwrap();
        let mut libraries: Vec<_> = entries.map(|entry| entry.unwrap().path()).filter(is_library).collect();
        libraries.sort_by_key(|path| fs::metadata(path).unwrap().modified().unwrap());
        let mut errors = Vec::new();
        for library in libraries.into_iter().rev() {
            let compiler = Compiler { library };
            match compiler.errors_of("good.rs") {
                found if found.is_empty() => return compiler,
                found => errors.push((compiler.library, found)),
            }
        }
        panic!("no library of wws-core compiles cases/good.rs: {errors:#?}");
    }

    fn errors_of(&self, case: &str) -> Vec<Found> {
        let rustc = env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
        let mut library = OsString::from("wws_core=");
        library.push(&self.library);
        let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(case).with_extension("rmeta");
        let output = Command::new(rustc)
            .args([
                "--edition",
                "2024",
                "--crate-type",
                "lib",
                "--emit",
                "metadata",
                "--error-format",
                "short",
            ])
            .args(["-A", "warnings", "-L"])
            .arg(self.library.parent().unwrap())
            .arg("--extern")
            .arg(library)
            .arg("-o")
            .arg(out)
            .arg(path(case))
            .output()
            .unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        let found: Vec<Found> = text.lines().filter_map(|line| error_in(line, case)).collect();
        assert_eq!(output.status.success(), found.is_empty(), "{case}: {text}");
        found
    }
}

fn path(case: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/derive_errors/cases").join(case)
}

/// `cases/good.rs:3:5: error[E0277]: text`.
fn error_in(line: &str, case: &str) -> Option<Found> {
    let (_, place) = line.split_once(&format!("{case}:"))?;
    let (number, text) = place.split_once(':')?;
    let (_, text) = text.split_once(": error")?;
    Some((number.parse().ok()?, text.to_owned()))
}

#[track_caller]
fn check(case: &str) {
    let source = fs::read_to_string(path(case)).unwrap();
    let marked = source.lines().enumerate().filter_map(|(i, line)| Some((i + 1, line.split_once("//~ ")?.1)));
    let mut found = Compiler::new().errors_of(case);
    let mut missing = Vec::new();
    for (line, text) in marked {
        // The compiler may say the same twice.
        let errors = found.len();
        found.retain(|(at, error)| *at != line || !error.contains(text));
        if found.len() == errors {
            missing.push((line, text));
        }
    }
    assert!(missing.is_empty() && found.is_empty(), "{case}: missing {missing:#?}; not expected {found:#?}");
}

#[test]
fn attributes_that_make_no_sense() {
    check("attributes.rs");
}

#[test]
fn types_that_do_not_fit() {
    check("types.rs");
}
