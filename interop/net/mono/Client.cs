// The client: calls a server in every way, and prints a line for each case: its name and `ok`, or what differs,
// separated by tabs.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.ServiceModel;
using System.ServiceModel.Channels;

class Client<T> where T : class, IInterop {
    const int Large = 4 << 20;

    readonly string url;
    readonly Row row;
    readonly List<string> differences = new List<string>();
    T channel;

    public Client(string url, Row row) {
        this.url = url;
        this.row = row;
    }

    public void CallAll() {
        foreach (var pair in Values.Strings) {
            Case(pair.Key, () => Same("result", pair.Value, channel.EchoString(pair.Value)));
        }
        Case("add", () => Same("result", int.MaxValue - 12, channel.Add(int.MaxValue - 5, -7)));
        Case("bytes-10", () => EchoBytes(10));
        Case("bytes-100000", () => EchoBytes(100000));
        Case("record", () => differences.AddRange(Record.OfTest().Differences(channel.EchoRecord(Record.OfTest()))));
        foreach (var kind in new[] { "typed", "untyped", "coded" }) Case("fault-" + kind, () => Fail(kind));
        Case("one-way", () => {
            channel.Notify("one & way");
            Same("what was noticed", "one & way", channel.TakeNotice());
        });
        if (row.IsStreamed) Case("stream", () => Stream((IStreamed)channel));
        Case("close", () => ((IClientChannel)channel).Close());
    }

    void Case(string name, Action run) {
        differences.Clear();
        try {
            if (channel == null) channel = new ChannelFactory<T>(row.Binding(url), new EndpointAddress(url)).CreateChannel();
            run();
        } catch (Exception e) {
            differences.Add("error: " + Describe(e));
            // Another one for the next case.
            if (!(e is FaultException)) channel = null;
        }
        var line = name + "\t" + (differences.Count == 0 ? "ok" : string.Join("\t", differences));
        Console.WriteLine(line.Replace("\r", "").Replace("\n", " / "));
        Console.Out.Flush();
    }

    static string Describe(Exception e) {
        var all = e.GetType().Name + ": " + e.Message;
        return e.InnerException == null ? all : all + " / " + Describe(e.InnerException);
    }

    void Same(string what, object expected, object found) {
        if (!Equals(expected, found)) {
            differences.Add(what + ": expected " + Values.Show(expected) + " but found " + Values.Show(found));
        }
    }

    void EchoBytes(int length) {
        var data = Values.Bytes(length);
        var result = channel.EchoBytes(data);
        Same("length", data.Length, result.Length);
        if (!data.SequenceEqual(result)) differences.Add("the bytes are others");
    }

    void Fail(string kind) {
        try {
            channel.Fail(kind);
            differences.Add("there is a reply and no fault");
        } catch (FaultException e) {
            var codes = new List<string>();
            for (var code = e.Code; code != null; code = code.SubCode) codes.Add(code.Name);
            var expected = new List<string> { row.CodeOf(kind == "untyped" ? "Receiver" : "Sender") };
            if (kind == "coded") {
                // SOAP 1.1 has place for one code.
                if (row.IsSoap11) expected.Clear();
                expected.Add(Names.SubCode);
                var last = e.Code.SubCode ?? e.Code;
                Same("namespace of the code", Names.Space, last.Namespace);
            }
            Same("codes", string.Join(" ", expected), string.Join(" ", codes));
            Same("reason", Names.Reason, e.Reason.GetMatchingTranslation().Text);
            if (kind == "typed") {
                var typed = e as FaultException<Problem>;
                Same("is typed", true, typed != null);
                if (typed != null) {
                    Same("number", Problem.OfTest().Number, typed.Detail.Number);
                    Same("text", Problem.OfTest().Text, typed.Detail.Text);
                }
            }
        }
    }

    void Stream(IStreamed streamed) {
        var result = streamed.EchoStream(new MemoryStream(Values.Bytes(Large)));
        var buffer = new byte[65536];
        long at = 0, wrong = -1;
        int count;
        while ((count = result.Read(buffer, 0, buffer.Length)) > 0) {
            for (int i = 0; i < count; i++, at++) {
                if (buffer[i] != Values.Byte(at) && wrong < 0) wrong = at;
            }
        }
        Same("length", (long)Large, at);
        Same("first wrong byte", -1L, wrong);
    }
}
