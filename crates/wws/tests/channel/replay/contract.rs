//! What was recorded: the contract of the service, and what its recorded server does.

use wws::{
    Error, FromXml, Result, ToXml,
    channel::Channel,
    soap::{Fault, FaultError, Message},
    value::{DateTime, Decimal, Guid, UniqueId},
    xml::reader::QName,
};

const ECHO: &str = "http://interop.test/";
const DATA: &str = "http://interop.test/data";
const CODES: &str = "http://interop.test/codes";
const ARRAYS: &str = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";

/// What a client asks.
#[derive(Clone, Debug, PartialEq, ToXml, FromXml)]
#[xml(ns = ECHO)]
pub(crate) enum Request {
    EchoString {
        #[xml(nillable)]
        s: Option<String>,
    },
    Add {
        a: i32,
        b: i32,
    },
    EchoBytes {
        data: Vec<u8>,
    },
    EchoPerson {
        p: Person,
    },
    Fail {
        kind: String,
    },
    Notify {
        s: String,
    },
    LastNotify,
    EchoStream {
        data: Vec<u8>,
    },
    Subscribe {
        name: String,
    },
    Ping {
        s: String,
    },
    AskBack {
        x: i32,
    },
    AskResponse {
        #[xml(name = "AskResult")]
        result: i32,
    },
}

/// What the server says.
#[derive(Clone, Debug, PartialEq, ToXml, FromXml)]
#[xml(ns = ECHO)]
pub(crate) enum Said {
    EchoStringResponse {
        #[xml(name = "EchoStringResult", nillable)]
        result: Option<String>,
    },
    AddResponse {
        #[xml(name = "AddResult")]
        result: i32,
    },
    EchoBytesResponse {
        #[xml(name = "EchoBytesResult")]
        result: Vec<u8>,
    },
    EchoPersonResponse {
        #[xml(name = "EchoPersonResult")]
        result: Person,
    },
    LastNotifyResponse {
        #[xml(name = "LastNotifyResult", nillable)]
        result: Option<String>,
    },
    EchoStreamResponse {
        #[xml(name = "EchoStreamResult")]
        result: Vec<u8>,
    },
    SubscribeResponse {
        #[xml(name = "SubscribeResult")]
        result: String,
    },
    AskBackResponse {
        #[xml(name = "AskBackResult")]
        result: i32,
    },
    OnPing {
        s: String,
    },
    Ask {
        x: i32,
    },
}

#[derive(Clone, Debug, PartialEq, ToXml, FromXml)]
#[xml(ns = DATA, rename_all = "PascalCase")]
pub(crate) struct Person {
    name: String,
    age: i32,
    born: DateTime,
    id: Guid,
    score: f64,
    money: Decimal,
    active: bool,
    photo: Vec<u8>,
    #[xml(wrapper = "Numbers", name = "int", ns = ARRAYS)]
    numbers: Vec<i32>,
    #[xml(nillable)]
    missing: Option<String>,
}

#[derive(Clone, Debug, PartialEq, ToXml, FromXml)]
#[xml(ns = DATA, rename_all = "PascalCase")]
pub(crate) struct MyFault {
    code: i32,
    text: String,
}

/// A message that a client sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Asked {
    pub(crate) action: Option<String>,
    pub(crate) id: Option<UniqueId>,
    pub(crate) relates_to: Option<UniqueId>,
    pub(crate) body: Request,
}

/// A message that the server sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answered {
    Message { action: Option<String>, relates_to: Option<UniqueId>, body: Said },
    Fault { codes: Vec<QName>, reason: String, detail: Option<MyFault>, action: String },
    Nothing,
}

impl Asked {
    pub(crate) fn reply_action(&self) -> Option<String> {
        self.action.as_ref().map(|action| format!("{action}Response"))
    }
}

impl Answered {
    /// Takes out of the answer what another server may say otherwise: the code of a fault, and the last note, which may
    /// still be on its way.
    pub(crate) fn take_own(&mut self) -> String {
        match self {
            Answered::Fault { codes, .. } => {
                std::mem::take(codes).into_iter().next().map(|code| code.local).unwrap_or_default()
            }
            Answered::Message { body: Said::LastNotifyResponse { result }, .. } => {
                result.take().unwrap_or_default()
            }
            _ => String::new(),
        }
    }

    pub(crate) fn of_fault(error: &wws::Error) -> Self {
        let Some(FaultError { fault, action, .. }) = FaultError::of(error) else {
            panic!("{error}, and that is no fault")
        };
        Answered::Fault {
            codes: fault.codes.clone(),
            reason: fault.reason("").to_owned(),
            detail: fault.detail.is_some().then(|| fault.detail().unwrap()),
            action: action.clone(),
        }
    }
}

/// The recorded server, as a program of ours.
#[derive(Default)]
pub(crate) struct Service {
    pub(crate) asked: Vec<Asked>,
    noted: Option<String>,
    /// The request that waits until the client has answered one.
    pending: Option<Message>,
}

impl Service {
    /// Answers all messages of a channel.
    pub(crate) async fn serve(&mut self, channel: &Channel) -> Result<()> {
        while let Some((message, body)) = channel.receive::<Request>().await? {
            self.asked.push(Asked {
                action: message.action()?,
                id: message.message_id()?,
                relates_to: message.relates_to()?,
                body: body.clone(),
            });
            self.answer(channel, message, body).await?;
        }
        Ok(())
    }

    async fn answer(&mut self, channel: &Channel, message: Message, body: Request) -> Result<()> {
        use Said as S;
        let contract = message.action()?.unwrap_or_default();
        let contract = contract.rsplit_once('/').unwrap_or_default().0;
        let reply = match body {
            Request::EchoString { s } => S::EchoStringResponse { result: s },
            Request::Add { a, b } => S::AddResponse { result: a.wrapping_add(b) },
            Request::EchoBytes { data } => S::EchoBytesResponse { result: data },
            Request::EchoStream { data } => S::EchoStreamResponse { result: data },
            Request::EchoPerson { p } => S::EchoPersonResponse { result: p },
            Request::Notify { s } => {
                self.noted = Some(s);
                return Ok(());
            }
            Request::LastNotify => S::LastNotifyResponse { result: self.noted.clone() },
            Request::Fail { kind } => {
                return channel.reply_fault(&message, fault(&kind, contract)?).await;
            }
            Request::Subscribe { name } => {
                let welcome = S::OnPing { s: format!("welcome {name}") };
                channel.send(&format!("{contract}/OnPing"), &welcome).await?;
                let result = format!("subscribed {name}");
                S::SubscribeResponse { result }
            }
            Request::Ping { s } => {
                let pong = S::OnPing { s: format!("pong {s}") };
                return channel.send(&format!("{contract}/OnPing"), &pong).await;
            }
            Request::AskBack { x } => {
                // The client's answer is the next message.
                self.pending = Some(message);
                let mut ask = channel.request_message(&format!("{contract}/Ask"))?;
                return channel.send_message(&mut ask, &S::Ask { x }).await;
            }
            Request::AskResponse { result } => {
                let request = self.pending.take().ok_or_else(|| Error::format("an answer to nothing"))?;
                let reply = S::AskBackResponse { result: result.wrapping_add(1) };
                return channel.reply(&request, &format!("{contract}/AskBackResponse"), &reply).await;
            }
        };
        let action = message.action()?.map(|action| format!("{action}Response")).unwrap_or_default();
        channel.reply(&message, &action, &reply).await
    }
}

fn fault(kind: &str, contract: &str) -> Result<FaultError> {
    Ok(match kind {
        "typed" => {
            let mut fault = Fault::sender("typed reason");
            fault.set_detail(&MyFault { code: 42, text: "typed fault".into() })?;
            FaultError { action: format!("{contract}/FailMyFaultFault"), ..fault.into() }
        }
        "untyped" => Fault::sender("untyped reason").into(),
        "code" => Fault::sender("coded reason").subcode("Sub", CODES).into(),
        _ => return Err(Error::format(format!("the recorded client asks for no fault {kind:?}"))),
    })
}
