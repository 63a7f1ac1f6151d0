// What HTTP needs beyond an endpoint's URL: certificates, and messages that are coded.

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.xml.ws.handler.LogicalHandler;
import javax.xml.ws.handler.LogicalMessageContext;
import javax.xml.ws.handler.MessageContext;

class Http {
    /** Where a service can be published. */
    static HttpContext listen(URI url, Row row, Path tls) throws Exception {
        InetSocketAddress address = new InetSocketAddress(url.getHost(), url.getPort());
        HttpServer server = row.isSecure ? HttpsServer.create(address, 0) : HttpServer.create(address, 0);
        if (row.isSecure) ((HttpsServer) server).setHttpsConfigurator(new HttpsConfigurator(identity(tls)));
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        HttpContext context = server.createContext(url.getPath());
        if (row.isCoded) context.getFilters().add(new Gzip());
        return context;
    }

    /** Knows the server's key. */
    private static SSLContext identity(Path tls) throws Exception {
        String pem = Files.readString(tls.resolve("server.key")).replaceAll("-----[^-]*-----|\\s", "");
        KeyStore store = empty();
        store.setKeyEntry(
            "server",
            KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem))),
            new char[0],
            new Certificate[] {certificate(tls.resolve("server.pem"))});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    /** Trusts the authority alone. */
    static SSLContext trust(Path tls) throws Exception {
        KeyStore store = empty();
        store.setCertificateEntry("authority", certificate(tls.resolve("ca.pem")));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static KeyStore empty() throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }

    private static Certificate certificate(Path file) throws Exception {
        try (var in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    /** Neither the server of the JDK nor JAX-WS on it knows content codings, so they stand in front. */
    private static class Gzip extends Filter {
        @Override
        public String description() {
            return "takes gzip, and gives gzip";
        }

        @Override
        public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
            List<String> coding = exchange.getRequestHeaders().get("Content-Encoding");
            if (!List.of("gzip").equals(coding)) {
                System.err.println("server: a request has the content coding " + coding);
                exchange.sendResponseHeaders(415, -1);
                return;
            }
            exchange.setStreams(new GZIPInputStream(exchange.getRequestBody()), new Coded(exchange.getResponseBody()));
            chain.doFilter(exchange);
        }
    }

    /** Names the coding of every message that goes out: what says only that a message came in has none. */
    static class Name implements LogicalHandler<LogicalMessageContext> {
        @Override
        public boolean handleMessage(LogicalMessageContext context) {
            if ((Boolean) context.get(MessageContext.MESSAGE_OUTBOUND_PROPERTY)) {
                context.put(MessageContext.HTTP_RESPONSE_HEADERS, Map.of("Content-Encoding", List.of("gzip")));
            }
            return true;
        }

        @Override
        public boolean handleFault(LogicalMessageContext context) {
            return handleMessage(context);
        }

        @Override
        public void close(MessageContext context) {}
    }

    /** Begins with the first byte: a reply that has none stays empty. */
    private static class Coded extends OutputStream {
        private final OutputStream plain;
        private GZIPOutputStream coded;

        Coded(OutputStream plain) {
            this.plain = plain;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            if (coded == null) coded = new GZIPOutputStream(plain);
            coded.write(bytes, offset, count);
        }

        @Override
        public void flush() throws IOException {
            if (coded != null) coded.flush();
        }

        @Override
        public void close() throws IOException {
            if (coded != null) coded.close();
            plain.close();
        }
    }
}
