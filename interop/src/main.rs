//! Our side of `cargo xtask interop messages`: writes files for others to read, and reads the files that they wrote.
//!
//! ```text
//! wws-interop write DIRECTORY     NAME.bin and NAME.dump, for every kind, version and encoding
//! wws-interop read FROM TO        for each NAME.bin: NAME.read, and NAME.error if it cannot be read to its end
//! ```
//! NAME is KIND.VERSION.ENCODING.

mod contract;
mod dump;
mod encoding;
mod message;

use contract::Everything;
use dump::{Dump, Lines};
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};
use wws_core::{Error, Result};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let done = match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["write", directory] => write_all(Path::new(directory)),
        ["read", from, to] => read_all(Path::new(from), Path::new(to)),
        _ => {
            eprintln!("usage: wws-interop write DIRECTORY | read FROM TO");
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
