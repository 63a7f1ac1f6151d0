//! What to do about an error, where that is not evident.

use wws::{Error, ErrorCode};

/// What to try next, for errors of commands that speak to a peer.
pub(crate) fn of(error: &Error) -> Option<String> {
    let text = error.to_string();
    let says = |part: &str| text.contains(part);
    let hint = match error.code() {
        ErrorCode::SecurityVerificationFailure if says("issuer is not trusted") => {
            "if you trust the server, name the certificate of its issuer, or its own, with --cacert FILE (PEM)"
        }
        ErrorCode::SecurityVerificationFailure if says("of another host") => {
            "use the host name that the certificate is for, or have one issued for this name"
        }
        ErrorCode::SecurityVerificationFailure if says("has expired") => {
            "the server needs a new certificate; if it should be good, is the clock of this machine right?"
        }
        ErrorCode::EndpointAccessDenied if says("CertificateRequired") || says("HandshakeFailure") => {
            "the server wants to know who you are: give --cert FILE and --key FILE (PEM)"
        }
        ErrorCode::EndpointAccessDenied if says("the peer refuses") => {
            "the server does not take the certificate that --cert names: is it for clients, in date, and issued by an \
             authority that the server trusts?"
        }
        ErrorCode::InvalidFormat if says("does not speak TLS") => {
            "the server speaks without TLS there: try http:// in place of https://"
        }
        _ if says("invalid HTTP version") => {
            "what answers there speaks no HTTP/1.1: is it https://, or net.tcp://?"
        }
        ErrorCode::InvalidFormat if says("in no encoding we know") => {
            "if it is XML all the same, --from says in which encoding"
        }
        ErrorCode::InvalidFormat if says("is no SOAP message: its first element") => {
            "wws inspect shows what it is"
        }
        ErrorCode::EndpointNotFound if says("refused") || says("No such file") => {
            "nobody listens there; `wws receive --listen URL --out DIR` would"
        }
        ErrorCode::EndpointNotFound if says("has no address") => "is the name of the host right?",
        ErrorCode::EndpointNotFound if says("404") || says("EndpointNotFound") => {
            "the server is there, but nothing has this path: is the URL right?"
        }
        ErrorCode::InvalidArgument if says("https needs a certificate") => {
            "for a try: openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem \
             -subj /CN=localhost -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE; clients \
             trust it with --cacert cert.pem"
        }
        ErrorCode::AddressInUse => "another program listens there; port 0 takes any free port",
        ErrorCode::OperationTimedOut => "--timeout SECONDS gives each step more time",
        ErrorCode::QuotaExceeded if says("message") && !says("datagram") => {
            "if it is to be that large: --max-size BYTES here, or the limit of the other side"
        }
        _ if says("415") || says("ContentTypeInvalid") => {
            "the server takes another encoding or version: try --encoding text, mtom or binary, --soap 1.1 or 1.2"
        }
        _ if says("UpgradeInvalid") => {
            "one side wants TLS and the other does not: --cacert FILE asks for it, and a listener has it with --cert"
        }
        _ if says("UnsupportedMode") => "try with --stream, or without",
        ErrorCode::EndpointFaultReceived if says("the limit is") => {
            "the other side takes messages of up to that size; `wws receive` has --max-size"
        }
        ErrorCode::InvalidEndpointUrl if says("a scheme, :// and a host") || says("is not one of") => {
            "a URL begins with http://, https://, net.tcp://, net.pipe://, soap.udp:// or mbn://"
        }
        _ if says("ActionNotSupported") || says("cannot be processed at the receiver, due to a") => {
            "the service does not know this action: set the one of its contract with --action URI"
        }
        _ if says("DestinationUnreachable") => {
            "the service has another address for itself: the header To has to be the URL it was opened with"
        }
        ErrorCode::EndpointDisconnected if says("during the TLS handshake") => {
            "the server ended the connection: does it speak TLS on this port?"
        }
        _ => return None,
    };
    Some(hint.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_belong_to_their_errors() {
        let hint = |code, text: &str| of(&Error::new(code, text.to_owned())).unwrap_or_default();
        assert!(hint(ErrorCode::AddressInUse, "x").contains("port 0"));
        assert!(
            hint(ErrorCode::EndpointFailure, "the server answered with HTTP status 415 Unsupported")
                .contains("--encoding")
        );
        assert!(
            hint(ErrorCode::SecurityVerificationFailure, "its issuer is not trusted").contains("--cacert")
        );
        assert_eq!(hint(ErrorCode::Other, "no idea"), "");
    }
}
