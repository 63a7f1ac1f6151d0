//! A listener served by a [`tower_service::Service`]: every request becomes a call.

use super::{Channel, Listener};
use crate::{
    Error, ErrorCode, Result,
    soap::{FaultDisclosure, Message},
    xml::{NodeType, Reader, buffer::XmlBuffer},
};
use std::{future::poll_fn, sync::Arc};
use tower_service::Service;

/// A message that a service is called with.
#[derive(Debug)]
pub struct ServiceRequest {
    /// The message, with its headers.
    pub message: Message,
    /// The first element of its body.
    pub body: XmlBuffer,
}

impl ServiceRequest {
    /// The body as a typed value.
    ///
    /// # Errors
    /// `InvalidFormat` if the body is something else.
    pub fn read<T: for<'r> crate::typed::FromElement<'r>>(&self) -> Result<T> {
        Reader::buffer(&self.body).read()
    }
}

/// What a service answers.
#[derive(Debug)]
pub struct ServiceReply {
    /// The action; empty for none.
    pub action: String,
    /// The body.
    pub body: XmlBuffer,
}

impl ServiceReply {
    /// An answer with a typed body.
    ///
    /// # Errors
    /// Those of writing the value.
    pub fn new<T: crate::typed::ToElement + ?Sized>(action: impl Into<String>, body: &T) -> Result<Self> {
        let buffer = crate::xml::buffer::SharedBuffer::default();
        let mut writer = crate::xml::Writer::new(buffer.clone(), Default::default());
        writer.write(body)?;
        drop(writer);
        let body = std::mem::take(&mut *buffer.lock());
        Ok(ServiceReply { action: action.into(), body })
    }
}

/// Accepts channels until the listener is closed, and calls a service with every message: at most
/// `max_concurrency` channels at the same time. `None` from the service is no answer (one-way); an error goes back as a
/// fault, with the [`FaultError`](crate::soap::FaultError) that it carries.
///
/// ```
/// use std::{sync::Arc, task::{Context, Poll}};
/// use wws::{FromXml, ToXml, channel::{Binding, Channel, Listener, ServiceReply, ServiceRequest, serve}};
///
/// #[derive(ToXml, FromXml)]
/// #[xml(name = "number", ns = "urn:test")]
/// struct Number { value: i32 }
///
/// #[derive(Clone)]
/// struct AddOne;
///
/// impl tower_service::Service<ServiceRequest> for AddOne {
///     type Response = Option<ServiceReply>;
///     type Error = wws::Error;
///     type Future = std::future::Ready<wws::Result<Option<ServiceReply>>>;
///     fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<wws::Result<()>> { Poll::Ready(Ok(())) }
///     fn call(&mut self, request: ServiceRequest) -> Self::Future {
///         std::future::ready(request.read::<Number>().and_then(|n| {
///             ServiceReply::new("urn:test/sum", &Number { value: n.value + 1 }).map(Some)
///         }))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> wws::Result<()> {
/// let listener = Arc::new(Listener::open(&Binding::http(), "http://127.0.0.1:0/add").await?);
/// let url = listener.url();
/// let serving = tokio::spawn(serve(listener.clone(), AddOne, 100));
/// let channel = Channel::connect(&Binding::http(), &url).await?;
/// let sum: Number = channel.request("urn:test/add", &Number { value: 6 }).await?;
/// assert_eq!(sum.value, 7);
/// listener.close().await?;
/// serving.await.unwrap()
/// # }
/// ```
///
/// # Errors
/// Those of accepting, but for the end of the listener. What goes wrong on one channel ends only that one.
pub async fn serve<S>(listener: Arc<Listener>, service: S, max_concurrency: usize) -> Result<()>
where
    S: Service<ServiceRequest, Response = Option<ServiceReply>> + Clone + Send + 'static,
    S::Error: Into<Error>,
    S::Future: Send,
{
    let turns =
        Arc::new(tokio::sync::Semaphore::new(max_concurrency.clamp(1, tokio::sync::Semaphore::MAX_PERMITS)));
    loop {
        // Nobody closes the semaphore.
        let Ok(turn) = turns.clone().acquire_owned().await else { return Ok(()) };
        let channel = match listener.accept().await {
            Ok(channel) => channel,
            Err(error) if matches!(error.code(), ErrorCode::OperationAborted | ErrorCode::ObjectFaulted) => {
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let service = service.clone();
        tokio::spawn(async move {
            let _turn = turn;
            // The client sees that something went wrong; nobody here asks.
            if serve_channel(&channel, service).await.is_err() {
                // Closed in order, a request that was not answered would look like one that was accepted.
                channel.abort();
            }
            let _ = channel.close().await;
        });
    }
}

async fn serve_channel<S>(channel: &Channel, mut service: S) -> Result<()>
where
    S: Service<ServiceRequest, Response = Option<ServiceReply>>,
    S::Error: Into<Error>,
{
    loop {
        let mut message = channel.message();
        let Some(mut reader) = channel.read_message_start(&mut message).await? else { return Ok(()) };
        channel.fill_body(&mut reader, usize::MAX).await?;
        let body = match reader.node_type() {
            NodeType::Element => reader.read_buffer(usize::MAX)?,
            _ => XmlBuffer::new(),
        };
        channel.read_message_end(&mut message, reader).await?;
        let mut reply = Message::reply(&message)?;
        let mut fault = Message::fault_reply(&message)?;
        let called = async {
            poll_fn(|cx| service.poll_ready(cx)).await?;
            service.call(ServiceRequest { message, body }).await
        };
        match called.await.map_err(Into::into) {
            Ok(None) => {}
            Ok(Some(ServiceReply { action, body })) => {
                if !action.is_empty() {
                    reply.set_action(&action)?;
                }
                let mut writer = channel.write_message_start(&mut reply).await?;
                writer.write_buffer(&body)?;
                channel.write_message_end(&mut reply, writer).await?;
            }
            Err(error) => {
                let error = crate::soap::FaultError::for_error(&error, FaultDisclosure::Minimal);
                fault.set_fault_headers(&error)?;
                let mut writer = channel.write_message_start(&mut fault).await?;
                fault.write_fault(&mut writer, &error.fault)?;
                channel.write_message_end(&mut fault, writer).await?;
            }
        }
    }
}
