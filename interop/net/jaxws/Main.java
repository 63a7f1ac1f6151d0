// `serve URL ROW` and `call URL ROW` with JAX-WS. The property `wsdl` is the path of interop.wsdl.

import java.util.ArrayList;
import java.util.List;
import javax.xml.ws.WebServiceFeature;
import javax.xml.ws.soap.AddressingFeature;
import javax.xml.ws.soap.MTOMFeature;

public class Main {
    public static void main(String[] args) throws Exception {
        Row row = new Row(args[2]);
        if (args[0].equals("serve")) {
            Server.serve(args[1], row);
        } else {
            Client.call(args[1], row);
            System.exit(0);
        }
    }
}

/** A row, such as soap12-addressing10-mtom-streamed. */
class Row {
    boolean isOld, isAddressed, isMtom, isStreamed;

    Row(String name) {
        for (String word : name.split("-")) {
            switch (word) {
                case "soap11": isOld = true; break;
                case "soap12": isOld = false; break;
                case "addressing10": isAddressed = true; break;
                case "text": isMtom = false; break;
                case "mtom": isMtom = true; break;
                case "streamed": isStreamed = true; break;
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
        return (!isMtom ? 4 : isStreamed ? 64 : 16) << 20;
    }
}
