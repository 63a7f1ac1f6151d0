//! The client: calls a server in every way, and prints a line for each case: its name and `ok`, or what differs,
//! separated by tabs.

use super::{
    Row, Side,
    contract::{
        Add, AddReply, ECHO_STREAM, EchoBytes, EchoBytesReply, EchoRecord, EchoRecordReply, EchoString,
        EchoStringReply, Fail, FailReply, NS, Notify, Problem, REASON, Record, SUBCODE, TakeNotice,
        TakeNoticeReply, action, byte, bytes, reply_action, strings,
    },
    stream::{self, Counting},
};
use std::{io::Write, path::Path};
use wws::{
    Error, Result,
    channel::{Binding, Channel, ChannelState},
    soap::{EnvelopeVersion, FaultError, Message},
    typed::{FromElement, ToElement},
    xml::reader::QName,
};

/// All cases, in their order.
const CASES: [&str; 15] = [
    "string-empty",
    "string-null",
    "string-20000",
    "string-unicode",
    "string-markup",
    "add",
    "bytes-10",
    "bytes-100000",
    "bytes-large",
    "record",
    "fault-typed",
    "fault-untyped",
    "fault-coded",
    "one-way",
    "stream",
];

/// The cases that a row has.
pub(crate) fn cases(row: &Row) -> impl Iterator<Item = &'static str> {
    CASES.into_iter().filter(|case| match *case {
        "bytes-100000" => !row.is_datagram,
        "bytes-large" => row.is_mtom() && !row.is_streamed,
        "stream" => row.is_streamed,
        _ => true,
    })
}

/// Runs all cases of the row.
pub(crate) async fn call(url: &str, row: Row, tls: Option<&Path>) -> Result<()> {
    let binding = row.binding(Side::Client, url, tls)?;
    let mut client = Client { url, row, binding, channel: None, differences: Vec::new() };
    for case in cases(&row) {
        client.differences.clear();
        if let Err(error) = client.run(case).await {
            client.differences.push(format!("error: {error}"));
        }
        let line = match &*client.differences {
            [] => format!("{case}\tok"),
            differences => format!("{case}\t{}", differences.join("\t")),
        };
        println!("{}", line.replace('\n', " / "));
        std::io::stdout().flush()?;
    }
    match client.channel {
        Some(channel) => channel.close().await,
        None => Ok(()),
    }
}

struct Client<'c> {
    url: &'c str,
    row: Row,
    binding: Binding,
    channel: Option<Channel>,
    /// Of the case that runs.
    differences: Vec<String>,
}

impl Client<'_> {
    async fn run(&mut self, case: &str) -> Result<()> {
        match case {
            "add" => {
                let reply: AddReply = self.request("add", &Add { a: i32::MAX - 5, b: -7 }).await?;
                self.same("result", i32::MAX - 12, reply.result);
            }
            "bytes-10" => self.echo_bytes(10).await?,
            "bytes-100000" => self.echo_bytes(100_000).await?,
            "bytes-large" => self.echo_bytes(self.row.large()).await?,
            "record" => {
                let value = Record::of_test()?;
                let reply: EchoRecordReply =
                    self.request("echoRecord", &EchoRecord { value: value.clone() }).await?;
                self.differences.extend(value.differences(&reply.result));
            }
            "fault-typed" | "fault-untyped" | "fault-coded" => {
                self.fail(case.trim_start_matches("fault-")).await?
            }
            "one-way" => self.notify().await?,
            "stream" => self.stream().await?,
            string => {
                let text = strings().into_iter().find_map(|(name, text)| (name == string).then_some(text));
                let text = text.ok_or_else(|| Error::argument(format!("{string} is no case")))?;
                let reply: EchoStringReply =
                    self.request("echoString", &EchoString { text: text.clone() }).await?;
                self.same("result", text, reply.result);
            }
        }
        Ok(())
    }

    /// The open channel; another one if the last call ended it.
    async fn channel(&mut self) -> Result<&Channel> {
        if self.channel.as_ref().is_none_or(|channel| channel.state() != ChannelState::Open) {
            self.channel = Some(Channel::connect(&self.binding, self.url).await?);
        }
        self.channel.as_ref().ok_or_else(|| Error::operation("there is no channel"))
    }

    async fn request<T: for<'r> FromElement<'r>>(
        &mut self,
        operation: &str,
        body: &impl ToElement,
    ) -> Result<T> {
        let channel = self.channel().await?;
        let mut message = channel.request_message(&action(operation))?;
        let (reply, body) = channel.request_with(&mut message, body).await?;
        self.check(operation, &message, &reply)?;
        Ok(body)
    }

    /// What addressing says about the reply.
    fn check(&mut self, operation: &str, message: &Message, reply: &Message) -> Result<()> {
        if self.row.is_addressed() {
            self.same("relates to", message.message_id()?, reply.relates_to()?);
            self.same("action of the reply", Some(reply_action(operation)), reply.action()?);
        }
        Ok(())
    }

    fn same<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, expected: T, found: T) {
        if expected != found {
            self.differences.push(format!(
                "{what}: expected {} but found {}",
                short(&format!("{expected:?}")),
                short(&format!("{found:?}"))
            ));
        }
    }

    async fn echo_bytes(&mut self, length: u64) -> Result<()> {
        let data = bytes::Bytes::from(bytes(length));
        let reply: EchoBytesReply = self.request("echoBytes", &EchoBytes { data: data.clone() }).await?;
        self.same("length", data.len(), reply.result.len());
        if data != reply.result {
            self.differences.push("the bytes are others".to_owned());
        }
        Ok(())
    }

    async fn fail(&mut self, kind: &str) -> Result<()> {
        let Err(error) = self.request::<FailReply>("fail", &Fail { kind: kind.to_owned() }).await else {
            self.differences.push("there is a reply and no fault".to_owned());
            return Ok(());
        };
        let Some(FaultError { fault, .. }) = FaultError::of(&error) else { return Err(error) };
        let is_old = self.row.version.envelope == EnvelopeVersion::Soap11;
        let (sender, receiver) = if is_old { ("Client", "Server") } else { ("Sender", "Receiver") };
        let subcode = format!("{{{NS}}}{SUBCODE}");
        let codes = match kind {
            "coded" if is_old => subcode,
            "coded" => format!("{sender} {subcode}"),
            "typed" => sender.to_owned(),
            _ => receiver.to_owned(),
        };
        self.same("codes", codes, fault.codes.iter().map(code).collect::<Vec<_>>().join(" "));
        self.same("reason", REASON, fault.reason("en"));
        if kind == "typed" {
            self.same("detail", Problem::of_test(), fault.detail()?);
        }
        Ok(())
    }

    async fn notify(&mut self) -> Result<()> {
        let text = "one & way";
        let notice = Notify { text: text.to_owned() };
        self.channel().await?.send(&action("notify"), &notice).await?;
        let reply: TakeNoticeReply = self.request("takeNotice", &TakeNotice {}).await?;
        self.same("what was noticed", Some(text), reply.result.as_deref());
        Ok(())
    }

    async fn stream(&mut self) -> Result<()> {
        let length = self.row.large();
        let channel = self.channel().await?;
        let mut message = channel.request_message(&action(ECHO_STREAM))?;
        stream::send(channel, &mut message, false, Counting::of(length)).await?;
        let mut reply = channel.message();
        let Some(mut reader) = channel.read_message_start(&mut reply).await? else {
            return Err(Error::format("there is no reply"));
        };
        if reply.is_fault() {
            return Err(channel.fault_error(&mut reply, reader).await?);
        }
        let (mut at, mut first_wrong) = (0, None);
        let check = |bytes: &[u8]| {
            for found in bytes {
                if *found != byte(at) {
                    first_wrong.get_or_insert(at);
                }
                at += 1;
            }
            Ok(())
        };
        stream::receive(channel, &mut reader, true, check).await?;
        channel.read_message_end(&mut reply, reader).await?;
        self.same("length", length, at);
        self.same("first wrong byte", None, first_wrong);
        self.check(ECHO_STREAM, &message, &reply)
    }
}

/// A code of the envelope by its name, others with their namespace.
fn code(code: &QName) -> String {
    match EnvelopeVersion::from_namespace(&code.ns) {
        Some(_) => code.local.clone(),
        None => format!("{{{}}}{}", code.ns, code.local),
    }
}

fn short(text: &str) -> String {
    let count = text.chars().count();
    match count > 80 {
        true => format!("{}… of {count} characters", text.chars().take(60).collect::<String>()),
        false => text.to_owned(),
    }
}
