//! The guest's first file system: busybox, the modules that its root needs, and a script. A cpio archive in the format `newc`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The script that the kernel starts: mounts this machine's files and goes there.
const INIT: &str = r#"#!/bin/busybox sh
B=/bin/busybox
$B mount -t proc proc /proc
$B mount -t sysfs sys /sys
for module in $($B cat /modules/order); do $B insmod /modules/$module; done
$B mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,cache=loose,ro host /host || $B sh
for folder in tmp run mnt var/lib; do $B mount -t tmpfs tmpfs /host/$folder; done
$B mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144 share /host/mnt
$B mount -t devtmpfs dev /host/dev
$B mount -t proc proc /host/proc
$B mount -t sysfs sys /host/sys
$B mkdir -p /host/dev/pts && $B mount -t devpts devpts /host/dev/pts
exec $B switch_root /host /bin/bash -c '/bin/bash /mnt/guest.sh; /bin/busybox poweroff -f'
"#;

/// Builds the archive: `modules` is a folder as `dpkg-deb -x` makes it, `names` what to load, in order.
pub(super) fn build(modules: &Path, names: &[&str]) -> Result<Vec<u8>, String> {
    let files = load_order(modules, names)?;
    let mut archive = Archive::default();
    for folder in ["bin", "proc", "sys", "dev", "host", "modules"] {
        archive.add(folder, 0o040_755, &[]);
    }
    let busybox = fs::read("/bin/busybox").map_err(|error| format!("/bin/busybox: {error}"))?;
    archive.add("bin/busybox", 0o100_755, &busybox);
    archive.add("init", 0o100_755, INIT.as_bytes());
    let mut order = String::new();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        archive.add(&format!("modules/{name}"), 0o100_644, &bytes);
        order += &format!("{name}\n");
    }
    archive.add("modules/order", 0o100_644, order.as_bytes());
    archive.add("TRAILER!!!", 0, &[]);
    Ok(archive.bytes)
}

/// The files of the modules and of those that they need, in the order in which they must be loaded. What is built into the kernel is left
/// out.
fn load_order(modules: &Path, names: &[&str]) -> Result<Vec<PathBuf>, String> {
    let folder = super::only_child(&modules.join("lib/modules"))?;
    let table =
        fs::read_to_string(folder.join("modules.dep")).map_err(|error| format!("modules.dep: {error}"))?;
    let mut order = Vec::new();
    let mut seen = BTreeSet::new();
    for name in names {
        let is_it = |line: &&str| line.split(':').next().is_some_and(|path| module_name(path) == *name);
        let Some((path, needs)) = table.lines().find(is_it).and_then(|line| line.split_once(':')) else {
            continue;
        };
        // The line names what the module needs, the most basic last.
        for file in needs.split_whitespace().rev().chain([path]) {
            if seen.insert(file.to_owned()) {
                order.push(folder.join(file));
            }
        }
    }
    Ok(order)
}

fn module_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path).split('.').next().unwrap_or(path)
}

#[derive(Default)]
struct Archive {
    bytes: Vec<u8>,
    files: u32,
}

impl Archive {
    /// Appends an entry. Numbers are eight hexadecimal digits; name and content are padded to multiples of four.
    fn add(&mut self, name: &str, mode: u32, content: &[u8]) {
        self.files += 1;
        let (size, name_size) = (content.len() as u32, name.len() as u32 + 1);
        let header = [self.files, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, name_size, 0];
        self.bytes.extend(b"070701");
        header.iter().for_each(|number| self.bytes.extend(format!("{number:08X}").bytes()));
        self.bytes.extend(name.bytes().chain([0]));
        self.pad();
        self.bytes.extend(content);
        self.pad();
    }

    fn pad(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_a_header_a_name_and_the_content() {
        let mut archive = Archive::default();
        archive.add("a", 0o100_644, b"xyz");
        assert_eq!(archive.bytes.len(), 110 + 2 + 4);
        assert!(archive.bytes.starts_with(b"07070100000001000081A4"));
        assert_eq!(archive.bytes[110..], *b"a\0xyz\0");
        assert_eq!(module_name("kernel/net/9p/9pnet.ko.xz"), "9pnet");
    }
}
