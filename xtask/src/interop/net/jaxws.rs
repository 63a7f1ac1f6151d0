//! JAX-WS, the reference implementation: Debian's `libjaxws-java`.

use super::{
    Place,
    known::Known,
    peer::{Peer, Program, quiet},
    row::{Role, Row},
};
use std::{fs, path::Path, process::Command};

pub(super) const PEER: Peer = Peer {
    name: "JAX-WS",
    about: "Debian's package `libjaxws-java`; its classes are made from `interop/net/interop.wsdl`, the service and the \
            client are in `interop/net/jaxws`. Its client knows gzip. Neither its server nor that of the JDK does, so there a \
            filter and a handler of ours stand in front of it.",
    prepare,
    rows: &[
        Row::new("soap11-text", "http").known(DECLARED),
        Row::new("soap12-text", "http").known(DECLARED),
        Row::new("soap11-addressing10-text", "http").known(DECLARED),
        Row::new("soap12-addressing10-text", "http").known(DECLARED),
        Row::new("soap12-addressing10-text-tls", "https").known(DECLARED),
        Row::new("soap11-text-gzip", "http").known(DECLARED),
        Row::new("soap11-mtom", "http").known(DECLARED),
        Row::new("soap12-addressing10-mtom-gzip", "http").known(DECLARED),
        Row::new("soap12-addressing10-mtom-streamed", "http").known(DECLARED),
    ],
};

const DECLARED: &[Known] = &[Known {
    role: Role::WeCall,
    case: "fault-typed",
    says: "codes: expected",
    why: "JAX-WS sends every fault that the WSDL declares with the code `Server` or `Receiver`; a service cannot say \
          that the client is at fault.",
}];

const JAVA: &str = "/usr/share/java";

/// What JAX-WS and its compiler need, of what Debian's packages put into [`JAVA`].
const JARS: &[&str] = &[
    "FastInfoset",
    "asm",
    "codemodel",
    "dtd-parser",
    "geronimo-annotation-1.3-spec",
    "gmbal",
    "istack-commons-runtime",
    "istack-commons-tools",
    "javax.activation",
    "javax.xml.soap-api",
    "jaxb-api",
    "jaxb-core",
    "jaxb-impl",
    "jaxb-runtime",
    "jaxb-xjc",
    "jaxb-xjc-jdk9",
    "jaxws-api",
    "jaxws-ri-rt-jdk9",
    "jaxws-ri-runtime",
    "jaxws-rt",
    "jaxws-tools",
    "jws-api",
    "metro-policy",
    "mimepull",
    "relaxngDatatype",
    "rngom",
    "saaj-impl",
    "stax-ex",
    "stax2-api",
    "streambuffer",
    "txw2",
    "woodstox-core",
    "xml-resolver",
    "xsom",
];

fn prepare(place: &Place) -> Result<Program, String> {
    crate::check_all::install(&[
        ("javac", "default-jdk-headless"),
        ("/usr/share/java/jaxws-rt.jar", "libjaxws-java"),
    ])?;
    let generated = place.directory("jaxws/generated")?;
    let classes = place.directory("jaxws/classes")?;
    let wsdl = place.sources.join("interop.wsdl");
    let jars: Vec<String> = JARS.iter().map(|name| format!("{JAVA}/{name}.jar")).collect();
    let jars = jars.join(":");
    let mut import = Command::new("java");
    import.args([
        "-cp",
        &jars,
        "com.sun.tools.ws.WsImport",
        "-extension",
        "-Xnocompile",
        "-p",
        "interop",
        "-s",
    ]);
    quiet(import.arg(&generated).arg(&wsdl))?;
    let mut compile = Command::new("javac");
    compile.args(["-nowarn", "-cp", &jars, "-d"]).arg(&classes);
    compile.args(sources(&generated.join("interop"))?).args(sources(&place.sources.join("jaxws"))?);
    quiet(&mut compile)?;
    let property = |name: &str, value: &str| format!("-D{name}={value}");
    let args = [
        // Starts faster.
        "-XX:TieredStopAtLevel=1".to_owned(),
        // What it would use for this is not in today's Java.
        property("com.sun.xml.ws.monitoring.endpoint", "false"),
        property("com.sun.xml.ws.monitoring.client", "false"),
        property("wsdl", &wsdl.to_string_lossy()),
        "-cp".to_owned(),
        format!("{}:{jars}", classes.display()),
        "Main".to_owned(),
    ];
    let version = crate::output("dpkg-query", &["-W", "-f=${Version}", "libjaxws-java"])?;
    let version = version.split('-').next().unwrap_or_default();
    Ok(Program::new(format!("JAX-WS {version}")).command("java", &args))
}

/// The files of a directory.
fn sources(directory: &Path) -> Result<Vec<std::path::PathBuf>, String> {
    let failed = |e: std::io::Error| format!("{}: {e}", directory.display());
    let entries = fs::read_dir(directory).map_err(failed)?;
    entries.map(|entry| entry.map(|entry| entry.path()).map_err(failed)).collect()
}
