//! DEVICE_SERVICES: which device services the modem has. MBIM 10.5.29, CID 16 of basic connect.

use uuid::Uuid;

use super::super::service::BASIC_CONNECT;

numbers! {
    /// Which way the data sessions of a service carry data.
    pub flags DssPayload(u32);
    /// From the host to the modem: `dataWriteSupported`.
    HOST_TO_DEVICE = 0x1,
    /// From the modem to the host: `dataReadSupported`.
    DEVICE_TO_HOST = 0x2,
}

information_buffer! {
    /// Asks for [`DeviceServices`].
    pub struct DeviceServicesQuery {}
}

information_buffer! {
    /// The device services of the modem.
    pub struct DeviceServices {
        /// How many data sessions the modem can have at once, over all services.
        max_dss_sessions: u32 as after_count(services),
        /// The services.
        services: Vec<DeviceService> as elements,
    }
}

information_buffer! {
    /// One device service.
    pub struct DeviceService {
        /// The service.
        service: Uuid,
        /// Which way its data sessions carry data; none if it has no data sessions.
        dss_payload: DssPayload,
        /// How many data sessions the service can have at once.
        max_dss_instances: u32,
        /// The commands that it supports.
        cids: Vec<u32> as counted,
    }
}

requests! {
    DeviceServicesQuery: query BASIC_CONNECT, 16 -> DeviceServices;
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::wire::{InformationBuffer, Problem, cid::check, service};

    const BYTES: &[u8] = &[
        0x02, 0x00, 0x00, 0x00, // 2 services
        0x10, 0x00, 0x00, 0x00, // 16 data sessions: between the count and its pairs
        0x18, 0x00, 0x00, 0x00, 0x20, 0x00, 0x00, 0x00, // 32 bytes at 24
        0x38, 0x00, 0x00, 0x00, 0x1C, 0x00, 0x00, 0x00, // 28 bytes at 56
        0xC0, 0x8A, 0x26, 0xDD, 0x77, 0x18, 0x43, 0x82, // dss
        0x84, 0x82, 0x6E, 0x0D, 0x58, 0x3C, 0x4D, 0x0E, //
        0x00, 0x00, 0x00, 0x00, // no payload of its own
        0x00, 0x00, 0x00, 0x00, // no instances
        0x01, 0x00, 0x00, 0x00, // 1 command
        0x01, 0x00, 0x00, 0x00, // CID 1
        0x0E, 0xBB, 0x1C, 0xEB, 0xAF, 0x2D, 0x48, 0x4D, // modem log transfer
        0x8D, 0xF3, 0x53, 0xBC, 0x51, 0xFD, 0x16, 0x2C, //
        0x02, 0x00, 0x00, 0x00, // device to host
        0x01, 0x00, 0x00, 0x00, // 1 instance
        0x00, 0x00, 0x00, 0x00, // no command
    ];

    #[test]
    fn device_services() {
        let dss = DeviceService {
            service: service::DSS,
            dss_payload: DssPayload(0),
            max_dss_instances: 0,
            cids: vec![1],
        };
        let log = DeviceService {
            service: service::MODEM_LOG_TRANSFER,
            dss_payload: DssPayload::DEVICE_TO_HOST,
            max_dss_instances: 1,
            cids: vec![],
        };
        check(BYTES, &DeviceServices { max_dss_sessions: 16, services: vec![dss, log] });
    }

    #[test]
    fn a_count_of_commands_beyond_the_element_is_refused() {
        let mut bytes = BYTES.to_vec();
        bytes[48] = 2; // the element of 32 bytes has room for one
        let error = DeviceServices::decode(&Bytes::from(bytes)).unwrap_err();
        assert_eq!(error.to_string(), "DeviceService.cids: says 2 elements, but at most 1 fit");
    }

    #[test]
    fn more_services_than_pairs_are_refused() {
        let mut bytes = BYTES[..8].to_vec();
        bytes[0] = 1;
        let error = DeviceServices::decode(&Bytes::from(bytes)).unwrap_err();
        assert_eq!(error.problem, Problem::Count { count: 1, fits: 0 });
    }
}
