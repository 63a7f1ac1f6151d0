//! `cargo xtask interop messages`: typed documents, messages and faults in files, between us and Mono's WCF.
//!
//! Both programs (`interop/src`, `interop/mono`) write a file for each kind, version and encoding, with a dump of the
//! values that they meant; then each reads all files, its own among them, and dumps what it saw. The dumps are compared
//! line by line. The table goes to `docs/interop.md`.

use super::{
    judge::{Folder, Outcome, judge},
    report::{self, Direction},
    target,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Debian's package with Mono, its class libraries and its compiler.
const PACKAGE: &str = "mono-complete";

/// Runs all of it; fails if a file is misread and it is not the other stack that misreads it.
pub(crate) fn run() -> Result<(), String> {
    install()?;
    let place = Place::new()?;
    crate::run("cargo", &["build", "--quiet", "--package", "wws-interop"])?;
    let ours = target().join("debug").join("wws-interop");
    let theirs = compile()?;
    let us = |args: &[&Path]| call(Command::new(&ours), args);
    let mono = |args: &[&Path]| {
        let mut command = Command::new("mono");
        command.arg(&theirs);
        call(command, args)
    };
    let (write, read) = (Path::new("write"), Path::new("read"));
    us(&[write, &place.ours])?;
    mono(&[write, &place.theirs])?;
    us(&[read, &place.theirs, &place.theirs_by_us])?;
    us(&[read, &place.ours, &place.ours_by_us])?;
    let dictionary = crate::root().join("data/nbfs-dictionary.tsv");
    mono(&[read, &place.ours, &place.ours_by_them, &dictionary])?;
    mono(&[read, &place.theirs, &place.theirs_by_them, &dictionary])?;

    let theirs = Folder::new(&place.theirs, "dump")?;
    let ours = Folder::new(&place.ours, "dump")?;
    let [theirs_by_us, theirs_by_them] =
        [&place.theirs_by_us, &place.theirs_by_them].map(|p| Folder::new(p, "read"));
    let [ours_by_us, ours_by_them] = [&place.ours_by_us, &place.ours_by_them].map(|p| Folder::new(p, "read"));
    let (theirs_by_them, ours_by_us) = (theirs_by_them?, ours_by_us?);
    let received = judge(&theirs, &theirs_by_us?, |name, line| {
        // The file does not say it: Mono does not find it there, either.
        theirs_by_them.value(name, &line.path) == line.seen.as_deref()
    });
    let sent = judge(&ours, &ours_by_them?, |name, line| {
        // The file says it, as we find it there; and Mono misreads its own file in the same place.
        ours_by_us.value(name, &line.path) == line.meant.as_deref()
            && theirs_by_them.misses(&theirs, name, &line.path)
    });
    let own = judge(&ours, &ours_by_us, |_, _| false);
    let peer = mono_version()?;
    let directions = [
        Direction {
            title: "Mono writes, we read",
            fault: "Mono does not write what it was given, as both readers find: ",
            outcomes: &received,
        },
        Direction {
            title: "We write, Mono reads",
            fault: "Mono misreads it, as it does in its own files: ",
            outcomes: &sent,
        },
    ];
    let text = report::text(&peer, &directions);
    print!("{text}");
    let page = crate::root().join("docs/interop.md");
    fs::write(&page, text).map_err(|e| format!("{}: {e}", page.display()))?;
    let failed: Vec<&str> = [&received, &sent, &own]
        .into_iter()
        .flatten()
        .filter_map(|(name, outcome)| match outcome {
            Outcome::Failed(_) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    if failed.is_empty() { Ok(()) } else { Err(format!("misread: {}", failed.join(", "))) }
}

/// The folders: who wrote, and who read it.
struct Place {
    ours: PathBuf,
    theirs: PathBuf,
    theirs_by_us: PathBuf,
    theirs_by_them: PathBuf,
    ours_by_us: PathBuf,
    ours_by_them: PathBuf,
}

impl Place {
    /// Empty ones.
    fn new() -> Result<Self, String> {
        let place = target().join("interop/messages");
        if place.exists() {
            fs::remove_dir_all(&place).map_err(|e| format!("{}: {e}", place.display()))?;
        }
        let make = |name: &str| {
            let path = place.join(name);
            fs::create_dir_all(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            Ok::<_, String>(path)
        };
        Ok(Place {
            ours: make("wws")?,
            theirs: make("mono")?,
            theirs_by_us: make("mono-by-wws")?,
            theirs_by_them: make("mono-by-mono")?,
            ours_by_us: make("wws-by-wws")?,
            ours_by_them: make("wws-by-mono")?,
        })
    }
}

fn call(mut command: Command, args: &[&Path]) -> Result<(), String> {
    crate::run_command(command.args(args))
}

/// `Mono` and its version.
pub(super) fn mono_version() -> Result<String, String> {
    let version = crate::output("mono", &["--version"])?;
    let version = version.lines().next().and_then(|line| line.split(" version ").nth(1)).unwrap_or_default();
    Ok(format!("Mono {}", version.split(' ').next().unwrap_or_default()))
}

/// Compiles Mono's side.
fn compile() -> Result<PathBuf, String> {
    let exe = target().join("interop/messages.exe");
    let source = crate::root().join("interop/mono");
    let mut command = Command::new("mcs");
    command.args([
        "-nologo",
        "-warnaserror",
        "-r:System.Runtime.Serialization",
        "-r:System.ServiceModel",
        "-r:System.Xml",
    ]);
    command.arg(format!("-out:{}", exe.display())).arg(format!("-recurse:{}/*.cs", source.display()));
    crate::run_command(&mut command)?;
    Ok(exe)
}

pub(super) fn install() -> Result<(), String> {
    let found =
        |program: &str| Command::new(program).arg("--version").output().is_ok_and(|o| o.status.success());
    if found("mono") && found("mcs") {
        return Ok(());
    }
    println!("installing {PACKAGE}, which takes some minutes");
    crate::run("apt-get", &["update", "-q"])?;
    crate::run("apt-get", &["install", "-y", "-q", "--no-install-recommends", PACKAGE])
        .map_err(|e| format!("{e}\nMono is needed, Debian's package {PACKAGE}"))
}
