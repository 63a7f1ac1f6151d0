//! Known device services: UUID, name, and the names of their commands.
//!
//! Sources: MBIM 10 (the standard services), Microsoft's MBIM class driver sample and its pages, Wireshark's MBIM tables, and the
//! open tools of the vendors. The reference notes of this project say which is which.

use std::fmt;

use uuid::{Uuid, uuid};

/// A service that this crate knows by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownService {
    /// The UUID.
    pub uuid: Uuid,
    /// A short name in lower case, such as `basic-connect`. Programs accept it in place of the UUID.
    pub name: &'static str,
    /// What the service is.
    pub title: &'static str,
    /// Number and name of each known command.
    pub commands: &'static [(u32, &'static str)],
}

/// The known service with this UUID.
pub fn by_uuid(uuid: Uuid) -> Option<&'static KnownService> {
    KNOWN.iter().find(|service| service.uuid == uuid)
}

/// The known service with this name, in any case.
pub fn by_name(name: &str) -> Option<&'static KnownService> {
    KNOWN.iter().find(|service| service.name.eq_ignore_ascii_case(name))
}

/// A service from what a user typed: a known name or a UUID.
pub fn parse(text: &str) -> Option<Uuid> {
    by_name(text).map(|service| service.uuid).or_else(|| text.parse().ok())
}

/// The name of a command, if service and command are known.
pub fn command_name(service: Uuid, cid: u32) -> Option<&'static str> {
    let commands = by_uuid(service)?.commands;
    commands.iter().find(|(number, _)| *number == cid).map(|(_, name)| *name)
}

/// True for the services that the operating system uses itself. Windows leaves them out of
/// `IMbnDeviceServicesContext::EnumerateDeviceServices` and refuses sessions with them.
pub fn is_native(service: Uuid) -> bool {
    NATIVE.contains(&service)
}

/// The native services: those that a subscription must keep for the operating system's sake.
pub const NATIVE: [Uuid; 6] = [BASIC_CONNECT, SMS, USSD, AUTH, DSS, BASIC_CONNECT_EXTENSIONS];

/// Prints a service by its name if it has one, else its UUID.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Name(
    /// The service.
    pub Uuid,
);

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match by_uuid(self.0) {
            Some(service) => f.pad(service.name),
            None => fmt::Display::fmt(&self.0, f),
        }
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

macro_rules! services {
    ($($CONST:ident = $uuid:literal, $name:literal, $title:literal { $($cid:literal: $command:literal),* $(,)? })*) => {
        $(#[doc = concat!($title, ": `", $uuid, "`.")] pub const $CONST: Uuid = uuid!($uuid);)*

        /// Every known service.
        pub const KNOWN: &[KnownService] = &[
            $(KnownService { uuid: $CONST, name: $name, title: $title, commands: &[$(($cid, $command)),*] },)*
        ];
    };
}

services! {
    BASIC_CONNECT = "a289cc33-bcbb-8b4f-b6b0-133ec2aae6df", "basic-connect", "Basic IP connectivity" {
        1: "DEVICE_CAPS", 2: "SUBSCRIBER_READY_STATUS", 3: "RADIO_STATE", 4: "PIN", 5: "PIN_LIST", 6: "HOME_PROVIDER",
        7: "PREFERRED_PROVIDERS", 8: "VISIBLE_PROVIDERS", 9: "REGISTER_STATE", 10: "PACKET_SERVICE", 11: "SIGNAL_STATE",
        12: "CONNECT", 13: "PROVISIONED_CONTEXTS", 14: "SERVICE_ACTIVATION", 15: "IP_CONFIGURATION", 16: "DEVICE_SERVICES",
        19: "DEVICE_SERVICE_SUBSCRIBE_LIST", 20: "PACKET_STATISTICS", 21: "NETWORK_IDLE_HINT", 22: "EMERGENCY_MODE",
        23: "IP_PACKET_FILTERS", 24: "MULTICARRIER_PROVIDERS",
    }
    SMS = "533fbeeb-14fe-4467-9f90-33a223e56c3f", "sms", "SMS" {
        1: "CONFIGURATION", 2: "READ", 3: "SEND", 4: "DELETE", 5: "MESSAGE_STORE_STATUS",
    }
    USSD = "e550a0c8-5e82-479e-82f7-10abf4c3351f", "ussd", "USSD" { 1: "USSD" }
    PHONEBOOK = "4bf38476-1e6a-41db-b1d8-bed289c25bdb", "phonebook", "Phone book" {
        1: "CONFIGURATION", 2: "READ", 3: "DELETE", 4: "WRITE",
    }
    STK = "d8f20131-fcb5-4e17-8602-d6ed3816164c", "stk", "SIM toolkit" { 1: "PAC", 2: "TERMINAL_RESPONSE", 3: "ENVELOPE" }
    AUTH = "1d2b5ff7-0aa1-48b2-aa52-50f15767174e", "auth", "Authentication" { 1: "AKA_AUTH", 2: "AKAP_AUTH", 3: "SIM_AUTH" }
    DSS = "c08a26dd-7718-4382-8482-6e0d583c4d0e", "dss", "Device service stream" { 1: "DSS_CONNECT" }
    BASIC_CONNECT_EXTENSIONS = "3d01dcc5-fef5-4d05-0d3a-bef7058e9aaf", "ms-basic-connect-extensions",
    "Microsoft basic connect extensions" {
        1: "PROVISIONED_CONTEXT_V2", 2: "NETWORK_BLACKLIST", 3: "LTE_ATTACH_CONFIG", 4: "LTE_ATTACH_STATUS", 5: "SYS_CAPS",
        6: "DEVICE_CAPS_V2", 7: "DEVICE_SLOT_MAPPINGS", 8: "SLOT_INFO_STATUS", 9: "PCO", 10: "DEVICE_RESET",
        11: "BASE_STATIONS_INFO", 12: "LOCATION_INFO_STATUS", 13: "MODEM_LOGGING_CONFIG", 14: "PIN_INFO_EX2", 15: "VERSION",
        16: "MODEM_CONFIG", 17: "REGISTRATION_PARAMS", 18: "NETWORK_PARAMS", 19: "WAKE_REASON", 20: "UE_POLICY",
    }
    UICC_LOW_LEVEL = "c2f6588e-f037-4bc9-8665-f4d44bd09367", "ms-uicc-low-level", "Microsoft low-level UICC access" {
        1: "ATR", 2: "OPEN_CHANNEL", 3: "CLOSE_CHANNEL", 4: "APDU", 5: "TERMINAL_CAPABILITY", 6: "RESET", 7: "APP_LIST",
        8: "FILE_STATUS", 9: "ACCESS_BINARY", 10: "ACCESS_RECORD",
    }
    FIRMWARE_ID = "e9f7dea2-feaf-4009-93ce-90a3694103b6", "ms-firmware-id", "Microsoft firmware id" { 1: "FIRMWARE_ID" }
    HOST_SHUTDOWN = "883b7c26-985f-43fa-9804-27d7fb80959c", "ms-host-shutdown", "Microsoft host shutdown" {
        1: "HOST_SHUTDOWN", 2: "HOST_PRE_SHUTDOWN",
    }
    SAR = "68223d04-9f6c-4e0f-822d-28441fb72340", "ms-sar", "Microsoft SAR control" { 1: "CONFIG", 2: "TRANSMISSION_STATUS" }
    VOICE_EXTENSIONS = "8d8b9eba-37be-449b-8f1e-61cb034a702e", "ms-voice-extensions", "Microsoft voice extensions" { 10: "NITZ" }
    VENDOR_EXTENSION = "b492e7e2-adba-499d-8401-7794bb913c1c", "ms-vendor-extension", "Microsoft vendor extension" {
        1: "VENDOR_SPECIFIC",
    }
    MODEM_LOG_TRANSFER = "0ebb1ceb-af2d-484d-8df3-53bc51fd162c", "ms-modem-log-transfer",
    "Microsoft modem log transfer (data session only)" {}
    MULTICARRIER = "8b569648-628d-4653-9b9f-1025404424e1", "multicarrier", "Multi-carrier" {
        1: "CAPABILITIES", 2: "LOCATION_INFO", 3: "CURRENT_CID_LIST",
    }
    MULTIFLOW = "8d8f32d9-f7c2-4419-b28b-dedcde205ed8", "multiflow", "Multi-flow" {
        1: "CAPS", 2: "UPLINK", 3: "DOWNLINK", 4: "TFT",
    }
    QMI = "d1a30bc2-f97a-6e43-bf65-c7e24fb0f0d3", "qmi", "Qualcomm QMI over MBIM" { 1: "QMUX" }
    QDU = "6427015f-579d-48f5-8c54-f43ed1e76f83", "qdu", "Qualcomm device update" {
        1: "UPDATE_SESSION", 2: "FILE_OPEN", 3: "FILE_WRITE", 4: "QUECTEL_REBOOT", 7: "QUECTEL_READ_VERSION", 8: "COMMAND",
    }
    QMBE = "2d0c12c9-0e6a-495a-915c-8d174fe5d63c", "qmbe-diag", "Qualcomm DIAG over MBIM" { 1: "DIAG_CONFIG", 2: "DIAG_DATA" }
    QUECTEL = "11223344-5566-7788-99aa-bbccddeeff11", "quectel", "Quectel" { 1: "RADIO_STATE" }
    FIBOCOM = "ffffffff-abca-4b11-a4e2-f2fc87f94488", "fibocom-at", "Fibocom AT tunnel" { 1: "AT_COMMAND" }
    COMPAL = "a2a32a97-cab1-4f57-9ae1-451c74dda957", "compal-at", "Compal AT tunnel" { 1: "AT_COMMAND" }
    INTEL_AT = "da138c64-6515-4893-92b2-a1e1ca7c81ca", "intel-at", "Intel AT tunnel" { 1: "AT_COMMAND" }
    INTEL_FIRMWARE_UPDATE = "0ed374cb-f835-4474-bc11-3b3fd76f5641", "intel-firmware-update", "Intel firmware update" {
        1: "MODEM_REBOOT",
    }
    INTEL_MUTUAL_AUTHENTICATION = "f85d46ef-ab26-4081-9868-4d183c0a3aec", "intel-mutual-authentication",
    "Intel mutual authentication" { 1: "FCC_LOCK" }
    INTEL_THERMAL_RF = "fdc22af2-f441-4d46-af8d-259fcdde4635", "intel-thermal-rf", "Intel thermal and RF" {
        9: "RFIM", 0x0200_0100: "THERMAL_STATE",
    }
    INTEL_TOOLS = "4ada4962-b988-46c3-87a7-97f20f994abb", "intel-tools", "Intel tools" { 8: "TRACE_CONFIG" }
    INTEL_TRACE = "59a7f323-fe5a-4301-b185-b8ea9e6167b7", "intel-trace", "Intel trace" { 1: "TRACE", 2: "TRACE_DATA" }
    INTEL_SAR = "10e40d69-375a-42ce-a297-906164f2754c", "intel-sar", "Intel SAR" { 1: "SAR_CONFIG" }
    INTEL_ADAPTIVE_CLOCK = "ed19555d-a6ac-4327-8eb1-fc022e5e2388", "intel-adaptive-clock", "Intel adaptive clock" {
        0x0200_0010: "ADPCLK_MODE",
    }
    INTEL_NRTC = "2b6d8c5a-0ca9-418f-8aac-1a9dc8e32866", "intel-nrtc", "Intel NRTC" { 1: "NRTAPP", 2: "NRTCWS" }
    INTEL_USB_PROFILE = "fa142322-166b-4fd9-89f0-99be90ae8e3d", "intel-usb-profile", "Intel USB profile" { 1: "USBPROFILE" }
    INTEL_CIQ = "6a2a8150-abca-4b11-a4e2-f2fc879f5481", "intel-ciq", "Intel CIQ" { 1: "CIQ" }
    GOOGLE = "3e1e92cf-c53d-4f14-85d0-a86ad9e12245", "google", "Google" { 1: "CARRIER_LOCK" }
    ATDS = "5967bdcc-7fd2-49a2-9f5c-b2e70e527db3", "atds", "AT&T" {
        1: "SIGNAL", 2: "LOCATION", 3: "OPERATORS", 4: "RAT", 9: "REGISTER_STATE", 10: "SET_PROJECTION_TABLES",
    }
    PROXY_CONTROL = "838cf7fb-8d0d-4d7f-871e-d71dbefbb39b", "proxy-control", "mbim-proxy control (never sent to a modem)" {
        1: "CONFIGURATION", 2: "VERSION",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_uuids_are_unique() {
        for (index, service) in KNOWN.iter().enumerate() {
            for other in &KNOWN[..index] {
                assert_ne!(service.uuid, other.uuid, "{}", service.name);
                assert_ne!(service.name, other.name);
            }
            assert!(service.commands.is_sorted_by(|a, b| a.0 < b.0), "{}", service.name);
        }
    }

    #[test]
    fn a_service_is_found_by_name_or_uuid() {
        assert_eq!(parse("Basic-Connect"), Some(BASIC_CONNECT));
        assert_eq!(parse("d1a30bc2-f97a-6e43-bf65-c7e24fb0f0d3"), Some(QMI));
        assert_eq!(parse("no such service"), None);
        assert_eq!(command_name(DSS, 1), Some("DSS_CONNECT"));
        assert_eq!(command_name(DSS, 2), None);
    }

    #[test]
    fn an_unknown_service_prints_its_uuid() {
        assert_eq!(Name(SMS).to_string(), "sms");
        assert_eq!(Name(Uuid::nil()).to_string(), "00000000-0000-0000-0000-000000000000");
    }
}
