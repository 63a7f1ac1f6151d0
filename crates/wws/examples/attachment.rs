//! A Rust type with an attachment goes out as MTOM in a SOAP message, and comes back: `cargo run --example attachment`.

use std::io::Read;
use wws::{
    FromXml, Result, ToXml,
    soap::{Encoding, EnvelopeVersion, Message, Version},
    typed::Attachment,
    xml::{
        Charset, Reader, ReaderEncoding, Writer, WriterOptions,
        mtom::{MtomInput, MtomOutput},
    },
};

#[derive(ToXml, FromXml)]
#[xml(name = "SendPhoto", ns = "urn:album")]
struct SendPhoto {
    title: String,
    photo: Attachment,
}

const VERSION: Version = Version::SOAP12_ADDRESSING10;

fn main() -> Result<()> {
    let body = SendPhoto {
        title: "Fish & Chips".into(),
        // || std::fs::File::open("holiday.jpg"): read while the message is sent, and never as a whole in memory
        photo: Attachment::from_read(|| Ok(std::io::repeat(7).take(1 << 20))),
    };
    let mut request = Message::blank(VERSION);
    request.set_action("urn:album/SendPhoto")?;
    request.set_to("http://album.example/")?;

    let frame = Encoding::Mtom(Charset::Utf8).frame(EnvelopeVersion::Soap12, "uuid:5b6a0c5e+id=1")?;
    let mut writer = Writer::new(MtomOutput::new(frame), WriterOptions::stream());
    request.write_start(&mut writer)?;
    request.write_body(&mut writer, &body)?;
    request.write_end(&mut writer)?;
    let mut sent = Vec::new(); // a file, a socket
    writer.flush_to(&mut sent)?;

    let mtom = ReaderEncoding::Mtom(MtomInput::with_header());
    let mut reader = Reader::with_input(mtom, sent.as_slice().into());
    let mut received = Message::new(VERSION);
    received.read_start(&mut reader)?;
    let back: SendPhoto = received.read_body(&mut reader)?;
    received.read_end(&mut reader)?;

    let photo = back.photo.bytes().map_or(0, |bytes| bytes.len());
    println!("{}: {:?}, {photo} bytes", received.action()?.unwrap_or_default(), back.title);
    assert_eq!((back.title, photo), (body.title, 1 << 20));
    Ok(())
}
