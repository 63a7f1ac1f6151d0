// A row of the table: how messages look and travel. The words are those of interop/src/net/row.rs.
using System;
using System.IO;
using System.Linq;
using System.ServiceModel;
using System.ServiceModel.Channels;
using System.Text;
using System.Xml;

class Row {
    public readonly bool IsStreamed;
    readonly bool isSoap11, isUtf16, isBinary, isMtom;
    readonly AddressingVersion addressing = AddressingVersion.None;

    public Row(string name) {
        foreach (var word in name.Split('-')) {
            switch (word) {
                case "soap11": isSoap11 = true; break;
                case "addressing10": addressing = AddressingVersion.WSAddressing10; break;
                case "addressing09": addressing = AddressingVersion.WSAddressingAugust2004; break;
                case "utf16": isUtf16 = true; break;
                case "binary": case "session": isBinary = true; break;
                case "mtom": isMtom = true; break;
                case "streamed": IsStreamed = true; break;
                case "soap12": case "text": case "http": case "tls": case "tcp": break;
                default: throw new ArgumentException(word + " in " + name + " means nothing");
            }
        }
    }

    public bool IsSoap11 { get { return isSoap11; } }

    // The envelope's own code, as WCF shows it.
    public string CodeOf(string soap12) {
        if (!isSoap11) return soap12;
        return soap12 == "Sender" ? "Client" : "Server";
    }

    public Binding Binding(string url) {
        var version = MessageVersion.CreateVersion(isSoap11 ? EnvelopeVersion.Soap11 : EnvelopeVersion.Soap12, addressing);
        var encoding = isUtf16 ? Encoding.Unicode : Encoding.UTF8;
        MessageEncodingBindingElement encoder;
        if (isBinary) encoder = new BinaryMessageEncodingBindingElement();
        else if (isMtom) encoder = new MtomMessageEncodingBindingElement(version, encoding);
        else encoder = new TextMessageEncodingBindingElement(version, encoding);
        XmlDictionaryReaderQuotas.Max.CopyTo(Quotas(encoder));
        var binding = new CustomBinding(encoder, Transport(new Uri(url).Scheme));
        binding.SendTimeout = binding.ReceiveTimeout = binding.OpenTimeout = binding.CloseTimeout = TimeSpan.FromSeconds(20);
        return binding;
    }

    static XmlDictionaryReaderQuotas Quotas(MessageEncodingBindingElement encoder) {
        var binary = encoder as BinaryMessageEncodingBindingElement;
        if (binary != null) return binary.ReaderQuotas;
        var mtom = encoder as MtomMessageEncodingBindingElement;
        return mtom != null ? mtom.ReaderQuotas : ((TextMessageEncodingBindingElement)encoder).ReaderQuotas;
    }

    TransportBindingElement Transport(string scheme) {
        const int most = 16 << 20;
        var mode = IsStreamed ? TransferMode.Streamed : TransferMode.Buffered;
        if (scheme == "net.tcp") {
            return new TcpTransportBindingElement { TransferMode = mode, MaxReceivedMessageSize = most, MaxBufferSize = most };
        }
        var http = scheme == "https" ? new HttpsTransportBindingElement() : new HttpTransportBindingElement();
        http.TransferMode = mode;
        http.MaxReceivedMessageSize = http.MaxBufferSize = most;
        return http;
    }
}
