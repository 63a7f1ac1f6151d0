//! `wws mbn session`: a data session as files, a pipe or a terminal.

use super::{reach::Reach, text};
use crate::table::{self, FAINT};
use bytes::{Bytes, BytesMut};
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    collections::VecDeque,
    fs::File,
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    pin::Pin,
    time::{Duration, Instant},
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use uuid::Uuid;
use wws_mbn::{Code, DataSession, Error, Request, Result, sim::Pty};

/// Arguments of `wws mbn session`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The service: a name or a UUID
    #[arg(value_parser = text::parse_service)]
    service: Uuid,
    /// Write this file to the session, or - for standard input
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Write what comes from the session to this file, or - for standard output
    #[arg(long, value_name = "FILE")]
    read: Option<PathBuf>,
    /// The session as a pipe: standard input to the modem, from the modem to standard output
    #[arg(long, conflicts_with_all = ["write", "read", "pty"])]
    stdio: bool,
    /// The session as a terminal, for programs that want a serial port. Optionally with a link to it
    #[arg(long, value_name = "LINK", num_args = 0..=1, require_equals = true, conflicts_with_all = ["write", "read"])]
    pty: Option<Option<PathBuf>>,
    /// Read until so many bytes have come
    #[arg(long, value_name = "BYTES")]
    length: Option<u64>,
    /// Read until nothing has come for so many seconds
    #[arg(long, value_name = "SECONDS")]
    idle: Option<u64>,
    /// Cut what is written into datagrams of so many bytes; the most that the session takes, if not given
    #[arg(long, value_name = "BYTES")]
    datagram: Option<usize>,
    #[command(flatten)]
    reach: Reach,
}

type Input = Pin<Box<dyn AsyncRead>>;
type Output = Pin<Box<dyn AsyncWrite>>;

/// How many writes may be under way: enough to keep the session busy, and little memory.
const WINDOW: usize = 64;
/// How much is read from a file at once; datagrams are slices of it.
const PIECE: usize = 128 << 10;

/// Moves data until both directions are done.
pub(crate) async fn run(args: &Args) -> Result<()> {
    let modem = args.reach.open().await?;
    let session = modem.device_service(args.service)?.data_session().await?;
    let most = session.max_data_size();
    let datagram = args.datagram.unwrap_or(most).clamp(1, most);
    let (input, output, size) = ends(args)?;
    let endless = args.stdio || args.pty.is_some();
    let began = Instant::now();
    let bar = bar(size.or(args.length));
    let (mut wrote, mut read) = (0, 0);

    // Both directions at once on one session: writing shares it with reading through a clone of the service.
    let writer = session.service().clone();
    let moved = tokio::select! {
        moved = async {
            let mut session = session;
            match (input, output) {
                (Some(input), Some(output)) => {
                    let writes = write_all(&writer, input, datagram, &bar, &mut wrote);
                    let reads = read_all(&mut session, output, args, &bar, &mut read);
                    if endless || (args.length.is_none() && args.idle.is_none()) {
                        // The end of the input is the end, once what was written has gone.
                        tokio::select! { done = writes => done?, done = reads => done? }
                    } else {
                        tokio::try_join!(writes, reads)?;
                    }
                }
                (Some(input), None) => write_all(&writer, input, datagram, &bar, &mut wrote).await?,
                (None, Some(output)) => read_all(&mut session, output, args, &bar, &mut read).await?,
                (None, None) => unreachable_ends()?,
            }
            session.close().await
        } => moved,
        () = super::interrupted() => Ok(()),
    };
    bar.finish_and_clear();
    modem.close().await;
    let seconds = began.elapsed().as_secs_f64();
    if wrote + read > 0 {
        let speed = table::size(((wrote + read) as f64 / seconds.max(0.001)) as u64);
        let (wrote, read) = (table::size(wrote), table::size(read));
        anstream::eprintln!("{FAINT}{wrote} written, {read} read in {seconds:.1} s, {speed}/s{FAINT:#}");
    }
    moved
}

fn unreachable_ends() -> Result<()> {
    Err(Error::new(Code::InvalidArgument, "say what to do: --write FILE, --read FILE, --stdio or --pty"))
}

/// The two ends on this side, and the size of the input if it is known.
fn ends(args: &Args) -> Result<(Option<Input>, Option<Output>, Option<u64>)> {
    if args.stdio {
        return Ok((Some(Box::pin(tokio::io::stdin())), Some(Box::pin(tokio::io::stdout())), None));
    }
    if let Some(link) = &args.pty {
        let pty = Pty::new(link.as_deref())?;
        println!("{}", link.as_deref().unwrap_or(pty.path()).display());
        io::stdout().flush()?;
        let (input, output) = tokio::io::split(pty);
        return Ok((Some(Box::pin(input)), Some(Box::pin(output)), None));
    }
    let describe =
        |path: &Path, error: io::Error| Error::from(error).context(format!("cannot open {}", path.display()));
    let mut size = None;
    let input: Option<Input> = match args.write.as_deref() {
        Some(path) if path == Path::new("-") => Some(Box::pin(tokio::io::stdin())),
        Some(path) => {
            let file = File::open(path).map_err(|error| describe(path, error))?;
            size = file.metadata().ok().filter(std::fs::Metadata::is_file).map(|metadata| metadata.len());
            Some(Box::pin(tokio::fs::File::from_std(file)))
        }
        None => None,
    };
    let output: Option<Output> = match args.read.as_deref() {
        Some(path) if path == Path::new("-") => Some(Box::pin(tokio::io::stdout())),
        Some(path) => {
            let file = File::create(path).map_err(|error| describe(path, error))?;
            Some(Box::pin(tokio::io::BufWriter::with_capacity(PIECE, tokio::fs::File::from_std(file))))
        }
        None => None,
    };
    if input.is_none() && output.is_none() {
        unreachable_ends()?;
    }
    Ok((input, output, size))
}

/// Writes the input as datagrams; ends when the last one has gone.
async fn write_all(
    service: &wws_mbn::DeviceService,
    mut input: Input,
    datagram: usize,
    bar: &ProgressBar,
    wrote: &mut u64,
) -> Result<()> {
    let mut under_way: VecDeque<Request> = VecDeque::with_capacity(WINDOW);
    let mut buffer = BytesMut::with_capacity(PIECE);
    loop {
        buffer.reserve(PIECE);
        if input.read_buf(&mut buffer).await? == 0 {
            break;
        }
        let mut piece: Bytes = buffer.split().freeze();
        while !piece.is_empty() {
            let data = piece.split_to(datagram.min(piece.len()));
            if under_way.len() == WINDOW
                && let Some(first) = under_way.pop_front()
            {
                first.await?;
            }
            *wrote += data.len() as u64;
            bar.inc(data.len() as u64);
            under_way.push_back(service.write_data(data)?);
        }
    }
    for request in under_way {
        request.await?;
    }
    Ok(())
}

/// Writes what comes to the output, until there is enough, silence, or the end of the session.
async fn read_all(
    session: &mut DataSession,
    mut output: Output,
    args: &Args,
    bar: &ProgressBar,
    read: &mut u64,
) -> Result<()> {
    let direct = args.stdio || args.pty.is_some() || args.read.as_deref() == Some(Path::new("-"));
    while args.length.is_none_or(|length| *read < length) {
        let data = match args.idle {
            Some(seconds) => {
                match tokio::time::timeout(Duration::from_secs(seconds), session.read_data()).await {
                    Ok(data) => data?,
                    Err(_silence) => break,
                }
            }
            None => session.read_data().await?,
        };
        let Some(data) = data else { break };
        output.write_all(&data).await?;
        if direct {
            output.flush().await?;
        }
        *read += data.len() as u64;
        bar.inc(data.len() as u64);
    }
    Ok(output.flush().await?)
}

/// A progress bar, only on a terminal.
fn bar(size: Option<u64>) -> ProgressBar {
    if !io::stderr().is_terminal() || io::stdout().is_terminal() && size.is_none() {
        return ProgressBar::hidden();
    }
    let (bar, style) = match size {
        Some(size) => (ProgressBar::new(size), "{bar:40} {bytes}/{total_bytes} {bytes_per_sec} {eta}"),
        None => (ProgressBar::new_spinner(), "{spinner} {bytes} {bytes_per_sec}"),
    };
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    bar
}
