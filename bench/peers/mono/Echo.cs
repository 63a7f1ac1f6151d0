// Mono's side of `cargo xtask net-bench`: small requests over net.tcp.
//
//   mono echo.exe serve PORT                       prints its URL and serves until standard input ends
//   mono echo.exe call URL COUNT CONNECTIONS       prints "begin" and "end" around the requests, and waits for a line each
//                                                  time
using System;
using System.Linq;
using System.ServiceModel;
using System.Threading;

[ServiceContract(Name = "echo", Namespace = "urn:wws:bench")]
public interface IEcho {
    [OperationContract(Action = "urn:wws:bench/echoString", ReplyAction = "urn:wws:bench/echoStringResponse")]
    string echoString(string text);
}

[ServiceBehavior(InstanceContextMode = InstanceContextMode.Single, ConcurrencyMode = ConcurrencyMode.Multiple)]
public class Echo : IEcho {
    public string echoString(string text) {
        return text;
    }
}

static class Program {
    const string Text =
        "The quick brown fox jumps over the lazy dog, and the dog does not mind at all: it sleeps, it dreams on.";

    static int Main(string[] args) {
        if (args.Length == 2 && args[0] == "serve") {
            var url = "net.tcp://127.0.0.1:" + args[1] + "/echo";
            using (var host = new ServiceHost(new Echo())) {
                host.AddServiceEndpoint(typeof(IEcho), Binding(), url);
                host.Open();
                Console.WriteLine(url);
                while (Console.ReadLine() != null) {
                }
                Environment.Exit(0);
            }
            return 0;
        }
        if (args.Length == 4 && args[0] == "call") {
            var factory = new ChannelFactory<IEcho>(Binding(), new EndpointAddress(args[1]));
            var channels = Enumerable.Range(0, int.Parse(args[3])).Select(_ => factory.CreateChannel()).ToArray();
            // The compiler of Mono works at the same time; it is to be done before we count.
            Call(channels, 100);
            Mark("begin");
            Call(channels, int.Parse(args[2]) / channels.Length);
            Mark("end");
            Environment.Exit(0);
        }
        Console.Error.WriteLine("usage: echo.exe serve PORT | call URL COUNT CONNECTIONS");
        return 2;
    }

    static NetTcpBinding Binding() {
        return new NetTcpBinding(SecurityMode.None);
    }

    static void Call(IEcho[] channels, int count) {
        var threads = channels.Select(channel => new Thread(() => {
            for (var i = 0; i < count; i++) {
                if (channel.echoString(Text) != Text) {
                    Console.Error.WriteLine("another text came back");
                    Environment.Exit(1);
                }
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
    }

    static void Mark(string word) {
        Console.WriteLine(word);
        Console.ReadLine();
    }
}
