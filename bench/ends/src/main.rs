//! One end of a benchmark with two processes (`cargo xtask net-bench`): it serves until its standard input ends, or calls
//! and says where it is.
//!
//! A server prints its URL. A client prints a word before and after the work that counts, and waits for a line each
//! time, so that whoever started it can look at the clock and at both processes.

mod attachment;
mod bare;
mod contract;
mod echo;
mod idle;
mod open;

use std::{
    io::{BufRead, Write},
    process::ExitCode,
};
use tokio::runtime::{Builder, Runtime};
use wws::{Error, Result};

const USAGE: &str = "usage: ends serve KIND [FILE]
       ends call KIND URL COUNT [CONNECTIONS]
kinds: http, http11, tcp         echo over channels: SOAP 1.2 with addressing, SOAP 1.1 without, net.tcp binary
       http2                     as http, over HTTP/2
       hyper, hyper11            echo of the same octets by hyper alone
       file-http, file-http2, file-tcp
                                 an attachment of COUNT MiB by MTOM into FILE
       file-bare                 the same octets through a socket
       idle                      COUNT sessions of net.tcp
       open                      net.tcp sessions from opening to the first reply, COUNT times (serve tcp)
       open-bare                 the same with sockets (serve open-bare)";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args.as_slice() {
        ["serve", kind, rest @ ..] => serve(kind, rest.first().copied().unwrap_or("/dev/null")),
        ["call", kind, url, count, rest @ ..] => call(kind, url, count, rest.first().copied().unwrap_or("1")),
        _ => Err(Error::argument(USAGE)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ends {}: {error}", args.join(" "));
            ExitCode::FAILURE
        }
    }
}

fn serve(kind: &str, file: &str) -> Result<()> {
    if kind == "file-bare" {
        return attachment::serve_bare(file);
    }
    let runtime = runtime(kind)?;
    runtime.block_on(async {
        let url = match kind {
            "http" | "http2" | "http11" | "tcp" | "idle" => {
                echo::serve(&contract::binding(kind)?, kind).await?
            }
            "hyper" | "hyper11" => bare::serve(contract::binding(kind)?.version).await?,
            "file-http" | "file-http2" | "file-tcp" => {
                attachment::serve(&contract::binding(kind)?, kind, file).await?
            }
            "open-bare" => open::serve_bare().await?,
            _ => return Err(Error::argument(USAGE)),
        };
        println!("{url}");
        let ended = tokio::task::spawn_blocking(|| std::io::stdin().lines().count());
        ended.await.map(drop).map_err(|e| Error::operation(e.to_string()))
    })
}

fn call(kind: &str, url: &str, count: &str, connections: &str) -> Result<()> {
    let number = |text: &str| {
        text.parse::<u32>().map_err(|_| Error::argument(format!("{text:?} is no number\n{USAGE}")))
    };
    let (count, connections) = (number(count)?, number(connections)?.max(1));
    if kind == "file-bare" {
        return attachment::call_bare(url, count);
    }
    let runtime = runtime(kind)?;
    runtime.block_on(async {
        match kind {
            "http" | "http2" | "http11" | "tcp" => {
                echo::call(&contract::binding(kind)?, url, count, connections).await
            }
            "hyper" | "hyper11" => {
                bare::call(contract::binding(kind)?.version, url, count, connections).await
            }
            "file-http" | "file-http2" | "file-tcp" => {
                attachment::call(&contract::binding(kind)?, url, count).await
            }
            "idle" => idle::call(url, count).await,
            "open" => open::call(url, count).await,
            "open-bare" => open::call_bare(url, count).await,
            _ => Err(Error::argument(USAGE)),
        }
    })
}

/// Small messages are counted for each core, so that each end has one; a stream may use what is there.
fn runtime(kind: &str) -> Result<Runtime> {
    let mut builder = match kind.starts_with("file") {
        true => Builder::new_multi_thread(),
        false => Builder::new_current_thread(),
    };
    Ok(builder.enable_all().build()?)
}

/// Says where the client is, and waits until that was seen.
fn mark(word: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{word}")?;
    out.flush()?;
    std::io::stdin().lock().read_line(&mut String::new())?;
    Ok(())
}
