// `serve URL ROW TLS` and `call URL ROW TLS` with JAX-WS. The property `wsdl` is the path of interop.wsdl.

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.ws.WebServiceFeature;
import javax.xml.ws.soap.AddressingFeature;
import javax.xml.ws.soap.MTOMFeature;

public class Main {
    public static void main(String[] args) throws Exception {
        Row row = new Row(args[2]);
        Path tls = Path.of(args[3]);
        if (args[0].equals("serve")) {
            Server.serve(args[1], row, tls);
        } else {
            Client.call(args[1], row, tls);
            System.exit(0);
        }
    }
}

/** A row, such as soap12-addressing10-mtom-streamed. */
class Row {
    boolean isOld, isAddressed, isMtom, isStreamed, isSecure, isCoded;

    Row(String name) {
        for (String word : name.split("-")) {
            switch (word) {
                case "soap11": isOld = true; break;
                case "soap12": isOld = false; break;
                case "addressing10": isAddressed = true; break;
                case "text": isMtom = false; break;
                case "mtom": isMtom = true; break;
                case "streamed": isStreamed = true; break;
                case "tls": isSecure = true; break;
                case "gzip": isCoded = true; break;
                default: throw new IllegalArgumentException(word + " is not known here");
            }
        }
    }

    WebServiceFeature[] features() {
        List<WebServiceFeature> features = new ArrayList<>();
        if (isMtom) features.add(new MTOMFeature(true, 0));
        if (isAddressed) features.add(new AddressingFeature(true, true));
        return features.toArray(new WebServiceFeature[0]);
    }

    int large() {
        return (isMtom ? 64 : 4) << 20;
    }
}
