//! Who holds a device: what `/proc` says about other processes.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// A process that has a device open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The process id.
    pub pid: u32,
    /// The name of the program, such as `mbim-proxy`.
    pub name: String,
}

/// The other processes that have `path` open. Processes of other users are seen only by root; what cannot be read is skipped.
pub fn holders(path: &Path) -> Vec<Holder> {
    let Ok(path) = fs::canonicalize(path) else { return Vec::new() };
    let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
    let mut holders: Vec<Holder> = processes
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|&pid| pid != std::process::id() && has_open(pid, &path))
        .map(|pid| Holder { pid, name: program_name(pid) })
        .collect();
    holders.sort_unstable_by_key(|holder| holder.pid);
    holders
}

fn has_open(pid: u32, path: &Path) -> bool {
    let Ok(files) = fs::read_dir(format!("/proc/{pid}/fd")) else { return false };
    files.flatten().any(|file| fs::read_link(file.path()).is_ok_and(|target| target == path))
}

fn program_name(pid: u32) -> String {
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    name.trim_end().to_owned()
}

/// The name of the group of a file.
pub(super) fn group_of(path: &Path) -> Option<String> {
    let gid = fs::metadata(path).or_else(|_| fs::symlink_metadata(path)).ok()?.gid();
    let groups = fs::read_to_string(PathBuf::from("/etc/group")).ok()?;
    groups.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(gid)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_ours_is_held_by_nobody_else_and_a_child_is_seen() {
        let path = std::env::temp_dir().join(format!("wws-mbn-holders-{}", std::process::id()));
        let file = fs::File::create(&path).unwrap();
        assert_eq!(holders(&path), []);
        let mut child = std::process::Command::new("sleep").arg("60").stdin(file).spawn().unwrap();
        let found = holders(&path);
        child.kill().unwrap();
        child.wait().unwrap();
        fs::remove_file(&path).unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].pid, child.id());
    }

    #[test]
    fn the_group_of_a_file_has_a_name() {
        assert_eq!(group_of(Path::new("/proc/self/mem")).is_some(), fs::metadata("/proc/self/mem").is_ok());
        assert_eq!(group_of(Path::new("/no such file")), None);
    }
}
