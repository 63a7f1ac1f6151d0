//! What this computer is called.

use crate::url::ThisHost;

/// The names of this computer, and the addresses of its interfaces.
///
/// The name with the domain is known only where the computer has it as its name. The NetBIOS name is made of the other one, as Windows
/// makes it: 15 characters at most.
pub(crate) fn this_host() -> ThisHost {
    let name = gethostname::gethostname().to_string_lossy().into_owned();
    let dns_name = name.split('.').next().filter(|name| !name.is_empty()).map(str::to_owned);
    let netbios_name = dns_name.as_ref().map(|name| name.chars().take(15).collect());
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    ThisHost {
        dns_name,
        fully_qualified_name: name.contains('.').then_some(name),
        netbios_name,
        addresses: interfaces.into_iter().map(|interface| interface.ip()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_computer_has_its_loopback_address() {
        assert!(this_host().addresses.iter().any(std::net::IpAddr::is_loopback));
    }
}
