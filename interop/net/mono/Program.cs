// WCF's side of `cargo xtask interop net`.
//
//   mono wcf.exe serve URL ROW TLS     says `ready URL` when clients can come, and serves until it is ended
//   mono wcf.exe call URL ROW TLS      a line for each case
//
// TLS is a directory with certificates, for https.
using System;
using System.Net;
using System.Net.Security;

static class Program {
    static int Main(string[] args) {
        // The authority is made for the tests, so that no store has it; the name of the server has to fit.
        ServicePointManager.ServerCertificateValidationCallback = (sender, certificate, chain, errors) =>
            (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == 0 && certificate.Issuer == "CN=wws interop authority";
        if (args.Length == 4 && args[0] == "serve") {
            Service.Serve(args[1], new Row(args[2]), args[3]);
        } else if (args.Length == 4 && args[0] == "call") {
            var row = new Row(args[2]);
            if (row.IsStreamed) new Client<IStreamed>(args[1], row).CallAll();
            else new Client<IInterop>(args[1], row).CallAll();
        } else {
            Console.Error.WriteLine("usage: wcf.exe serve URL ROW TLS | call URL ROW TLS");
            return 2;
        }
        return 0;
    }
}
