// The client: a line for each case, its name and `ok` or what differs, separated by tabs.

import com.sun.xml.ws.developer.JAXWSProperties;
import interop.Interop;
import interop.InteropService;
import interop.Problem_Exception;
import interop.Record;
import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.activation.DataHandler;
import javax.activation.DataSource;
import javax.xml.namespace.QName;
import javax.xml.soap.SOAPFault;
import javax.xml.ws.BindingProvider;
import javax.xml.ws.handler.MessageContext;
import javax.xml.ws.soap.SOAPFaultException;

class Client {
    private static final String NS = "urn:wws:interop";
    /** With these, the transport of JAX-WS codes requests; replies that are coded it takes anyway. */
    private static final Map<String, List<String>> CODED =
        Map.of("Content-Encoding", List.of("gzip"), "Accept-Encoding", List.of("gzip"));
    private static final List<String> differences = new ArrayList<>();
    private static Interop port;
    private static Row row;

    interface Case {
        void run() throws Exception;
    }

    static void call(String url, Row settings, Path tls) throws Exception {
        row = settings;
        InteropService service = new InteropService(new File(System.getProperty("wsdl")).toURI().toURL());
        QName name = new QName(NS, row.isOld ? "soap11" : "soap12");
        port = service.getPort(name, Interop.class, row.features());
        Map<String, Object> context = ((BindingProvider) port).getRequestContext();
        context.put(BindingProvider.ENDPOINT_ADDRESS_PROPERTY, url);
        if (row.isStreamed) context.put(JAXWSProperties.HTTP_CLIENT_STREAMING_CHUNK_SIZE, 8192);
        if (row.isSecure) context.put(JAXWSProperties.SSL_SOCKET_FACTORY, Http.trust(tls).getSocketFactory());
        if (row.isCoded) context.put(MessageContext.HTTP_REQUEST_HEADERS, CODED);

        string("string-empty", "");
        string("string-null", null);
        string("string-20000", "0123456789".repeat(2000));
        string("string-unicode", "h\u00e9llo \u4e2d\u6587 \ud834\udd1e \u05d0\u202e");
        string("string-markup", "<a b=\"c\">&amp;</a> ]]> <!-- 'x' --> \t\n.");
        run("add", () -> same("result", 2147483635, port.add(2147483642, -7)));
        bytes("bytes-10", 10);
        bytes("bytes-100000", 100000);
        if (row.isMtom && !row.isStreamed) bytes("bytes-large", row.large());
        run("record", () -> {
            Record sent = Values.record();
            Map<String, String> found = Values.fields(port.echoRecord(sent));
            Values.fields(sent).forEach((field, value) -> same(field, value, found.get(field)));
        });
        run("fault-typed", () -> {
            try {
                port.fail("typed");
                differences.add("there is a reply and no fault");
            } catch (Problem_Exception e) {
                same("reason", Values.REASON, e.getMessage());
                same("number", 17, e.getFaultInfo().getNumber());
                same("text", "why & how", e.getFaultInfo().getText());
            }
        });
        fault("untyped", row.isOld ? "Server" : "Receiver");
        fault("coded", row.isOld ? "{" + NS + "}Overloaded" : "Sender {" + NS + "}Overloaded");
        run("one-way", () -> {
            port.notify("one & way");
            same("what was noticed", "one & way", port.takeNotice());
        });
        if (row.isStreamed) run("stream", Client::stream);
    }

    private static void run(String name, Case test) {
        differences.clear();
        try {
            test.run();
        } catch (Exception e) {
            differences.add("error: " + e);
            e.printStackTrace();
        }
        String said = differences.isEmpty() ? "ok" : String.join("\t", differences);
        System.out.println(name + "\t" + said.replace('\n', '/'));
        System.out.flush();
    }

    private static void same(String what, Object expected, Object found) {
        if (!Objects.equals(expected, found)) {
            differences.add(what + ": expected " + brief(expected) + " but found " + brief(found));
        }
    }

    private static String brief(Object value) {
        String text = String.valueOf(value);
        return text.length() > 80 ? text.substring(0, 80) + "..." : text;
    }

    private static void string(String name, String text) {
        run(name, () -> same("result", text, port.echoString(text)));
    }

    private static void bytes(String name, int length) {
        run(name, () -> {
            byte[] found = port.echoBytes(Values.bytes(length));
            same("length", length, found.length);
            if (!Arrays.equals(found, Values.bytes(length))) differences.add("the bytes are others");
        });
    }

    private static void fault(String kind, String codes) {
        run("fault-" + kind, () -> {
            try {
                port.fail(kind);
                differences.add("there is a reply and no fault");
            } catch (SOAPFaultException e) {
                SOAPFault fault = e.getFault();
                StringBuilder found = new StringBuilder(code(fault.getFaultCodeAsQName()));
                if (!row.isOld) {
                    for (Iterator<?> i = fault.getFaultSubcodes(); i.hasNext();) {
                        found.append(' ').append(code((QName) i.next()));
                    }
                }
                same("codes", codes, found.toString());
                same("reason", Values.REASON, fault.getFaultString());
            }
        });
    }

    /** A code of the envelope by its name, others with their namespace. */
    private static String code(QName name) {
        boolean isOwn = !name.getNamespaceURI().equals(NS);
        return isOwn ? name.getLocalPart() : "{" + name.getNamespaceURI() + "}" + name.getLocalPart();
    }

    private static void stream() throws Exception {
        DataSource source = new DataSource() {
            @Override
            public InputStream getInputStream() {
                return Values.stream(row.large());
            }

            @Override
            public OutputStream getOutputStream() {
                throw new UnsupportedOperationException();
            }

            @Override
            public String getContentType() {
                return "application/octet-stream";
            }

            @Override
            public String getName() {
                return "stream";
            }
        };
        DataHandler reply = port.echoStream(new DataHandler(source));
        byte[] buffer = new byte[65536];
        long place = 0;
        try (InputStream in = reply.getInputStream()) {
            for (int count; (count = in.read(buffer)) > 0;) {
                for (int i = 0; i < count; i++, place++) {
                    if (buffer[i] != Values.at(place)) {
                        differences.add("the byte at " + place + " is another");
                        return;
                    }
                }
            }
        }
        same("length", (long) row.large(), place);
    }
}
