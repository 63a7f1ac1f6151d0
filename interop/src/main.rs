//! Our side of `cargo xtask interop`: writes files for others to read, and reads the files that they wrote; serves
//! others, and calls them.
//!
//! ```text
//! wws-interop write DIRECTORY       NAME.bin and NAME.dump, for every kind, version and encoding
//! wws-interop read FROM TO          for each NAME.bin: NAME.read, and NAME.error if it cannot be read to its end
//! wws-interop serve URL ROW [TLS]   the service of interop/net/interop.wsdl; says `ready URL`
//! wws-interop call URL ROW [TLS]    calls it, and prints a line for each case
//! wws-interop cases ROW             the cases that such a call has
//! wws-interop certificates TLS      makes the files of an authority and a server
//! ```
//! NAME is KIND.VERSION.ENCODING; ROW is such as soap12-addressing10-mtom-streamed.

mod contract;
mod dump;
mod encoding;
mod message;
mod net;

use contract::Everything;
use dump::{Dump, Lines};
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};
use wws::{Error, Result};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let done = match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["write", directory] => write_all(Path::new(directory)),
        ["read", from, to] => read_all(Path::new(from), Path::new(to)),
        ["serve", url, row, tls @ ..] => {
            net(row, |row| async move { net::serve(url, row, directory(tls)).await })
        }
        ["call", url, row, tls @ ..] => {
            net(row, |row| async move { net::call(url, row, directory(tls)).await })
        }
        ["cases", row] => {
            net::Row::parse(row).map(|row| net::cases(&row).for_each(|case| println!("{case}")))
        }
        ["certificates", tls] => net::certificates::write(Path::new(tls)),
        _ => {
            eprintln!(
                "usage: wws-interop write DIRECTORY | read FROM TO | serve URL ROW [TLS] | call URL ROW [TLS] | cases ROW | \
                 certificates TLS"
            );
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("wws-interop: {e}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a side of the wire.
fn net<F: Future<Output = Result<()>>>(row: &str, run: impl FnOnce(net::Row) -> F) -> Result<()> {
    let row = net::Row::parse(row)?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run(row))
}

fn directory<'a>(tls: &[&'a str]) -> Option<&'a Path> {
    tls.first().map(|tls| Path::new(*tls))
}

fn write_all(directory: &Path) -> Result<()> {
    for encoding in encoding::ALL {
        write(directory, &format!("full.document.{encoding}"))?;
        write(directory, &format!("least.document.{encoding}"))?;
        for (version, _) in message::VERSIONS {
            // WCF has the binary encoding for SOAP 1.2 only.
            if version.starts_with("soap12") || !matches!(encoding, "binary" | "session") {
                write(directory, &format!("message.{version}.{encoding}"))?;
                write(directory, &format!("fault.{version}.{encoding}"))?;
            }
        }
    }
    Ok(())
}

fn write(directory: &Path, name: &str) -> Result<()> {
    let (kind, version, encoding) = parts(name)?;
    let mut lines = Lines::default();
    let mut writer = encoding::writer(encoding)?;
    let mut write = || match version {
        "document" => {
            let value = if kind == "full" { Everything::full()? } else { Everything::least()? };
            value.dump("value", &mut lines);
            writer.write(&value)
        }
        version => message::write(&mut writer, kind, version, &mut lines),
    };
    write().map_err(|e| e.context(name.to_owned()))?;
    fs::write(path(directory, name, "bin"), writer.into_bytes()?)?;
    fs::write(path(directory, name, "dump"), lines.text())?;
    Ok(())
}

fn read_all(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let file = entry?.path();
        let name = file.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".bin"));
        let Some(name) = name else { continue };
        let document = fs::read(&file)?;
        let mut lines = Lines::default();
        if let Err(e) = read(name, &document, &mut lines) {
            fs::write(path(to, name, "error"), e.to_string())?;
        }
        fs::write(path(to, name, "read"), lines.text())?;
    }
    Ok(())
}

fn read(name: &str, document: &[u8], lines: &mut Lines) -> Result<()> {
    let (kind, version, encoding) = parts(name)?;
    let mut reader = encoding::reader(encoding, document);
    match version {
        "document" => reader.read::<Everything>()?.dump("value", lines),
        version => message::read(&mut reader, kind, version, lines)?,
    }
    Ok(())
}

fn parts(name: &str) -> Result<(&str, &str, &str)> {
    let mut parts = name.split('.');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(kind), Some(version), Some(encoding)) => Ok((kind, version, encoding)),
        _ => Err(Error::argument(format!("{name} is not KIND.VERSION.ENCODING"))),
    }
}

fn path(directory: &Path, name: &str, extension: &str) -> PathBuf {
    directory.join(format!("{name}.{extension}"))
}
