//! Compiles and runs small C and C++ programs against the header.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A compiler with a language standard.
pub(crate) struct Compiler {
    command: &'static str,
    standard: &'static str,
}

impl Compiler {
    /// gcc always; clang where it is installed, and a word where it is not.
    pub(crate) fn all() -> Vec<Compiler> {
        let mut all = vec![
            Compiler { command: "gcc", standard: "-std=c11" },
            Compiler { command: "g++", standard: "-std=c++17" },
        ];
        for (command, standard) in [("clang", "-std=c11"), ("clang++", "-std=c++17")] {
            if Command::new(command).arg("--version").output().is_ok_and(|o| o.status.success()) {
                all.push(Compiler { command, standard });
            } else {
                eprintln!("{command} is not installed: the header is not checked with it");
            }
        }
        all
    }

    pub(crate) fn name(&self) -> &str {
        self.command
    }

    pub(crate) fn is_c(&self) -> bool {
        self.standard == "-std=c11"
    }

    /// Compiles strictly, fails on any warning, runs, and gives what the program printed.
    pub(crate) fn run(&self, source: &str, flags: &[&str]) -> String {
        let mut strict = vec!["-pedantic"];
        strict.extend(flags);
        self.run_with(source, &strict)
    }

    /// As [`run`](Self::run), without `-pedantic`.
    pub(crate) fn run_with(&self, source: &str, flags: &[&str]) -> String {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join(if self.is_c() { "program.c" } else { "program.cpp" });
        let program = folder.path().join("program");
        fs::write(&file, source).expect("the source is written");
        let output = Command::new(self.command)
            .args([self.standard, "-Wall", "-Wextra", "-Werror", "-I"])
            .arg(include())
            .args(flags)
            .arg(&file)
            .arg("-o")
            .arg(&program)
            .output()
            .unwrap_or_else(|e| panic!("{}: {e}", self.command));
        assert!(
            output.status.success(),
            "{} {flags:?}:\n{}",
            self.command,
            String::from_utf8_lossy(&output.stderr)
        );
        let output = Command::new(&program).output().expect("the program runs");
        assert!(output.status.success(), "the program failed: {}", output.status);
        String::from_utf8(output.stdout).expect("the program prints UTF-8")
    }
}

/// The folder of `webservices.h`.
pub(crate) fn include() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("include")
}

/// A table of `data/`.
pub(crate) fn data(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data").join(name);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Name and text of each part of the header.
pub(crate) fn parts() -> Vec<(String, String)> {
    let folder = fs::read_dir(include().join("webservices")).expect("include/webservices");
    folder
        .map(|entry| {
            let path = entry.expect("an entry").path();
            (path.display().to_string(), fs::read_to_string(&path).expect("a part of the header"))
        })
        .collect()
}
