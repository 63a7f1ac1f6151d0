//! Wireshark as an oracle: every control message that we and the simulated modem send, and the frames of data sessions.
//!
//! They need `tshark`, so they run when asked for: `cargo xtask check-all`, or `cargo test -- --ignored`.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::{
    path::PathBuf,
    process::Command as Program,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use bytes::Bytes;
use uuid::Uuid;
use wws_mbn::{
    host::{DataAction, Host, HostConfig},
    sim::{
        self, Modem, Profile,
        service::{CONTROL, ECHO, STORE},
    },
    wire::{
        Command, CommandDone, IndicateStatus, InformationBuffer, Message, ProtocolErrorCode, Request, Status,
        cid::{self, uicc},
        fragment, ntb, service,
    },
};

/// Link types of a capture: the one for private use, which tshark is told to read as MBIM, and Ethernet.
const USER0: u32 = 147;
const ETHERNET: u32 = 1;

/// A capture file, which tshark reads.
struct Capture {
    bytes: Vec<u8>,
    frames: usize,
    name: &'static str,
    dissector: &'static str,
}

impl Capture {
    fn new(name: &'static str, link_type: u32, dissector: &'static str) -> Self {
        let mut bytes = 0xA1B2_C3D4u32.to_le_bytes().to_vec();
        bytes.extend([2, 0, 4, 0]);
        [0, 0, 0x40000, link_type].iter().for_each(|number: &u32| bytes.extend(number.to_le_bytes()));
        Self { bytes, frames: 0, name, dissector }
    }

    fn add(&mut self, frame: &[u8]) {
        self.frames += 1;
        let length = frame.len() as u32;
        [self.frames as u32, 0, length, length]
            .iter()
            .for_each(|number| self.bytes.extend(number.to_le_bytes()));
        self.bytes.extend(frame);
    }

    /// What tshark says about the capture with `arguments`.
    fn tshark(&self, arguments: &[&str]) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed); // tests run at once
        let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{number}.pcap", self.name));
        std::fs::write(&file, &self.bytes).unwrap();
        let table =
            format!("uat:user_dlts:\"User 0 (DLT=147)\",\"{}\",\"0\",\"\",\"0\",\"\"", self.dissector);
        let output = Program::new("tshark")
            .args(["-n", "-o", &table, "-r"])
            .arg(file)
            .args(arguments)
            .output()
            .expect("tshark is not installed: apt-get install tshark");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The values of fields, frame by frame.
    fn fields(&self, filter: &str, fields: &[&str]) -> Vec<String> {
        let mut arguments = vec!["-Y", filter, "-T", "fields"];
        fields.iter().for_each(|field| arguments.extend(["-e", field]));
        self.tshark(&arguments).lines().map(str::to_owned).collect()
    }

    /// Fails if tshark finds anything malformed, or has the least complaint of a protocol kind, in any frame.
    fn assert_sound(&self) {
        assert_eq!(self.fields("frame", &["frame.number"]).len(), self.frames);
        let complaints =
            self.tshark(&["-Y", "_ws.malformed || _ws.short || _ws.expert.severity >= warning", "-V"]);
        assert!(complaints.is_empty(), "{complaints}");
    }
}

fn control() -> Capture {
    Capture::new("control", USER0, "mbim.control")
}

/// Puts a typed command, and `answer` to it, into the capture.
fn typed<R: Request>(capture: &mut Capture, request: &R, answer: &R::Response) {
    let transaction = capture.frames as u32 + 1;
    capture.add(&Message::Command(Command::from(request)).encode(transaction));
    let buffer = answer.encode();
    let done = CommandDone { service: R::SERVICE, cid: R::CID, status: Status::SUCCESS, buffer };
    capture.add(&Message::CommandDone(done).encode(transaction));
}

/// A conversation with the simulated modem, everything that is said in it.
fn conversation(ask: impl FnOnce(&mut Host, Instant)) -> Capture {
    let mut capture = control();
    let now = Instant::now();
    let mut host = Host::new(HostConfig { max_data_size: Some(1500), ..HostConfig::default() });
    let mut modem = Modem::new(Profile::default());
    let mut run = |host: &mut Host| {
        loop {
            let mut moved = false;
            while let Some(piece) = host.poll_transmit() {
                capture.add(&piece);
                modem.handle_piece(&piece, now);
                moved = true;
            }
            while let Some(piece) = modem.poll_control() {
                capture.add(&piece);
                host.handle_piece(&piece, now);
                moved = true;
            }
            while let Some(action) = host.poll_data_action() {
                if let DataAction::Attach(session) = action {
                    host.handle_attached(session, Ok(()), now);
                }
                moved = true;
            }
            if !moved {
                return;
            }
        }
    };
    host.open(now);
    run(&mut host);
    ask(&mut host, now);
    run(&mut host);
    host.close(now);
    run(&mut host);
    capture
}

#[test]
#[ignore = "needs tshark"]
fn a_conversation_with_a_modem() {
    let capture = conversation(|host, now| {
        let time = Duration::from_secs(1);
        let queries = [
            Command::from(&cid::DeviceCapsQuery {}),
            Command::from(&cid::SubscriberReadyStatusQuery {}),
            Command::from(&cid::RadioStateQuery {}),
            Command::from(&cid::SetRadioState { software: cid::RadioSwitch::OFF }),
            Command::from(&cid::RegisterStateQuery {}),
            Command::from(&cid::SignalStateQuery {}),
            Command::from(&cid::FirmwareIdQuery {}),
            Command::from(&sim::DigestQuery { direction: 0 }),
            Command::set(
                CONTROL,
                4,
                sim::InjectEvent { service: ECHO, cid: 1, data: "event".into() }.encode(),
            ),
        ];
        for query in queries {
            host.command(query, time, now).unwrap();
        }
        // Further ones that ModemManager asks and the simulator answers.
        for number in [4, 5, 6, 7, 10, 13] {
            host.command(Command::query(service::BASIC_CONNECT, number, ""), time, now).unwrap();
        }
        host.open_command_session(ECHO, now).unwrap();
        host.open_data_session(STORE).unwrap();
    });
    capture.assert_sound();
    let types = capture.fields("mbim.control.header.message_type", &["mbim.control.header.message_type"]);
    for expected in
        ["0x00000001", "0x00000002", "0x00000003", "0x80000001", "0x80000002", "0x80000003", "0x80000007"]
    {
        assert!(types.iter().any(|found| found == expected), "no message of type {expected}");
    }
    assert!(capture.tshark(&["-V"]).contains("Device Id: 353490012345678"), "{}", capture.tshark(&["-V"]));
    let said = capture.tshark(&["-V"]);
    for expected in ["Subscriber ID: 001010123456789", "Provider Name: Test Network", "DSS Session ID: 1"] {
        assert!(said.to_lowercase().contains(&expected.to_lowercase()), "{expected} is not in\n{said}");
    }
}

#[test]
#[ignore = "needs tshark"]
fn fragments_both_ways() {
    let large = Bytes::from(vec![7; 9000]);
    let capture = conversation(|host, now| {
        host.command(Command::query(ECHO, 1, large), Duration::from_secs(1), now).unwrap();
    });
    capture.assert_sound();
    let totals = capture.fields("mbim.control.fragment.total > 1", &["mbim.control.fragment.total"]);
    assert_eq!(totals, ["3"; 6]);
}

/// Without MODEM_LOGGING_CONFIG and FILE_STATUS, of which tshark 4.0 knows the names and not the layouts.
#[test]
#[ignore = "needs tshark"]
fn typed_commands_and_answers() {
    let mut capture = control();
    let caps = cid::DeviceCaps {
        device_id: "353490012345678".into(),
        custom_data_class: "custom".into(),
        ..cid::DeviceCaps::default()
    };
    typed(&mut capture, &cid::DeviceCapsQuery {}, &caps);
    let listed = |service: Uuid, cids: &[u32]| cid::DeviceService {
        service,
        dss_payload: cid::DssPayload::HOST_TO_DEVICE,
        max_dss_instances: 2,
        cids: cids.to_vec(),
    };
    let services = cid::DeviceServices {
        max_dss_sessions: 4,
        services: vec![listed(service::SMS, &[1, 2, 3]), listed(ECHO, &[]), listed(service::QMI, &[1])],
    };
    typed(&mut capture, &cid::DeviceServicesQuery {}, &services);
    let list = cid::SubscribeList {
        entries: vec![
            cid::SubscribeEntry { service: service::SMS, cids: vec![1, 5] },
            cid::SubscribeEntry { service: ECHO, cids: Vec::new() },
        ],
    };
    typed(&mut capture, &list, &list);
    let connect = |link_state| cid::DssConnect { service: ECHO, session_id: 7, link_state };
    for link_state in [cid::DssLinkState::ACTIVATE, cid::DssLinkState::DEACTIVATE] {
        typed(&mut capture, &connect(link_state), &<_>::default());
    }
    let choice = cid::SetRegisterState {
        provider_id: "00101".into(),
        action: cid::RegisterAction::MANUAL,
        data_class: cid::DataClass::LTE,
    };
    let state = cid::RegisterState {
        provider_id: "00101".into(),
        provider_name: "Test Network".into(),
        roaming_text: "at home".into(),
        ..cid::RegisterState::default()
    };
    typed(&mut capture, &choice, &state);
    let set = cid::SetSignalState { signal_strength_interval: 5, ..cid::SetSignalState::default() };
    typed(&mut capture, &set, &cid::SignalState { rssi: 20, ..cid::SignalState::default() });
    let status = cid::SubscriberReadyStatus {
        ready_state: cid::ReadyState::INITIALIZED,
        subscriber_id: "001010123456789".into(),
        sim_icc_id: "8900101234567890123".into(),
        ready_info: 0,
        telephone_numbers: vec!["+15550100".into(), "+15550101".into()],
    };
    typed(&mut capture, &cid::SubscriberReadyStatusQuery {}, &status);
    typed(&mut capture, &cid::FirmwareIdQuery {}, &cid::FirmwareId { firmware_id: ECHO });
    typed(&mut capture, &cid::HostShutdown {}, &<_>::default());

    let bytes = |bytes: &'static [u8]| Bytes::from_static(bytes);
    typed(&mut capture, &uicc::AtrQuery {}, &uicc::Atr { atr: bytes(&[0x3B, 0x00]) });
    let open = uicc::OpenChannel { app_id: bytes(&[0xA0, 0, 0, 0, 0x87]), select_p2: 4, channel_group: 1 };
    let opened = uicc::OpenChannelInfo { status: [0x90, 0, 0, 0], channel: 1, response: bytes(b"abc") };
    typed(&mut capture, &open, &opened);
    let apdu = uicc::Apdu { channel: 1, command: bytes(&[0, 0xA4, 4, 0, 0]), ..uicc::Apdu::default() };
    typed(&mut capture, &apdu, &uicc::ApduInfo { status: [0x90, 0, 0, 0], response: bytes(b"abc") });
    typed(&mut capture, &uicc::CloseChannel { channel: 1, channel_group: 1 }, &<_>::default());
    let app = |app_id| uicc::App {
        app_type: 4,
        app_id,
        name: bytes(b"USIM"),
        pins: 1,
        pin_references: bytes(&[1]),
    };
    let apps = vec![app(bytes(&[0xA0, 0, 0, 0, 0x87])), app(bytes(&[0xA0, 0, 0, 0, 0x63]))];
    let size = apps.iter().map(|app| app.encode().len() as u32).sum();
    typed(
        &mut capture,
        &uicc::AppListQuery {},
        &uicc::AppList { version: 1, active: 0, list_size: size, apps },
    );
    typed(&mut capture, &uicc::ResetQuery {}, &uicc::ResetInfo { pass_through: 1 });

    capture.add(&Message::HostError(ProtocolErrorCode::CANCEL).encode(3));
    capture.add(&Message::FunctionError(ProtocolErrorCode::FRAGMENT_OUT_OF_SEQUENCE).encode(3));
    let event = IndicateStatus {
        service: service::BASIC_CONNECT,
        cid: 11,
        buffer: cid::SignalState::default().encode(),
    };
    capture.add(&Message::IndicateStatus(event).encode(0));
    capture.assert_sound();
    let said = capture.tshark(&["-V"]);
    for expected in ["+15550101", "roaming", "Test Network", "at home", "MAX DSS sessions: 4", "ATR Size: 2"]
    {
        assert!(said.to_lowercase().contains(&expected.to_lowercase()), "{expected} is not in\n{said}");
    }
}

#[test]
#[ignore = "needs tshark"]
fn blocks_of_datagrams() {
    let mut capture = Capture::new("bulk", USER0, "mbim.bulk");
    for (sequence, sizes) in [(1, &[18][..]), (2, &[1, 2, 3, 1500, 4]), (3, &[1400; 10])] {
        let datagrams: Vec<Bytes> = sizes.iter().map(|size| sim::pattern(0, *size)).collect();
        capture.add(&ntb::encode(sequence, ntb::Stream::Dss(5), &datagrams));
    }
    capture.assert_sound();
    let said = capture.tshark(&["-V"]);
    assert!(said.contains("DSS"), "{said}");
    assert_eq!(
        capture.fields("mbim.bulk.nth.signature", &["mbim.bulk.ndp.signature.dss_session_id"]),
        ["5"; 3]
    );
}

#[test]
#[ignore = "needs tshark"]
fn frames_of_a_data_session() {
    let mut capture = Capture::new("frames", ETHERNET, "");
    for (session, size) in [(0, 1), (5, 1400), (255, 1500)] {
        let mut frame = wws_mbn::transport::linux::frame_head(session).to_vec();
        frame.extend(sim::pattern(0, size));
        capture.add(&frame);
    }
    capture.assert_sound();
    let fields = capture.fields("vlan", &["vlan.id", "vlan.etype", "frame.len"]);
    assert_eq!(fields, ["256\t0x88b5\t19", "261\t0x88b5\t1418", "511\t0x88b5\t1518"]);
}

#[test]
#[ignore = "needs tshark"]
fn a_malformed_message_is_found() {
    let mut capture = control();
    let done = CommandDone {
        service: service::BASIC_CONNECT,
        cid: 1,
        status: Status::SUCCESS,
        buffer: cid::DeviceCaps::default().encode().slice(..20),
    };
    for piece in fragment::split(&Message::CommandDone(done).encode(1), 4096) {
        capture.add(&piece);
    }
    assert!(
        !capture.tshark(&["-Y", "_ws.malformed || _ws.short || _ws.expert.severity >= warning"]).is_empty()
    );
}
