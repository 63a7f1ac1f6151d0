//! Two simulated modems of this process and the line between them, for `wws demo`.

use super::transports::Combination;
use tempfile::TempDir;
use tokio::task::JoinSet;
use wws::{
    Result,
    channel::{Binding, TransferMode},
    soap::Encoding,
    xml::Charset,
};
use wws_mbn::{
    proxy::{Server, Target, bind},
    sim::{Profile, connected, service::LINE},
};

/// The modems, as long as it lives.
pub(super) struct Line {
    urls: [String; 2],
    _servers: JoinSet<()>,
    _folder: TempDir,
}

impl Line {
    /// Serves two modems on sockets in a temporary directory.
    pub(super) async fn new() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("wws-demo-").tempdir()?;
        let mut servers = JoinSet::new();
        let mut urls = [String::new(), String::new()];
        let handles = connected([Profile::default(), Profile::default()]);
        for (index, (handle, url)) in handles.into_iter().zip(&mut urls).enumerate() {
            let path = folder.path().join(format!("modem-{index}"));
            let path = path.to_string_lossy();
            let listener = bind(&path).map_err(std::io::Error::from)?;
            servers.spawn(async move {
                // If it fails, whoever uses the modem sees it.
                let _ = Server::new(Target::Simulator(handle)).run(listener).await;
            });
            *url = format!("mbn://{}/{LINE}", path.replace('%', "%25").replace('/', "%2F"));
        }
        Ok(Line { urls, _servers: servers, _folder: folder })
    }

    /// What is shown of them.
    pub(super) fn combinations(&self) -> impl Iterator<Item = Combination> + use<'_> {
        let streamed = Binding::mbn()
            .with_encoding(Encoding::Mtom(Charset::Utf8))
            .with_transfer_mode(TransferMode::STREAMED);
        [("modem, session", Binding::mbn()), ("modem streamed, MTOM", streamed)].into_iter().map(
            |(name, binding)| Combination {
                name: name.to_owned(),
                binding,
                listen: self.urls[1].clone(),
                connect: Some(self.urls[0].clone()),
            },
        )
    }
}
