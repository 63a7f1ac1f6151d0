// Mono's side of `cargo xtask interop messages`: writes files for us to read, and reads the files that we wrote.
//
//   mono interop.exe write DIRECTORY             NAME.bin and NAME.dump, for every kind, version and encoding
//   mono interop.exe read FROM TO DICTIONARY     for each NAME.bin: NAME.read, and NAME.error if it cannot be read to its
//                                                end; DICTIONARY has the static strings of the binary encoding
//
// NAME is KIND.VERSION.ENCODING.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.Serialization;
using System.ServiceModel;
using System.ServiceModel.Channels;
using System.Text;
using System.Xml;

static class Program {
    static readonly string[] Encodings = { "text-utf8", "text-utf16le", "text-utf16be", "binary", "session", "mtom" };

    static readonly Dictionary<string, MessageVersion> Versions = new Dictionary<string, MessageVersion> {
        { "soap11", MessageVersion.Soap11 },
        { "soap12", MessageVersion.Soap12 },
        { "soap11-addressing10", MessageVersion.Soap11WSAddressing10 },
        { "soap12-addressing10", MessageVersion.Soap12WSAddressing10 },
        { "soap11-addressing09", MessageVersion.Soap11WSAddressingAugust2004 },
        { "soap12-addressing09", MessageVersion.Soap12WSAddressingAugust2004 },
    };

    static StaticDictionary dictionary;

    static int Main(string[] args) {
        if (args.Length == 2 && args[0] == "write") {
            WriteAll(args[1]);
        } else if (args.Length == 4 && args[0] == "read") {
            dictionary = new StaticDictionary(args[3]);
            ReadAll(args[1], args[2]);
        } else {
            Console.Error.WriteLine("usage: interop.exe write DIRECTORY | read FROM TO DICTIONARY");
            return 2;
        }
        return 0;
    }

    static bool Fits(string version, string encoding) {
        // WCF has the binary encoding for SOAP 1.2 only.
        return !version.StartsWith("soap11") || (encoding != "binary" && encoding != "session");
    }

    static void WriteAll(string directory) {
        foreach (var encoding in Encodings) {
            Write(directory, "full.document." + encoding);
            Write(directory, "least.document." + encoding);
            foreach (var version in Versions.Keys.Where(v => Fits(v, encoding))) {
                Write(directory, "message." + version + "." + encoding);
                Write(directory, "fault." + version + "." + encoding);
            }
        }
    }

    static void Write(string directory, string name) {
        var parts = name.Split('.');
        var path = Path.Combine(directory, name);
        var dump = new Dump();
        try {
            var stream = new MemoryStream();
            var session = parts[2] == "session" ? new Session() : null;
            using (var writer = CreateWriter(parts[2], stream, session)) {
                if (parts[1] == "document") WriteDocument(writer, parts[0], dump);
                else WriteMessage(writer, parts[0], Versions[parts[1]], dump);
                writer.Flush();
            }
            var file = new MemoryStream();
            if (session != null) session.Announce(file);
            stream.WriteTo(file);
            File.WriteAllBytes(path + ".bin", file.ToArray());
            dump.Save(path + ".dump");
        } catch (Exception e) {
            File.WriteAllText(path + ".error", Describe(e));
        }
    }

    static void ReadAll(string from, string to) {
        foreach (var path in Directory.GetFiles(from, "*.bin").OrderBy(path => path)) {
            var name = Path.GetFileNameWithoutExtension(path);
            var parts = name.Split('.');
            var dump = new Dump();
            try {
                using (var reader = CreateReader(parts[2], File.ReadAllBytes(path))) {
                    if (parts[1] == "document") dump.Value("value", Serializer().ReadObject(reader));
                    else ReadMessage(reader, parts[0], Versions[parts[1]], dump);
                }
            } catch (Exception e) {
                File.WriteAllText(Path.Combine(to, name + ".error"), Describe(e));
            }
            dump.Save(Path.Combine(to, name + ".read"));
        }
    }

    static string Describe(Exception e) {
        var text = e.GetType().Name + ": " + e.Message;
        if (e.InnerException != null) text += " / " + Describe(e.InnerException);
        return text.Replace('\n', ' ').Replace("\r", "");
    }

    static DataContractSerializer Serializer() {
        return new DataContractSerializer(typeof(Everything));
    }

    static void WriteDocument(XmlDictionaryWriter writer, string kind, Dump dump) {
        var value = kind == "full" ? Everything.Full() : Everything.Least();
        writer.WriteStartDocument();
        Serializer().WriteObject(writer, value);
        writer.WriteEndDocument();
        dump.Value("value", value);
    }

    const string Action = "urn:interop:action?a=1&b=2";

    static bool IsAddressed(MessageVersion version) {
        return version.Addressing != AddressingVersion.None;
    }

    static void WriteMessage(XmlDictionaryWriter writer, string kind, MessageVersion version, Dump dump) {
        Message message;
        if (kind == "fault") {
            var code = version.Envelope == EnvelopeVersion.Soap11
                ? new FaultCode("Client")
                : new FaultCode("Sender", "http://www.w3.org/2003/05/soap-envelope", new FaultCode("Rejected", Names.Contract));
            var reasons = new List<FaultReasonText> { new FaultReasonText("It is wrong & bad.", "en") };
            // SOAP 1.1 has one.
            if (version.Envelope == EnvelopeVersion.Soap12) reasons.Add(new FaultReasonText("Falsch.", "de"));
            var reason = new FaultReason(reasons);
            var fault = MessageFault.CreateFault(code, reason, new Item { Title = "detail", Count = 42 });
            message = Message.CreateMessage(version, fault, Action);
        } else {
            message = Message.CreateMessage(version, Action, Everything.Full(), Serializer());
        }
        if (IsAddressed(version)) {
            message.Headers.To = new Uri("http://example.org/to");
            message.Headers.MessageId = new UniqueId(new Guid("6f70e5ab-1c4d-4d0b-9a52-3d2b8a9c0c11"));
            message.Headers.RelatesTo = new UniqueId("urn:interop:earlier");
            message.Headers.ReplyTo = new EndpointAddress("http://example.org/reply");
            message.Headers.From = new EndpointAddress("http://example.org/from");
            message.Headers.FaultTo = new EndpointAddress("http://example.org/fault");
        }
        message.Headers.Add(MessageHeader.CreateHeader("Token", Names.Header, "one & only", true));
        message.Headers.Add(MessageHeader.CreateHeader("Number", Names.Header, 7));
        message.WriteMessage(writer);
        DumpMeant(kind, version, dump);
    }

    // What the message was told to say.
    static void DumpMeant(string kind, MessageVersion version, Dump dump) {
        if (IsAddressed(version)) {
            dump.Value("action", Action);
            dump.Value("to", "http://example.org/to");
            dump.Value("messageid", "urn:uuid:6f70e5ab-1c4d-4d0b-9a52-3d2b8a9c0c11");
            dump.Value("relatesto", "urn:interop:earlier");
            dump.Value("replyto", "http://example.org/reply");
            dump.Value("from", "http://example.org/from");
            dump.Value("faultto", "http://example.org/fault");
        }
        dump.Value("token", "one & only");
        dump.Value("token.must", true);
        dump.Value("number", 7);
        dump.Value("isfault", kind == "fault");
        if (kind != "fault") {
            dump.Value("value", Everything.Full());
            return;
        }
        bool isOld = version.Envelope == EnvelopeVersion.Soap11;
        dump.Value("code", isOld ? "Client" : "Sender");
        dump.Value("subcode", isOld ? "" : "{" + Names.Contract + "}Rejected");
        dump.Value("reason", "It is wrong & bad.");
        if (!isOld) dump.Value("reasons", 2);
        dump.Value("detail", new Item { Title = "detail", Count = 42 });
    }

    static void ReadMessage(XmlDictionaryReader reader, string kind, MessageVersion version, Dump dump) {
        var message = Message.CreateMessage(reader, int.MaxValue, version);
        var headers = message.Headers;
        if (IsAddressed(version)) {
            dump.Value("action", headers.Action);
            dump.Value("to", headers.To);
            dump.Value("messageid", Text(headers.MessageId));
            dump.Value("relatesto", Text(headers.RelatesTo));
            dump.Value("replyto", Text(headers.ReplyTo));
            dump.Value("from", Text(headers.From));
            dump.Value("faultto", Text(headers.FaultTo));
        }
        dump.Value("token", headers.GetHeader<string>("Token", Names.Header));
        dump.Value("token.must", headers[headers.FindHeader("Token", Names.Header)].MustUnderstand);
        dump.Value("number", headers.GetHeader<int>("Number", Names.Header));
        dump.Value("isfault", message.IsFault);
        if (kind != "fault") {
            dump.Value("value", message.GetBody<Everything>(Serializer()));
            return;
        }
        var fault = MessageFault.CreateFault(message, int.MaxValue);
        dump.Value("code", fault.Code.Name);
        dump.Value("subcode", fault.Code.SubCode == null ? "" : "{" + fault.Code.SubCode.Namespace + "}" + fault.Code.SubCode.Name);
        dump.Value("reason", fault.Reason.GetMatchingTranslation(new CultureInfo("en")).Text);
        if (message.Version.Envelope == EnvelopeVersion.Soap12) dump.Value("reasons", fault.Reason.Translations.Count);
        dump.Value("detail", fault.GetDetail<Item>());
    }

    static string Text(object header) {
        return header == null ? null : header.ToString();
    }

    static XmlDictionaryWriter CreateWriter(string encoding, Stream stream, Session session) {
        switch (encoding) {
            case "text-utf8": return XmlDictionaryWriter.CreateTextWriter(stream, new UTF8Encoding(false), false);
            case "text-utf16le": return XmlDictionaryWriter.CreateTextWriter(stream, new UnicodeEncoding(false, false), false);
            case "text-utf16be": return XmlDictionaryWriter.CreateTextWriter(stream, new UnicodeEncoding(true, false), false);
            case "binary": return XmlDictionaryWriter.CreateBinaryWriter(stream, null, null, false);
            case "session": return XmlDictionaryWriter.CreateBinaryWriter(stream, null, session, false);
            default:
                return XmlDictionaryWriter.CreateMtomWriter(stream, new UTF8Encoding(false), int.MaxValue, "text/xml",
                    "uuid:0d6c7e4a+id=1", "http://tempuri.org/0", true, false);
        }
    }

    static XmlDictionaryReader CreateReader(string encoding, byte[] file) {
        var quotas = XmlDictionaryReaderQuotas.Max;
        switch (encoding) {
            case "binary": return XmlDictionaryReader.CreateBinaryReader(file, 0, file.Length, dictionary, quotas);
            case "session":
                int start;
                var session = Session.Read(file, out start);
                return XmlDictionaryReader.CreateBinaryReader(file, start, file.Length - start, dictionary, quotas, session);
            case "mtom": return XmlDictionaryReader.CreateMtomReader(file, 0, file.Length, new UTF8Encoding(false), quotas);
            case "text-utf16le": return XmlDictionaryReader.CreateTextReader(new MemoryStream(file), new UnicodeEncoding(false, false), quotas, null);
            case "text-utf16be": return XmlDictionaryReader.CreateTextReader(new MemoryStream(file), new UnicodeEncoding(true, false), quotas, null);
            default: return XmlDictionaryReader.CreateTextReader(new MemoryStream(file), new UTF8Encoding(false), quotas, null);
        }
    }
}

// The strings of a binary session, which stand in front of the document (MC-NBFSE 2.1).
class Session : XmlBinaryWriterSession {
    readonly List<string> strings = new List<string>();

    public override bool TryAdd(XmlDictionaryString value, out int key) {
        if (!base.TryAdd(value, out key)) return false;
        strings.Add(value.Value);
        return true;
    }

    public void Announce(Stream stream) {
        var table = new MemoryStream();
        foreach (var text in strings) {
            var bytes = Encoding.UTF8.GetBytes(text);
            WriteSize(table, bytes.Length);
            table.Write(bytes, 0, bytes.Length);
        }
        WriteSize(stream, (int)table.Length);
        table.WriteTo(stream);
    }

    public static XmlBinaryReaderSession Read(byte[] file, out int at) {
        var session = new XmlBinaryReaderSession();
        at = 0;
        int end = ReadSize(file, ref at);
        end += at;
        for (int id = 0; at < end; id++) {
            int length = ReadSize(file, ref at);
            session.Add(id, Encoding.UTF8.GetString(file, at, length));
            at += length;
        }
        return session;
    }

    static void WriteSize(Stream stream, int size) {
        for (; size >= 0x80; size >>= 7) stream.WriteByte((byte)(size | 0x80));
        stream.WriteByte((byte)size);
    }

    static int ReadSize(byte[] file, ref int at) {
        int size = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = file[at++];
            size |= (b & 0x7f) << shift;
            if (b < 0x80) return size;
        }
    }
}

// The static dictionary of SOAP and WCF (MC-NBFS): lines of a number and a string. Mono's own cannot be reached.
class StaticDictionary : IXmlDictionary {
    readonly List<XmlDictionaryString> strings = new List<XmlDictionaryString>();

    public StaticDictionary(string path) {
        foreach (var line in File.ReadAllLines(path)) {
            strings.Add(new XmlDictionaryString(this, line.Substring(line.IndexOf('\t') + 1), strings.Count));
        }
    }

    public bool TryLookup(int key, out XmlDictionaryString found) {
        found = key < strings.Count ? strings[key] : null;
        return found != null;
    }

    public bool TryLookup(string value, out XmlDictionaryString found) {
        found = strings.Find(text => text.Value == value);
        return found != null;
    }

    public bool TryLookup(XmlDictionaryString value, out XmlDictionaryString found) {
        found = value.Dictionary == this ? value : null;
        return found != null;
    }
}
