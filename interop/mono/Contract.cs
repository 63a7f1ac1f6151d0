// The contract: every type that DataContractSerializer has a form for. interop/src/contract.rs has the same in Rust.
using System;
using System.Collections.Generic;
using System.Runtime.Serialization;
using System.Xml;

static class Names {
    public const string Contract = "urn:interop:contract";
    public const string Round = "urn:interop:round";
    public const string Header = "urn:interop:header";
}

[DataContract(Namespace = Names.Contract)]
public enum Color {
    [EnumMember] Red,
    [EnumMember(Value = "dark blue")] DarkBlue,
}

[DataContract(Namespace = Names.Contract)]
public class Item {
    [DataMember(Order = 1)] public string Title;
    [DataMember(Order = 2)] public int Count;
}

[DataContract(Namespace = Names.Contract)]
[KnownType(typeof(Round))]
public class Shape {
    [DataMember(Order = 1)] public string Label;
}

[DataContract(Namespace = Names.Round)]
public class Round : Shape {
    [DataMember(Order = 1)] public double Radius;
}

[DataContract(Namespace = Names.Contract)]
public class Everything {
    [DataMember(Order = 1)] public bool Flag;
    [DataMember(Order = 2)] public sbyte Tiny;
    [DataMember(Order = 3)] public short Small;
    [DataMember(Order = 4)] public int Number;
    [DataMember(Order = 5)] public long Large;
    [DataMember(Order = 6)] public byte Utiny;
    [DataMember(Order = 7)] public ushort Usmall;
    [DataMember(Order = 8)] public uint Unumber;
    [DataMember(Order = 9)] public ulong Ularge;
    [DataMember(Order = 10)] public float Single;
    [DataMember(Order = 11)] public double Double;
    [DataMember(Order = 12)] public decimal Decimal;
    [DataMember(Order = 13)] public DateTime Time;
    [DataMember(Order = 14)] public TimeSpan Span;
    [DataMember(Order = 15)] public Guid Guid;
    [DataMember(Order = 16)] public char Letter;
    [DataMember(Order = 17)] public string Text;
    [DataMember(Order = 18)] public string Missing;
    [DataMember(Order = 19)] public Uri Link;
    [DataMember(Order = 20)] public XmlQualifiedName Name;
    [DataMember(Order = 21)] public byte[] Bytes;
    [DataMember(Order = 22)] public byte[] Blob;
    [DataMember(Order = 23)] public byte[] Nobytes;
    [DataMember(Order = 24)] public int? Maybe;
    [DataMember(Order = 25)] public DateTime? Nothing;
    [DataMember(Order = 26)] public Color Color;
    [DataMember(Order = 27)] public Item Item;
    [DataMember(Order = 28)] public Item Noitem;
    [DataMember(Order = 29)] public List<string> Words;
    [DataMember(Order = 30)] public int[] Numbers;
    [DataMember(Order = 31)] public double[] Doubles;
    [DataMember(Order = 32)] public Guid[] Guids;
    [DataMember(Order = 33)] public Item[] Items;
    [DataMember(Order = 34)] public int[] Nonumbers;
    [DataMember(Order = 35)] public int?[] Holes;
    [DataMember(Order = 36)] public Dictionary<string, int> Map;
    [DataMember(Order = 37)] public Shape Shape;
    [DataMember(Order = 38)] public Shape[] Shapes;

    // Something in every field.
    public static Everything Full() {
        return new Everything {
            Flag = true, Tiny = -128, Small = -32768, Number = int.MinValue, Large = long.MinValue,
            Utiny = 255, Usmall = 65535, Unumber = uint.MaxValue, Ularge = ulong.MaxValue,
            Single = 1.1f, Double = Math.PI, Decimal = 1234567890.12345678901234567m,
            Time = new DateTime(2024, 2, 29, 23, 59, 58, DateTimeKind.Utc).AddTicks(1234567),
            Span = TimeSpan.FromTicks(93784123456789), Guid = new Guid("6f70e5ab-1c4d-4d0b-9a52-3d2b8a9c0c11"),
            Letter = 'é', Text = " <Fish> & \"Chips\"\t\n\u00e9\U0001D11E ]]> ", Missing = null,
            Link = new Uri("http://example.org/a?b=c&d=%20"), Name = new XmlQualifiedName("local", "urn:interop:qname"),
            Bytes = new byte[] { 0, 1, 2, 253, 254, 255 }, Blob = Values.Blob(3000), Nobytes = null,
            Maybe = -5, Nothing = null, Color = Color.DarkBlue, Item = new Item { Title = "one", Count = 1 }, Noitem = null,
            Words = new List<string> { "a", "", null, "R&D" }, Numbers = new[] { 1, -1, 128, 70000, int.MaxValue },
            Doubles = new[] { 0.0, 0.5, -1e300, double.PositiveInfinity }, Guids = new[] { Guid.Empty, new Guid("00112233-4455-6677-8899-aabbccddeeff") },
            Items = new[] { new Item { Title = "two", Count = 2 }, new Item { Title = null, Count = 3 } }, Nonumbers = null,
            Holes = new int?[] { 1, null, 3 }, Map = new Dictionary<string, int> { { "x", 1 }, { "y", 2 } },
            Shape = new Round { Label = "wheel", Radius = 0.25 },
            Shapes = new Shape[] { new Shape { Label = "plain" }, new Round { Label = "hoop", Radius = double.Epsilon } },
        };
    }

    // As little as possible in every field.
    public static Everything Least() {
        return new Everything {
            Tiny = 127, Single = float.NaN, Double = double.NegativeInfinity, Decimal = -0.50m, Letter = ' ',
            Time = new DateTime(0001, 1, 1, 0, 0, 0, DateTimeKind.Unspecified), Span = TimeSpan.FromDays(-1.5),
            Text = "", Missing = null, Link = new Uri("urn:x"), Name = new XmlQualifiedName("Everything", Names.Contract),
            Bytes = new byte[0], Blob = Values.Blob(1), Item = new Item { Title = "0", Count = 0 }, Words = new List<string>(),
            Numbers = new int[0], Doubles = new double[0], Guids = new Guid[0], Items = new Item[0], Holes = new int?[0],
            Map = new Dictionary<string, int>(), Shape = new Shape { Label = "1" }, Shapes = new Shape[0],
        };
    }
}

static class Values {
    public static byte[] Blob(int length) {
        var blob = new byte[length];
        for (int i = 0; i < length; i++) blob[i] = (byte)(i * 7 + 1);
        return blob;
    }
}
