"""pynettcp's side of `cargo xtask interop net`: calls a server over net.tcp, with the binary encoding of a session.

    python client.py call URL ROW TLS     a line for each case: its name and `ok`, or what differs, separated by tabs

There is one row for it.
"""

import datetime
import decimal
import re
import sys

from pynettcp import Channel, ComplexType, ElementSpec, Field, TypeRegistry
from pynettcp.contract import read_element, write_element
from pynettcp.faults import parse_fault

SPACE = "urn:wws:interop"
REASON = "It broke."


def field(name, kind, **options):
    return Field(name, kind, min_occurs=1, **options)


TYPES = TypeRegistry({
    "item": ComplexType("item", SPACE, (field("title", "xs:string"), field("count", "xs:int"))),
    "words": ComplexType("words", SPACE, (Field("item", "xs:string", max_occurs=-1),)),
    "numbers": ComplexType("numbers", SPACE, (Field("item", "xs:int", max_occurs=-1),)),
    "items": ComplexType("items", SPACE, (Field("item", "item", max_occurs=-1),)),
    "record": ComplexType("record", SPACE, (
        field("flag", "xs:boolean"),
        field("tiny", "xs:byte"),
        field("small", "xs:short"),
        field("number", "xs:int"),
        field("large", "xs:long"),
        field("utiny", "xs:unsignedByte"),
        field("usmall", "xs:unsignedShort"),
        field("unumber", "xs:unsignedInt"),
        field("ularge", "xs:unsignedLong"),
        field("single", "xs:float"),
        field("double", "xs:double"),
        field("decimal", "xs:decimal"),
        field("time", "xs:dateTime"),
        field("span", "xs:duration"),
        field("text", "xs:string"),
        field("missing", "xs:string", nillable=True),
        field("maybe", "xs:int", nillable=True),
        field("blob", "xs:base64Binary"),
        field("color", "color"),
        field("item", "item"),
        field("words", "words"),
        field("numbers", "numbers"),
        field("items", "items"),
    )),
})
PROBLEM = ElementSpec("problem", SPACE, (field("number", "xs:int"), field("text", "xs:string")))


def some_bytes(length):
    return bytes(at % 251 for at in range(length))


RECORD = {
    "flag": True,
    "tiny": -128,
    "small": -32768,
    "number": -(2**31),
    "large": -(2**63),
    "utiny": 2**8 - 1,
    "usmall": 2**16 - 1,
    "unumber": 2**32 - 1,
    "ularge": 2**64 - 1,
    "single": 1.1,
    "double": 3.141592653589793,
    "decimal": decimal.Decimal("12345678901.2345678"),
    "time": datetime.datetime(2024, 2, 29, 23, 59, 58, 125000, datetime.timezone.utc),
    "span": datetime.timedelta(days=1, hours=2, minutes=3, seconds=4.5),
    "text": ' <Fish> & "Chips"\t\n\u00e9\U0001d11e ]]> ',
    "missing": None,
    "maybe": -5,
    "blob": some_bytes(3000),
    "color": "dark blue",
    "item": {"title": "one", "count": 1},
    "words": {"item": ["a", "", "R&D"]},
    "numbers": {"item": [1, -1, 128, 70000, 2**31 - 1]},
    "items": {"item": [{"title": "two", "count": 2}, {"title": "", "count": 0}]},
}

def seconds(duration):
    """Of an `xs:duration` without years and months."""
    parts = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?", duration)
    return sum(float(part or 0) * of for part, of in zip(parts.groups(), (86400, 3600, 60, 1)))


def with_empty_strings(value):
    """pynettcp gives None for an empty string."""
    if isinstance(value, dict):
        return {name: with_empty_strings(item) for name, item in value.items()}
    return [with_empty_strings(item) for item in value] if isinstance(value, list) else "" if value is None else value


# What pynettcp gives as text, or wider than it is, and what that means.
MEANING = {
    "ularge": int,
    "single": lambda value: round(value, 6),
    "decimal": decimal.Decimal,
    "time": lambda value: value.replace(tzinfo=datetime.timezone.utc),
    "span": lambda value: datetime.timedelta(seconds=seconds(value)),
    "words": with_empty_strings,
    "items": with_empty_strings,
}

STRINGS = {
    "string-empty": "",
    "string-null": None,
    "string-20000": "0123456789" * 2000,
    "string-unicode": "h\u00e9llo \u4e2d\u6587 \U0001d11e \u05d0\u202e",
    "string-markup": "<a b=\"c\">&amp;</a> ]]> <!-- 'x' --> \t\n.",
}


class Client:
    def __init__(self, url):
        self.channel = Channel(url)
        self.differences = []

    def same(self, what, expected, found):
        if expected != found:
            shown = [text if len(text) <= 80 else text[:60] + "…" for text in (ascii(expected), ascii(found))]
            self.differences.append(f"{what}: expected {shown[0]} but found {shown[1]}")

    def request(self, operation, parameters, values, result=None):
        spec = ElementSpec(operation, SPACE, parameters)
        action = f"{SPACE}/{operation}"
        reply = self.channel.call(action=action, body=lambda writer: write_element(writer, spec, values, TYPES))
        fault = parse_fault(reply.body_events)
        if fault is not None or result is None:
            return fault
        self.same("action of the reply", action + "Response", reply.action)
        return read_element(reply.body_events, ElementSpec(operation + "Response", SPACE, (result,)), TYPES)["result"]

    def echo_string(self, text):
        string = field("text", "xs:string", nillable=True), field("result", "xs:string", nillable=True)
        self.same("result", text, self.request("echoString", string[:1], {"text": text}, string[1]))

    def add(self):
        numbers = field("a", "xs:int"), field("b", "xs:int")
        result = self.request("add", numbers, {"a": 2**31 - 6, "b": -7}, field("result", "xs:int"))
        self.same("result", 2**31 - 13, result)

    def echo_bytes(self, length):
        data = some_bytes(length)
        fields = field("data", "xs:base64Binary"), field("result", "xs:base64Binary")
        self.same("result", data, self.request("echoBytes", fields[:1], {"data": data}, fields[1]))

    def echo_record(self):
        result = self.request("echoRecord", (field("value", "record"),), {"value": RECORD}, field("result", "record"))
        for name, expected in RECORD.items():
            self.same(name, expected, MEANING.get(name, lambda value: value)(result[name]))

    def fail(self, kind):
        fault = self.request("fail", (field("kind", "xs:string"),), {"kind": kind})
        if fault is None:
            self.differences.append("there is a reply and no fault")
            return
        self.same("code", "Receiver" if kind == "untyped" else "Sender", local(fault.code))
        self.same("subcode", "Overloaded" if kind == "coded" else None, local(fault.subcode))
        self.same("reason", REASON, fault.reason)
        if kind == "typed":
            self.same("detail", {"number": 17, "text": "why & how"}, read_element(fault.detail_events, PROBLEM, TYPES))

    def notify(self):
        spec = ElementSpec("notify", SPACE, (field("text", "xs:string"),))
        self.channel.open()
        self.channel.send(
            action=f"{SPACE}/notify", body=lambda writer: write_element(writer, spec, {"text": "one & way"}, TYPES)
        )
        result = field("result", "xs:string", nillable=True)
        self.same("what was noticed", "one & way", self.request("takeNotice", (), {}, result))

    def case(self, name, run):
        self.differences = []
        try:
            run()
        except Exception as error:
            self.differences.append(f"error: {type(error).__name__}: {error}")
        print(name, *(self.differences or ["ok"]), sep="\t", flush=True)

    def call_all(self):
        for name, text in STRINGS.items():
            self.case(name, lambda: self.echo_string(text))
        self.case("add", self.add)
        self.case("bytes-10", lambda: self.echo_bytes(10))
        self.case("bytes-100000", lambda: self.echo_bytes(100_000))
        self.case("record", self.echo_record)
        for kind in ("typed", "untyped", "coded"):
            self.case(f"fault-{kind}", lambda: self.fail(kind))
        self.case("one-way", self.notify)
        self.channel.close()


def local(code):
    return code and code.rsplit(":", 1)[-1]


if len(sys.argv) != 5 or sys.argv[1] != "call":
    sys.exit("usage: client.py call URL ROW TLS")
Client(sys.argv[2]).call_all()
