// Values in a form that both programs print in the same way: one line for each.
using System;
using System.Collections;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Serialization;
using System.Text;
using System.Xml;

class Dump {
    readonly StringBuilder lines = new StringBuilder();

    public void Line(string path, string value) {
        lines.Append(path).Append('=').Append(value).Append('\n');
    }

    public void Save(string path) {
        File.WriteAllText(path, lines.ToString());
    }

    public void Value(string path, object value) {
        if (value is Everything || value is Item || value is Shape) {
            Members(path, value);
        } else if (value is IDictionary) {
            var map = (IDictionary)value;
            Line(path, map.Count.ToString());
            int i = 0;
            foreach (DictionaryEntry entry in map) {
                Value(path + "." + i + ".key", entry.Key);
                Value(path + "." + i++ + ".value", entry.Value);
            }
        } else if (value is IEnumerable && !(value is string) && !(value is byte[])) {
            var items = ((IEnumerable)value).Cast<object>().ToArray();
            Line(path, items.Length.ToString());
            for (int i = 0; i < items.Length; i++) Value(path + "." + i, items[i]);
        } else {
            Line(path, Scalar(value));
        }
    }

    void Members(string path, object value) {
        if (value is Shape) Line(path + ".type", value.GetType().Name);
        var fields = value.GetType().GetFields(BindingFlags.Public | BindingFlags.Instance)
            .Where(field => field.IsDefined(typeof(DataMemberAttribute), false))
            // Those of the base class come first.
            .OrderBy(field => field.DeclaringType == typeof(Round) ? 1 : 0)
            .ThenBy(field => ((DataMemberAttribute)field.GetCustomAttributes(typeof(DataMemberAttribute), false)[0]).Order);
        foreach (var field in fields) Value(path + "." + field.Name.ToLowerInvariant(), field.GetValue(value));
    }

    static string Scalar(object value) {
        if (value == null) return "nil";
        if (value is bool) return (bool)value ? "true" : "false";
        if (value is float && float.IsNaN((float)value)) return "nan";
        if (value is float) return BitConverter.ToUInt32(BitConverter.GetBytes((float)value), 0).ToString("x8");
        if (value is double) return BitConverter.DoubleToInt64Bits((double)value).ToString("x16");
        if (value is DateTime) return ((DateTime)value).Ticks + (((DateTime)value).Kind == DateTimeKind.Utc ? "Z" : "");
        if (value is TimeSpan) return ((TimeSpan)value).Ticks.ToString();
        if (value is Guid) return ((Guid)value).ToString("D");
        if (value is char) return ((int)(char)value).ToString();
        if (value is string) return Quote((string)value);
        if (value is Uri) return Quote(((Uri)value).OriginalString);
        if (value is XmlQualifiedName) return "{" + ((XmlQualifiedName)value).Namespace + "}" + ((XmlQualifiedName)value).Name;
        if (value is Color) return (Color)value == Color.Red ? "Red" : "dark blue";
        if (value is byte[]) return Bytes((byte[])value);
        return Convert.ToString(value, CultureInfo.InvariantCulture);
    }

    static string Quote(string text) {
        var quoted = new StringBuilder("\"");
        foreach (char c in text) {
            if (c >= ' ' && c < 127 && c != '\\') quoted.Append(c);
            else quoted.Append("\\u").Append(((int)c).ToString("x4"));
        }
        return quoted.Append('"').ToString();
    }

    // The length, and an FNV-1a hash.
    static string Bytes(byte[] bytes) {
        ulong hash = 0xcbf29ce484222325;
        foreach (byte b in bytes) hash = unchecked((hash ^ b) * 0x100000001b3);
        return bytes.Length + ":" + hash.ToString("x16");
    }
}
