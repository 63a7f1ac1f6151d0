// The service.

import interop.Interop;
import interop.Problem;
import interop.Problem_Exception;
import interop.Record;
import java.io.File;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Executors;
import javax.activation.DataHandler;
import javax.activation.FileDataSource;
import javax.jws.WebService;
import javax.xml.namespace.QName;
import javax.xml.soap.SOAPConstants;
import javax.xml.soap.SOAPFactory;
import javax.xml.soap.SOAPFault;
import javax.xml.ws.Endpoint;
import javax.xml.ws.soap.SOAPBinding;
import javax.xml.ws.soap.SOAPFaultException;

@WebService(endpointInterface = "interop.Interop", targetNamespace = "urn:wws:interop")
public class Server implements Interop {
    private static Row row;
    private String notice;

    static void serve(String url, Row settings, Path tls) throws Exception {
        row = settings;
        String binding = row.isOld ? SOAPBinding.SOAP11HTTP_BINDING : SOAPBinding.SOAP12HTTP_BINDING;
        Endpoint endpoint = Endpoint.create(binding, new Server(), row.features());
        endpoint.setExecutor(Executors.newCachedThreadPool());
        if (row.isCoded) endpoint.getBinding().setHandlerChain(List.of(new Http.Name()));
        if (row.isSecure || row.isCoded) endpoint.publish(Http.listen(URI.create(url), row, tls));
        else endpoint.publish(url);
        System.out.println("ready");
    }

    @Override
    public String echoString(String text) {
        return text;
    }

    @Override
    public int add(int a, int b) {
        return a + b;
    }

    @Override
    public byte[] echoBytes(byte[] data) {
        return data;
    }

    @Override
    public Record echoRecord(Record value) {
        return value;
    }

    @Override
    public DataHandler echoStream(DataHandler data) {
        try {
            File file = File.createTempFile("interop", ".bin");
            file.deleteOnExit();
            try (InputStream in = data.getInputStream()) {
                Files.copy(in, file.toPath(), StandardCopyOption.REPLACE_EXISTING);
            }
            return new DataHandler(new FileDataSource(file));
        } catch (java.io.IOException e) {
            throw new RuntimeException(e);
        }
    }

    @Override
    public void fail(String kind) throws Problem_Exception {
        if (kind.equals("typed")) {
            Problem problem = new Problem();
            problem.setNumber(17);
            problem.setText("why & how");
            throw new Problem_Exception(Values.REASON, problem);
        }
        try {
            QName subcode = new QName("urn:wws:interop", "Overloaded", "i");
            boolean isCoded = kind.equals("coded");
            SOAPFault fault;
            if (row.isOld) {
                QName server = new QName(SOAPConstants.URI_NS_SOAP_1_1_ENVELOPE, "Server");
                SOAPFactory factory = SOAPFactory.newInstance(SOAPConstants.SOAP_1_1_PROTOCOL);
                fault = factory.createFault(Values.REASON, isCoded ? subcode : server);
            } else {
                SOAPFactory factory = SOAPFactory.newInstance(SOAPConstants.SOAP_1_2_PROTOCOL);
                QName code = isCoded ? SOAPConstants.SOAP_SENDER_FAULT : SOAPConstants.SOAP_RECEIVER_FAULT;
                fault = factory.createFault(Values.REASON, code);
                if (isCoded) fault.appendFaultSubcode(subcode);
            }
            throw new SOAPFaultException(fault);
        } catch (javax.xml.soap.SOAPException e) {
            throw new RuntimeException(e);
        }
    }

    @Override
    public synchronized void notify(String text) {
        notice = text;
        notifyAll();
    }

    @Override
    public synchronized String takeNotice() {
        try {
            if (notice == null) wait(10000);
        } catch (InterruptedException e) {
            throw new RuntimeException(e);
        }
        String taken = notice;
        notice = null;
        return taken;
    }
}
