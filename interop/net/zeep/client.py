"""`call URL ROW TLS` with zeep: a line for each case, its name and `ok` or what differs, separated by tabs."""

import datetime
import decimal
import gzip
import pathlib
import struct
import sys

import isodate
import requests
import zeep
import zeep.helpers

NS = "urn:wws:interop"
REASON = "It broke."
differences = []


class Gzip(requests.adapters.HTTPAdapter):
    """Codes requests. Replies that are coded requests takes by itself, and asks for them."""

    def send(self, request, **options):
        if request.body:
            request.prepare_body(gzip.compress(request.body), None)
            request.headers["Content-Encoding"] = "gzip"
        return super().send(request, **options)


def bytes_of(length):
    return (bytes(range(251)) * (length // 251 + 1))[:length]


def same(what, expected, found):
    if expected != found:
        differences.append(f"{what}: expected {str(expected)[:80]!r} but found {str(found)[:80]!r}")


def record():
    item = lambda title, count: {"title": title, "count": count}
    return {
        "flag": True,
        "tiny": -128,
        "small": -32768,
        "number": -2147483648,
        "large": -9223372036854775808,
        "utiny": 255,
        "usmall": 65535,
        "unumber": 4294967295,
        "ularge": 18446744073709551615,
        "single": 1.1,
        "double": 3.141592653589793,
        "decimal": decimal.Decimal("12345678901.2345678"),
        "time": datetime.datetime(2024, 2, 29, 23, 59, 58, 125000, datetime.timezone.utc),
        "span": datetime.timedelta(days=1, hours=2, minutes=3, seconds=4, milliseconds=500),
        "text": ' <Fish> & "Chips"\t\n\u00e9\U0001d11e ]]> ',
        "missing": None,
        "maybe": -5,
        "blob": bytes_of(3000),
        "color": "dark blue",
        "item": item("one", 1),
        "words": {"item": ["a", "", "R&D"]},
        "numbers": {"item": [1, -1, 128, 70000, 2147483647]},
        "items": {"item": [item("two", 2), item("", 0)]},
    }


def compare_record(sent, reply):
    found = zeep.helpers.serialize_object(reply, dict)
    for name, value in sent.items():
        other = found.get(name)
        if name == "single":
            value, other = struct.pack("<f", value), struct.pack("<f", other)
        if name == "span" and isinstance(other, isodate.Duration):
            other = other.totimedelta(start=datetime.datetime(2000, 1, 1))
        same(name, value, other)


def fault(service, kind, codes):
    try:
        service.fail(kind)
        differences.append("there is a reply and no fault")
    except zeep.exceptions.Fault as error:
        code = error.code if error.code is None or ":" not in error.code else error.code.split(":")[1]
        names = [code] + [name.localname for name in (error.subcodes or [])]
        same("codes", codes, " ".join(str(name) for name in names))
        same("reason", REASON, error.message)
        if kind == "typed":
            problem = error.detail.find(f"{{{NS}}}problem")
            same("detail", ["17", "why & how"], [child.text for child in problem])


def call(url, row, tls):
    is_old = "soap11" in row
    session = requests.Session()
    session.verify = str(tls / "ca.pem")
    # A variable with another bundle of roots would win.
    session.trust_env = False
    if "gzip" in row:
        session.mount("http://", Gzip())
    wsdl = pathlib.Path(__file__).parent.parent / "interop.wsdl"
    transport = zeep.transports.Transport(session=session)
    # The actions of interop.wsdl make it write the headers of WS-Addressing in every row.
    client = zeep.Client(str(wsdl), transport=transport)
    binding = "{%s}%s" % (NS, "soap11" if is_old else "soap12")
    service = client.create_service(binding, url)

    def notify():
        service.notify("one & way")
        same("what was noticed", "one & way", service.takeNotice())

    def echo_record():
        sent = record()
        compare_record(sent, service.echoRecord(sent))

    # zeep leaves an element without a value out, unless it is told to say that it is nil.
    strings = {
        "string-empty": "",
        "string-null": zeep.xsd.Nil,
        "string-20000": "0123456789" * 2000,
        "string-unicode": "h\u00e9llo \u4e2d\u6587 \U0001d11e \u05d0\u202e",
        "string-markup": "<a b=\"c\">&amp;</a> ]]> <!-- 'x' --> \t\n.",
    }
    cases = {
        name: lambda text=text: same("result", None if text is zeep.xsd.Nil else text, service.echoString(text))
        for name, text in strings.items()
    }
    cases["add"] = lambda: same("result", 2147483635, service.add(2147483642, -7))
    for length in (10, 100000):
        cases[f"bytes-{length}"] = lambda n=length: same("bytes", bytes_of(n), service.echoBytes(bytes_of(n)))
    cases["record"] = echo_record
    sender, receiver = ("Client", "Server") if is_old else ("Sender", "Receiver")
    cases["fault-typed"] = lambda: fault(service, "typed", sender)
    cases["fault-untyped"] = lambda: fault(service, "untyped", receiver)
    cases["fault-coded"] = lambda: fault(service, "coded", "Overloaded" if is_old else "Sender Overloaded")
    cases["one-way"] = notify
    for name, case in cases.items():
        differences.clear()
        try:
            case()
        except Exception as error:  # whatever it is, it is a difference
            differences.append(f"error: {type(error).__name__}: {error}")
        print(name, *(differences or ["ok"]), sep="\t", flush=True)


if __name__ == "__main__":
    call(sys.argv[2], sys.argv[3].split("-"), pathlib.Path(sys.argv[4]))
