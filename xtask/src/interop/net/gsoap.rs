//! gSOAP: Debian's `gsoap` and `libgsoap-dev`.

use super::{
    Place,
    peer::{Peer, Program, quiet},
    row::Row,
};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

pub(super) const PEER: Peer = Peer {
    name: "gSOAP",
    about: "Debian's packages `gsoap` and `libgsoap-dev`; the header, the service and the client are in \
            `interop/net/gsoap`. *streamed* is with its callbacks for attachments, *chunked* without a Content-Length.",
    prepare,
    rows: &[
        Row::new("soap11-text", "http"),
        Row::new("soap12-text", "http"),
        Row::new("soap11-addressing10-text", "http"),
        Row::new("soap12-addressing10-text", "http"),
        Row::new("soap12-text-tls", "https"),
        Row::new("soap11-text-gzip", "http"),
        Row::new("soap11-mtom", "http"),
        Row::new("soap12-mtom", "http"),
        Row::new("soap12-mtom-gzip", "http"),
        Row::new("soap12-mtom-streamed", "http"),
        Row::new("soap12-mtom-streamed-chunked", "http"),
        Row::new("soap12-addressing10-udp", "soap.udp"),
    ],
};

/// What gSOAP comes with as source.
const SHARE: &str = "/usr/share/gsoap";

fn prepare(place: &Place) -> Result<Program, String> {
    crate::check_all::install(&[("soapcpp2", "gsoap"), ("/usr/include/stdsoap2.h", "libgsoap-dev")])?;
    let sources = place.sources.join("gsoap");
    let built = place.directory("gsoap")?;
    let imports = format!("-I{SHARE}:{SHARE}/import");
    let mut generate = Command::new("soapcpp2");
    generate.args(["-c", "-x", "-w", &imports]).arg("-d").arg(&built).arg(sources.join("interop.h"));
    quiet(&mut generate)?;
    let flags = crate::output("pkg-config", &["--cflags", "gsoapssl"])?;
    let libraries = crate::output("pkg-config", &["--libs", "gsoapssl"])?;
    let plugin = Path::new(SHARE).join("plugin");
    let custom = Path::new(SHARE).join("custom");
    let ours = ["main.c", "values.c", "stream.c", "server.c", "client.c"].map(|name| sources.join(name));
    let generated = ["soapC.c", "soapClient.c", "soapServer.c"].map(|name| built.join(name));
    let theirs: [PathBuf; 3] =
        [plugin.join("wsaapi.c"), custom.join("struct_timeval.c"), custom.join("duration.c")];
    let program = built.join("interop");
    let mut compile = Command::new("gcc");
    compile.args(["-w", "-O1", "-g", "-o"]).arg(&program);
    for directory in [&built, &sources, &plugin, &custom, Path::new(SHARE)] {
        compile.arg("-I").arg(directory);
    }
    compile.args(flags.split_whitespace()).args(ours).args(generated).args(theirs);
    compile.args(libraries.split_whitespace()).arg("-lpthread");
    crate::run_command(&mut compile)?;
    let version = crate::output("pkg-config", &["--modversion", "gsoapssl"])?;
    Ok(Program::new(format!("gSOAP {}", version.trim())).command(program, &[] as &[&str]))
}
