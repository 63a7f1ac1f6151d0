//! Compiles the C programs of `tests-c/` against the header, links them with the library, and runs them.
//!
//! With `WS_TEST_VALGRIND=1` they run under valgrind: no error, no leak. `cargo xtask check-all` does that.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
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

#[test]
fn every_program_succeeds() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let valgrind = env::var("WS_TEST_VALGRIND").is_ok_and(|v| v == "1");
    if !valgrind {
        eprintln!("not under valgrind: WS_TEST_VALGRIND=1 or `cargo xtask check-all` does that");
    }
    let programs = programs();
    assert!(!programs.is_empty());
    for source in programs {
        let program = folder.path().join(source.file_stem().expect("a name"));
        compile(&source, &program, &["-lwebservices"]);
        let mut command = if valgrind {
            let mut command = Command::new("valgrind");
            command.args([
                "--quiet",
                "--error-exitcode=9",
                "--leak-check=full",
                "--errors-for-leak-kinds=definite",
                // Threads of ours that still run at the end hold memory by pointers into its middle.
                "--show-leak-kinds=definite",
            ]);
            command.arg(&program);
            command
        } else {
            Command::new(&program)
        };
        let output = run(command.env("LD_LIBRARY_PATH", libraries()));
        assert_eq!(output, "", "{} prints only failures", source.display());
    }
}

#[test]
fn the_static_library_links() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = folder.path().join("static");
    let system = ["-Wl,-Bstatic", "-lwebservices", "-Wl,-Bdynamic", "-lm", "-ldl", "-lpthread", "-lgcc_s"];
    compile(&crate_folder().join("tests-c/heap.c"), &program, &system);
    run(&mut Command::new(&program));
}
