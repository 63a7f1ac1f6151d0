//! HOST_SHUTDOWN: the host says that it is about to stop. Microsoft's service, CID 1 and 2.

use super::super::{Empty, service::HOST_SHUTDOWN};

information_buffer! {
    /// The host shuts down.
    pub struct HostShutdown {}
}

information_buffer! {
    /// The host begins to shut down.
    pub struct HostPreShutdown {}
}

requests! {
    HostShutdown: set HOST_SHUTDOWN, 1 -> Empty;
    HostPreShutdown: set HOST_SHUTDOWN, 2 -> Empty;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Command, CommandType};

    #[test]
    fn both_are_sets_without_a_buffer() {
        assert_eq!(Command::from(&HostShutdown {}), Command::set(HOST_SHUTDOWN, 1, ""));
        assert_eq!(Command::from(&HostPreShutdown {}).kind, CommandType::SET);
    }
}
