// The service.
using System;
using System.Collections.ObjectModel;
using System.IO;
using System.ServiceModel;
using System.ServiceModel.Channels;
using System.ServiceModel.Description;
using System.ServiceModel.Dispatcher;
using System.Threading;

[ServiceBehavior(InstanceContextMode = InstanceContextMode.Single, ConcurrencyMode = ConcurrencyMode.Multiple, IncludeExceptionDetailInFaults = true)]
class Service : IStreamed {
    static readonly TimeSpan NoticeLimit = TimeSpan.FromSeconds(10);

    readonly object guard = new object();
    // What was notified last and not taken yet.
    string notice;

    public string EchoString(string text) { return text; }

    public int Add(int a, int b) { return a + b; }

    public byte[] EchoBytes(byte[] data) { return data; }

    public Record EchoRecord(Record value) {
        // A mistake in one direction may be undone in the other.
        foreach (var difference in Record.OfTest().Differences(value)) {
            Console.Error.WriteLine("server: echoRecord: " + difference);
        }
        return value;
    }

    public void Fail(string kind) {
        var reason = new FaultReason(Names.Reason);
        switch (kind) {
            case "typed": throw new FaultException<Problem>(Problem.OfTest(), reason, new FaultCode("Sender"), Names.Space + "/failFault");
            case "untyped": throw new FaultException(reason, new FaultCode("Receiver"));
            case "coded": throw new FaultException(reason, FaultCode.CreateSenderFaultCode(Names.SubCode, Names.Space));
            default: throw new FaultException("there is no fault " + kind);
        }
    }

    public void Notify(string text) {
        lock (guard) {
            notice = text;
            Monitor.PulseAll(guard);
        }
    }

    public string TakeNotice() {
        lock (guard) {
            var end = DateTime.UtcNow + NoticeLimit;
            while (notice == null && DateTime.UtcNow < end) Monitor.Wait(guard, TimeSpan.FromMilliseconds(100));
            var taken = notice;
            notice = null;
            return taken;
        }
    }

    public Stream EchoStream(Stream data) {
        var all = new MemoryStream();
        data.CopyTo(all);
        all.Position = 0;
        return all;
    }

    // Where HttpListener looks for the certificate of a port, and its key.
    static void UseCertificate(int port, string tls) {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.Create);
        var place = Directory.CreateDirectory(Path.Combine(home, ".mono", "httplistener")).FullName;
        foreach (var kind in new[] { ".cer", ".pvk" }) {
            File.Copy(Path.Combine(tls, "mono" + kind), Path.Combine(place, port + kind), true);
        }
    }

    public static void Serve(string url, Row row, string tls) {
        if (url.StartsWith("https:")) UseCertificate(new Uri(url).Port, tls);
        using (var host = new ServiceHost(new Service())) {
            host.AddServiceEndpoint(row.IsStreamed ? typeof(IStreamed) : typeof(IInterop), row.Binding(url), url);
            host.Description.Behaviors.Add(new Faults());
            host.Open();
            Console.WriteLine("ready " + url);
            Console.Out.Flush();
            Thread.Sleep(Timeout.Infinite);
        }
    }
}

// Answers with the faults that are thrown. Without it, Mono knows only typed ones.
class Faults : IErrorHandler, IServiceBehavior {
    public bool HandleError(Exception error) { return true; }

    public void ProvideFault(Exception error, MessageVersion version, ref Message fault) {
        var thrown = error as FaultException;
        if (thrown == null || thrown is FaultException<Problem>) return;
        fault = Message.CreateMessage(version, thrown.CreateMessageFault(), version.Addressing == AddressingVersion.None ? null : "http://www.w3.org/2005/08/addressing/fault");
    }

    public void AddBindingParameters(ServiceDescription service, ServiceHostBase host, Collection<ServiceEndpoint> endpoints, BindingParameterCollection parameters) { }

    public void ApplyDispatchBehavior(ServiceDescription service, ServiceHostBase host) {
        foreach (ChannelDispatcher dispatcher in host.ChannelDispatchers) dispatcher.ErrorHandlers.Add(this);
    }

    public void Validate(ServiceDescription service, ServiceHostBase host) { }
}
