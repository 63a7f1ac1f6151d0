// The contract of `cargo xtask interop net`, as DataContractSerializer writes it; interop/src/net/contract.rs has the
// same in Rust.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.Serialization;
using System.ServiceModel;

static class Names {
    public const string Space = "urn:wws:interop";
    public const string Reason = "It broke.";
    public const string SubCode = "Overloaded";
}

[ServiceContract(Namespace = Names.Space, Name = "interop")]
public interface IInterop {
    [OperationContract(Action = Names.Space + "/echoString", ReplyAction = Names.Space + "/echoStringResponse", Name = "echoString")]
    [return: MessageParameter(Name = "result")]
    string EchoString(string text);

    [OperationContract(Action = Names.Space + "/add", ReplyAction = Names.Space + "/addResponse", Name = "add")]
    [return: MessageParameter(Name = "result")]
    int Add(int a, int b);

    [OperationContract(Action = Names.Space + "/echoBytes", ReplyAction = Names.Space + "/echoBytesResponse", Name = "echoBytes")]
    [return: MessageParameter(Name = "result")]
    byte[] EchoBytes(byte[] data);

    [OperationContract(Action = Names.Space + "/echoRecord", ReplyAction = Names.Space + "/echoRecordResponse", Name = "echoRecord")]
    [return: MessageParameter(Name = "result")]
    Record EchoRecord(Record value);

    [OperationContract(Action = Names.Space + "/fail", ReplyAction = Names.Space + "/failResponse", Name = "fail")]
    [FaultContract(typeof(Problem), Name = "problem", Namespace = Names.Space, Action = Names.Space + "/failFault")]
    void Fail(string kind);

    [OperationContract(Action = Names.Space + "/notify", IsOneWay = true, Name = "notify")]
    void Notify(string text);

    [OperationContract(Action = Names.Space + "/takeNotice", ReplyAction = Names.Space + "/takeNoticeResponse", Name = "takeNotice")]
    [return: MessageParameter(Name = "result")]
    string TakeNotice();
}

// With it, bodies are streamed.
[ServiceContract(Namespace = Names.Space, Name = "interop")]
public interface IStreamed : IInterop {
    [OperationContract(Action = Names.Space + "/echoStream", ReplyAction = Names.Space + "/echoStreamResponse", Name = "echoStream")]
    [return: MessageParameter(Name = "result")]
    Stream EchoStream(Stream data);
}

// The detail of a typed fault.
[DataContract(Namespace = Names.Space, Name = "problem")]
public class Problem {
    [DataMember(Order = 1, Name = "number")] public int Number;
    [DataMember(Order = 2, Name = "text")] public string Text;

    public static Problem OfTest() {
        return new Problem { Number = 17, Text = "why & how" };
    }
}

[DataContract(Namespace = Names.Space)]
public enum Color {
    [EnumMember(Value = "red")] Red,
    [EnumMember(Value = "dark blue")] DarkBlue,
}

[DataContract(Namespace = Names.Space, Name = "item")]
public class Item {
    [DataMember(Order = 1, Name = "title")] public string Title;
    [DataMember(Order = 2, Name = "count")] public int Count;
}

[CollectionDataContract(Namespace = Names.Space, ItemName = "item")]
public class Words : List<string> { }

[CollectionDataContract(Namespace = Names.Space, ItemName = "item")]
public class Numbers : List<int> { }

[CollectionDataContract(Namespace = Names.Space, ItemName = "item")]
public class Items : List<Item> { }

// A field of every type that stacks have in common.
[DataContract(Namespace = Names.Space, Name = "record")]
public class Record {
    [DataMember(Order = 1, Name = "flag")] public bool Flag;
    [DataMember(Order = 2, Name = "tiny")] public sbyte Tiny;
    [DataMember(Order = 3, Name = "small")] public short Small;
    [DataMember(Order = 4, Name = "number")] public int Number;
    [DataMember(Order = 5, Name = "large")] public long Large;
    [DataMember(Order = 6, Name = "utiny")] public byte Utiny;
    [DataMember(Order = 7, Name = "usmall")] public ushort Usmall;
    [DataMember(Order = 8, Name = "unumber")] public uint Unumber;
    [DataMember(Order = 9, Name = "ularge")] public ulong Ularge;
    [DataMember(Order = 10, Name = "single")] public float Single;
    [DataMember(Order = 11, Name = "double")] public double Double;
    [DataMember(Order = 12, Name = "decimal")] public decimal Decimal;
    [DataMember(Order = 13, Name = "time")] public DateTime Time;
    [DataMember(Order = 14, Name = "span")] public TimeSpan Span;
    [DataMember(Order = 15, Name = "text")] public string Text;
    [DataMember(Order = 16, Name = "missing")] public string Missing;
    [DataMember(Order = 17, Name = "maybe")] public int? Maybe;
    [DataMember(Order = 18, Name = "blob")] public byte[] Blob;
    [DataMember(Order = 19, Name = "color")] public Color Color;
    [DataMember(Order = 20, Name = "item")] public Item Item;
    [DataMember(Order = 21, Name = "words")] public Words Words;
    [DataMember(Order = 22, Name = "numbers")] public Numbers Numbers;
    [DataMember(Order = 23, Name = "items")] public Items Items;

    public static Record OfTest() {
        return new Record {
            Flag = true, Tiny = -128, Small = -32768, Number = int.MinValue, Large = long.MinValue,
            Utiny = 255, Usmall = 65535, Unumber = uint.MaxValue, Ularge = ulong.MaxValue,
            Single = 1.1f, Double = Math.PI, Decimal = 12345678901.2345678m,
            Time = new DateTime(2024, 2, 29, 23, 59, 58, 125, DateTimeKind.Utc),
            Span = new TimeSpan(1, 2, 3, 4, 500), Text = " <Fish> & \"Chips\"\t\n\u00e9\U0001D11E ]]> ", Missing = null,
            Maybe = -5, Blob = Values.Bytes(3000), Color = Color.DarkBlue, Item = new Item { Title = "one", Count = 1 },
            Words = new Words { "a", "", "R&D" }, Numbers = new Numbers { 1, -1, 128, 70000, int.MaxValue },
            Items = new Items { new Item { Title = "two", Count = 2 }, new Item { Title = "", Count = 0 } },
        };
    }

    // Fields that are not as they should be.
    public IEnumerable<string> Differences(Record found) {
        if (found == null) yield return "there is no record";
        else foreach (var field in typeof(Record).GetFields()) {
            string mine = Values.Show(field.GetValue(this)), other = Values.Show(field.GetValue(found));
            if (mine != other) yield return field.Name.ToLowerInvariant() + ": expected " + mine + " but found " + other;
        }
    }
}

static class Values {
    // 251 is a prime, so that no buffer's size is a multiple of the period.
    public static byte Byte(long at) {
        return (byte)(at % 251);
    }

    public static byte[] Bytes(int length) {
        return Enumerable.Range(0, length).Select(i => Byte(i)).ToArray();
    }

    public static readonly KeyValuePair<string, string>[] Strings = {
        new KeyValuePair<string, string>("string-empty", ""),
        new KeyValuePair<string, string>("string-null", null),
        new KeyValuePair<string, string>("string-20000", string.Concat(Enumerable.Repeat("0123456789", 2000))),
        new KeyValuePair<string, string>("string-unicode", "h\u00e9llo \u4e2d\u6587 \U0001D11E \u05d0\u202e"),
        new KeyValuePair<string, string>("string-markup", "<a b=\"c\">&amp;</a> ]]> <!-- 'x' --> \t\n."),
    };

    // A value in one line, the same text for the same value only.
    public static string Show(object value) {
        if (value == null) return "nil";
        if (value is string) return Quote((string)value);
        if (value is float) return ((float)value).ToString("R");
        if (value is double) return ((double)value).ToString("R");
        if (value is DateTime) return ((DateTime)value).ToString("o");
        if (value is byte[]) return ((byte[])value).Length + " bytes " + Convert.ToBase64String((byte[])value);
        if (value is Item) return Show(((Item)value).Title) + " " + ((Item)value).Count;
        if (value is System.Collections.IEnumerable) {
            return "[" + string.Join(", ", ((System.Collections.IEnumerable)value).Cast<object>().Select(Show)) + "]";
        }
        return value.ToString();
    }

    // Short, and nothing but ASCII.
    static string Quote(string text) {
        var shown = string.Concat(text.Select(c => c >= ' ' && c < 127 ? c.ToString() : "\\u" + ((int)c).ToString("x4")));
        return shown.Length <= 80 ? '"' + shown + '"' : '"' + shown.Substring(0, 60) + "\" of " + text.Length + " characters " + text.GetHashCode();
    }
}
