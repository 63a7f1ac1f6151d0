//! `cargo xtask modem-lab`: the modem simulator as a USB device under a stock kernel.
//!
//! A Debian kernel boots in QEMU, in software emulation if need be; this machine's own files are its root, read-only, so the guest runs the
//! `wws` and the tests that were just built, and this machine's `mbimcli`, `mbim-proxy` and ModemManager. `guest.sh` is what happens inside.

mod initrd;

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

/// What the guest prints when everything passed.
const PASSED: &str = "MODEM-LAB PASSED";
/// How many seconds the guest may take, and the status of `timeout` when they are over.
const PATIENCE: &str = "900";
const OUT_OF_PATIENCE: i32 = 124;

/// Programs that are needed, and the Debian packages that have them.
const NEEDS: [(&str, &str); 9] = [
    ("/usr/bin/qemu-system-x86_64", "qemu-system-x86"),
    ("/bin/busybox", "busybox-static"),
    ("/sbin/depmod", "kmod"),
    ("/usr/bin/dpkg-deb", "dpkg"),
    ("/usr/bin/mbimcli", "libmbim-utils"),
    ("/usr/libexec/mbim-proxy", "libmbim-proxy"),
    ("/usr/sbin/ModemManager", "modemmanager"),
    ("/usr/bin/dbus-daemon", "dbus-daemon"),
    ("/lib/systemd/systemd-udevd", "udev"),
];

/// The modules of the guest, each after those that it needs.
const BOOT_MODULES: [&str; 8] = [
    "virtio",
    "virtio_ring",
    "virtio_pci_modern_dev",
    "virtio_pci_legacy_dev",
    "virtio_pci",
    "9pnet",
    "9pnet_virtio",
    "9p",
];

/// Runs the lab.
pub(crate) fn run() -> Result<(), String> {
    crate::check_all::install(&NEEDS)?;
    let folder = crate::root().join("target/modem-lab");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let (wws, tests) = build()?;
    let (kernel, modules) = kernel(&folder)?;
    let initrd = folder.join("initrd");
    fs::write(&initrd, initrd::build(&modules, &BOOT_MODULES)?).map_err(|error| error.to_string())?;
    let share = folder.join("share");
    fs::create_dir_all(&share).map_err(|error| error.to_string())?;
    let settings =
        format!("WWS={}\nTESTS={}\nMODULES={}\n", wws.display(), tests.display(), modules.display());
    fs::write(share.join("settings"), settings).map_err(|error| error.to_string())?;
    fs::write(share.join("guest.sh"), include_str!("guest.sh")).map_err(|error| error.to_string())?;
    boot(&kernel, &initrd, &share)
}

/// Builds the program and the tests; returns where they are.
fn build() -> Result<(PathBuf, PathBuf), String> {
    crate::run("cargo", &["build", "--release", "--package", "wws-cli"])?;
    let output = Command::new("cargo")
        .args([
            "test",
            "--release",
            "--package",
            "wws-mbn",
            "--test",
            "device",
            "--no-run",
            "--message-format=json",
        ])
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    // The one line with an executable; a JSON reader for one field would be the only one of this program.
    let tests = said.lines().find_map(|line| line.split("\"executable\":\"").nth(1)?.split('"').next());
    let tests = tests.ok_or("cargo did not say where the tests are")?;
    Ok((crate::root().join("target/release/wws"), tests.into()))
}

/// Downloads and unpacks Debian's kernel, if that was not done; returns the kernel and the folder of its modules.
fn kernel(folder: &Path) -> Result<(PathBuf, PathBuf), String> {
    let unpacked = folder.join("kernel");
    if !unpacked.join("done").exists() {
        let package = newest_kernel()?;
        println!("modem-lab: downloading {package}");
        let downloads = folder.join("download");
        let _old = fs::remove_dir_all(&downloads);
        fs::create_dir_all(&downloads).map_err(|error| error.to_string())?;
        let status = Command::new("apt-get").args(["download", &package]).current_dir(&downloads).status();
        if !status.is_ok_and(|status| status.success()) {
            return Err(format!("apt-get download {package} failed"));
        }
        let files = fs::read_dir(&downloads).map_err(|error| error.to_string())?;
        let file = files.flatten().map(|entry| entry.path()).next().ok_or("apt-get downloaded nothing")?;
        crate::run("dpkg-deb", &["-x", &file.to_string_lossy(), &unpacked.to_string_lossy()])?;
        let modules = only_child(&unpacked.join("lib/modules"))?;
        let version = modules.file_name().unwrap_or_default().to_string_lossy().into_owned();
        crate::run("/sbin/depmod", &["-b", &unpacked.to_string_lossy(), &version])?;
        fs::write(unpacked.join("done"), package).map_err(|error| error.to_string())?;
    }
    let boot = fs::read_dir(unpacked.join("boot")).map_err(|error| error.to_string())?;
    let is_kernel =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("vmlinuz"));
    let kernel =
        boot.flatten().map(|entry| entry.path()).find(is_kernel).ok_or("the package has no kernel")?;
    Ok((kernel, unpacked))
}

/// The kernel that Debian installs now. The cloud kernel would be smaller, but has no USB.
fn newest_kernel() -> Result<String, String> {
    let known = || {
        let said = crate::output("apt-cache", &["depends", "linux-image-amd64"]).ok()?;
        said.lines().find_map(|line| line.trim().strip_prefix("Depends: ")).map(str::to_owned)
    };
    if let Some(package) = known() {
        return Ok(package);
    }
    crate::run("apt-get", &["update", "-q"])?;
    known().ok_or_else(|| "apt-cache knows no linux-image-amd64".into())
}

fn only_child(folder: &Path) -> Result<PathBuf, String> {
    let mut entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    entries
        .next()
        .and_then(Result::ok)
        .map(|entry| entry.path())
        .ok_or_else(|| format!("{} is empty", folder.display()))
}

/// Boots the guest, passes on what it prints, and judges.
fn boot(kernel: &Path, initrd: &Path, share: &Path) -> Result<(), String> {
    let began = Instant::now();
    let mut guest = Command::new("timeout")
        .args(["--kill-after=5", PATIENCE, "qemu-system-x86_64"])
        // Nested virtualization is often there and broken; emulation always works.
        .args([
            "-accel",
            "tcg,thread=multi",
            "-smp",
            "2",
            "-m",
            "1024",
            "-nographic",
            "-no-reboot",
            "-nic",
            "none",
        ])
        .args(["-append", "console=ttyS0 quiet panic=-1"])
        .arg("-kernel")
        .arg(kernel)
        .arg("-initrd")
        .arg(initrd)
        .args(["-virtfs", "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap"])
        .arg("-virtfs")
        .arg(format!("local,path={},mount_tag=share,security_model=none", share.display()))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("qemu-system-x86_64: {error}"))?;
    let output = guest.stdout.take().ok_or("no console")?;
    let mut log = fs::File::create(share.join("console.log")).map_err(|error| error.to_string())?;
    let mut passed = false;
    for line in BufReader::new(output).split(b'\n') {
        let line = String::from_utf8_lossy(&line.map_err(|error| error.to_string())?).trim_end().to_owned();
        writeln!(log, "{line}").map_err(|error| error.to_string())?;
        println!("  {line}");
        passed |= line.contains(PASSED);
    }
    let status = guest.wait().map_err(|error| error.to_string())?;
    if status.code() == Some(OUT_OF_PATIENCE) {
        return Err(format!("the guest did not end within {PATIENCE} s"));
    }
    println!("modem-lab: {:.1} s", began.elapsed().as_secs_f64());
    if passed { Ok(()) } else { Err("something failed in the guest; see above".into()) }
}
