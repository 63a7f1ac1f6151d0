//! The service.

use super::{
    Row, Side,
    contract::{
        Add, AddReply, ECHO_STREAM, EchoBytes, EchoBytesReply, EchoRecord, EchoRecordReply, EchoString,
        EchoStringReply, Fail, NS, Notify, Problem, REASON, Record, SUBCODE, TakeNotice, TakeNoticeReply,
        action, reply_action,
    },
    stream,
};
use std::{
    io::{Seek, Write},
    path::Path,
    sync::Arc,
    time::Duration,
};
use wws::{
    Error, Result,
    channel::{Channel, Listener},
    soap::{EnvelopeVersion, Fault, FaultDisclosure, FaultError, Message},
    typed::{FromElement, ToElement},
    xml::{Reader, reader::QName},
};

/// How long `takeNotice` waits for a notice that is on its way.
const NOTICE_LIMIT: Duration = Duration::from_secs(10);

/// Serves until the process is ended; says `ready URL` when clients can come.
pub(crate) async fn serve(url: &str, row: Row, tls: Option<&Path>) -> Result<()> {
    let listener = Listener::open(&row.binding(Side::Server, url, tls)?, url).await?;
    println!("ready {}", listener.url());
    let service = Arc::new(Service { row, notice: tokio::sync::watch::Sender::new(None) });
    loop {
        let channel = listener.accept().await?;
        let service = service.clone();
        tokio::spawn(async move {
            if let Err(error) = service.serve(&channel).await {
                eprintln!("server: {error}");
                // Closed in order, it would look as if the request was accepted.
                channel.abort();
            }
            if let Err(error) = channel.close().await {
                eprintln!("server: closing: {error}");
            }
        });
    }
}

struct Service {
    row: Row,
    /// What was notified last and not taken yet.
    notice: tokio::sync::watch::Sender<Option<String>>,
}

impl Service {
    async fn serve(&self, channel: &Channel) -> Result<()> {
        loop {
            let mut message = channel.message();
            let Some(reader) = channel.read_message_start(&mut message).await? else { return Ok(()) };
            if let Err(error) = self.answer(channel, &mut message, reader).await {
                eprintln!("server: {error}");
                channel.reply_error(&message, &error, FaultDisclosure::Full).await?;
            }
        }
    }

    async fn answer(
        &self,
        channel: &Channel,
        message: &mut Message,
        mut reader: Box<Reader<'static>>,
    ) -> Result<()> {
        stream::until(channel, &mut reader, Reader::read_to_any_start_element).await?;
        let operation = reader.element().map(|element| element.local_name().as_str().to_owned());
        let operation = operation.ok_or_else(|| Error::format("the body is empty"))?;
        let checked = self.check(message, &operation);
        if operation == ECHO_STREAM {
            let mut file = tempfile::tempfile()?;
            let received =
                stream::receive(channel, &mut reader, false, |bytes| Ok(file.write_all(bytes)?)).await;
            received?;
            channel.read_message_end(message, reader).await?;
            checked?;
            file.rewind()?;
            let mut reply = Message::reply(message)?;
            reply.set_action(&reply_action(ECHO_STREAM))?;
            return stream::send(channel, &mut reply, true, file).await;
        }
        channel.fill_body(&mut reader, usize::MAX).await?;
        let channel = Exchange { channel, message, reader, checked };
        match &*operation {
            "echoString" => {
                channel.reply(&operation, |call: EchoString| Ok(EchoStringReply { result: call.text })).await
            }
            "add" => channel.reply(&operation, |call: Add| Ok(AddReply { result: call.a + call.b })).await,
            "echoBytes" => {
                channel.reply(&operation, |call: EchoBytes| Ok(EchoBytesReply { result: call.data })).await
            }
            "echoRecord" => {
                channel
                    .reply(&operation, |call: EchoRecord| Ok(EchoRecordReply { result: noted(call.value)? }))
                    .await
            }
            "notify" => {
                let Notify { text } = channel.read().await?.0;
                self.notice.send_replace(Some(text));
                Ok(())
            }
            "takeNotice" => {
                let (TakeNotice {}, channel, message) = channel.read().await?;
                let mut notice = self.notice.subscribe();
                let noticed = notice.wait_for(Option::is_some);
                let _ = tokio::time::timeout(NOTICE_LIMIT, noticed).await;
                let result = self.notice.send_replace(None);
                channel.reply(message, &reply_action(&operation), &TakeNoticeReply { result }).await
            }
            "fail" => {
                let (Fail { kind }, channel, message) = channel.read().await?;
                channel.reply_fault(message, fault(self.row, &kind)?).await
            }
            other => {
                let fault = Fault::sender(format!("there is no operation {other}"));
                Err(Error::format(format!("{other:?} is called")).caused_by(FaultError::from(fault)))
            }
        }
    }

    /// What addressing says about the request.
    fn check(&self, message: &Message, operation: &str) -> Result<()> {
        let found = message.action()?;
        match found {
            Some(found) if found == action(operation) => {}
            None if !self.row.is_addressed() => {}
            found => return Err(Error::format(format!("the action of {operation} is {found:?}"))),
        }
        if self.row.is_addressed() && message.message_id()?.is_none() && operation != "notify" {
            return Err(Error::format("the request has no message id"));
        }
        Ok(())
    }
}

/// A message whose body is all there.
struct Exchange<'c> {
    channel: &'c Channel,
    message: &'c mut Message,
    reader: Box<Reader<'static>>,
    checked: Result<()>,
}

impl<'c> Exchange<'c> {
    async fn read<T: for<'r> FromElement<'r>>(mut self) -> Result<(T, &'c Channel, &'c mut Message)> {
        let value = self.message.read_body(&mut self.reader)?;
        self.channel.read_message_end(self.message, self.reader).await?;
        self.checked?;
        Ok((value, self.channel, self.message))
    }

    async fn reply<T: for<'r> FromElement<'r>, R: ToElement>(
        self,
        operation: &str,
        operate: impl FnOnce(T) -> Result<R>,
    ) -> Result<()> {
        let (call, channel, message) = self.read().await?;
        channel.reply(message, &reply_action(operation), &operate(call)?).await
    }
}

/// The record as it came, and whether it is the one that clients send: a mistake in one direction may be undone in the
/// other.
fn noted(record: Record) -> Result<Record> {
    for difference in Record::of_test()?.differences(&record) {
        eprintln!("server: echoRecord: {difference}");
    }
    Ok(record)
}

fn fault(row: Row, kind: &str) -> Result<FaultError> {
    let fault = match kind {
        "typed" => {
            let mut fault = Fault::sender(REASON);
            fault.set_detail(&Problem::of_test())?;
            fault
        }
        "untyped" => Fault::receiver(REASON),
        // WWSAPI B.3: SOAP 1.1 has place for one code.
        "coded" if row.version.envelope == EnvelopeVersion::Soap11 => {
            let mut fault = Fault::sender(REASON);
            fault.codes = vec![QName::new(SUBCODE, NS)];
            fault
        }
        "coded" => Fault::sender(REASON).subcode(SUBCODE, NS),
        other => return Err(Error::format(format!("{other:?} is no kind of fault"))),
    };
    Ok(fault.into())
}
