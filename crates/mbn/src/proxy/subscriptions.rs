//! The events that clients want, merged into the one list that a modem has.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::wire::{
    cid::{SubscribeEntry, SubscribeList},
    service,
};

/// The events of one client: a list, or the standard services if it never sent one.
pub(super) fn wants(list: Option<&SubscribeList>, id: Uuid, cid: u32) -> bool {
    match list {
        Some(list) => list.contains(id, cid),
        None => service::is_native(id),
    }
}

/// Every event that some client wants.
pub(super) fn merge<'a>(lists: impl Iterator<Item = Option<&'a SubscribeList>>) -> SubscribeList {
    // No commands in the set: all of them.
    let mut merged: BTreeMap<Uuid, BTreeSet<u32>> = BTreeMap::new();
    for list in lists {
        match list {
            Some(list) => list.entries.iter().for_each(|entry| add(&mut merged, entry.service, &entry.cids)),
            None => service::NATIVE.iter().for_each(|native| add(&mut merged, *native, &[])),
        }
    }
    let entries = merged
        .into_iter()
        .map(|(service, cids)| SubscribeEntry { service, cids: cids.into_iter().collect() });
    SubscribeList { entries: entries.collect() }
}

fn add(merged: &mut BTreeMap<Uuid, BTreeSet<u32>>, service: Uuid, cids: &[u32]) {
    match merged.get_mut(&service) {
        Some(all) if all.is_empty() => {}
        Some(some) if cids.is_empty() => some.clear(),
        Some(some) => some.extend(cids),
        None => drop(merged.insert(service, cids.iter().copied().collect())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::service::{QDU, QMI, SMS};

    fn list(entries: &[(Uuid, &[u32])]) -> SubscribeList {
        let entry =
            |(service, cids): &(Uuid, &[u32])| SubscribeEntry { service: *service, cids: cids.to_vec() };
        SubscribeList { entries: entries.iter().map(entry).collect() }
    }

    #[test]
    fn lists_are_merged_and_all_commands_win() {
        let (one, two) =
            (list(&[(QMI, &[1]), (SMS, &[])]), list(&[(QMI, &[2, 1]), (SMS, &[5]), (QDU, &[8])]));
        let merged = merge([Some(&one), Some(&two)].into_iter());
        let mut expected = list(&[(QMI, &[1, 2]), (SMS, &[]), (QDU, &[8])]);
        expected.entries.sort_by_key(|entry| entry.service);
        assert_eq!(merged, expected);
    }

    #[test]
    fn a_client_without_a_list_wants_the_standard_services() {
        assert!(wants(None, SMS, 1) && !wants(None, QMI, 1));
        assert!(wants(Some(&list(&[(QMI, &[])])), QMI, 7) && !wants(Some(&list(&[])), SMS, 1));
        assert_eq!(merge([None].into_iter()).entries.len(), service::NATIVE.len());
    }
}
