// The client: a line for each case, its name and `ok` or what differs, separated by tabs.
"use strict";

const fs = require("fs");
const axios = require("axios");
const soap = require("soap");
const { OPTIONS, REASON, bytes, record, differences } = require("./values");

const NS = "urn:wws:interop";

const same = (what, expected, found) => {
  const show = (value) => String(value).slice(0, 80);
  return expected === found ? [] : [`${what}: expected ${show(expected)} but found ${show(found)}`];
};

// A code with a prefix as {namespace}name, or by its name if it is the envelope's own.
const code = (value, xml) => {
  const [, prefix, local] = /^(?:([^:]*):)?(.*)$/.exec(value["$value"] || value);
  const namespace = new RegExp(`xmlns:${prefix}=["']([^"']*)["']`).exec(xml);
  return namespace && namespace[1] === NS ? `{${NS}}${local}` : local;
};

const fail = async (port, kind, codes) => {
  try {
    await port.failAsync({ kind });
    return ["there is a reply and no fault"];
  } catch (error) {
    const root = error.root && error.root.Envelope && error.root.Envelope.Body.Fault;
    if (!root) throw error;
    const found = root.Code ? [root.Code.Value] : [root.faultcode];
    if (root.Code && root.Code.Subcode) found.push(root.Code.Subcode.Value);
    const reason = root.Reason ? root.Reason.Text["$value"] || root.Reason.Text : root.faultstring["$value"] || root.faultstring;
    const all = same("codes", codes, found.map((value) => code(value, error.body)).join(" "));
    all.push(...same("reason", REASON, reason));
    if (kind === "typed") {
      const { problem } = root.Detail || root.detail || {};
      all.push(...same("detail", "17 why & how", problem && `${problem.number} ${problem.text}`));
    }
    return all;
  }
};

module.exports = async (url, row, tls, wsdl) => {
  const isOld = row.includes("soap11");
  const options = { endpoint: url, forceSoap12Headers: !isOld, ...OPTIONS };
  const isCoded = row.includes("gzip");
  if (isCoded) {
    // With forceGzip, it still says how long the request was before.
    options.request = (request) => {
      delete request.headers["Content-Length"];
      return axios(request);
    };
  }
  const client = await soap.createClientAsync(wsdl, options);
  if (row.includes("tls")) {
    client.setSecurity(new soap.ClientSSLSecurity(undefined, undefined, [fs.readFileSync(`${tls}/ca.pem`)]));
  }
  const port = {};
  for (const name of ["echoString", "add", "echoBytes", "echoRecord", "fail", "notify", "takeNotice"]) {
    const method = client.interopService[isOld ? "soap11" : "soap12"][name];
    port[`${name}Async`] = (args) =>
      new Promise((resolve, reject) =>
        method(
          args,
          (error, result, body) => {
            if (!error) return resolve(result);
            error.body = error.body || body || (error.response && error.response.data);
            return reject(error);
          },
          { forceGzip: isCoded },
        ),
      );
  }
  // What holds nothing but nil comes as null itself.
  const echo = (value) => async () => {
    const reply = await port.echoStringAsync({ text: value });
    return same("result", value, reply ? reply.result : null);
  };
  const echoBytes = (length) => async () => {
    const data = bytes(length).toString("base64");
    return same("bytes", data, (await port.echoBytesAsync({ data })).result);
  };
  const [sender, receiver] = isOld ? ["Client", "Server"] : ["Sender", "Receiver"];
  const cases = {
    "string-empty": echo(""),
    "string-null": echo(null),
    "string-20000": echo("0123456789".repeat(2000)),
    "string-unicode": echo("h\u00e9llo \u4e2d\u6587 \u{1d11e} \u05d0\u202e"),
    "string-markup": echo("<a b=\"c\">&amp;</a> ]]> <!-- 'x' --> \t\n."),
    add: async () => same("result", 2147483635, (await port.addAsync({ a: 2147483642, b: -7 })).result),
    "bytes-10": echoBytes(10),
    "bytes-100000": echoBytes(100000),
    record: async () => differences(record(), (await port.echoRecordAsync({ value: record() })).result),
    "fault-typed": () => fail(port, "typed", sender),
    "fault-untyped": () => fail(port, "untyped", receiver),
    "fault-coded": () => fail(port, "coded", isOld ? `{${NS}}Overloaded` : `Sender {${NS}}Overloaded`),
    "one-way": async () => {
      await port.notifyAsync({ text: "one & way" });
      return same("what was noticed", "one & way", (await port.takeNoticeAsync({})).result);
    },
  };
  for (const [name, run] of Object.entries(cases)) {
    const found = await run().catch((error) => [`error: ${error.message}`]);
    console.log([name, ...(found.length ? found : ["ok"])].join("\t").replace(/\n/g, "/"));
  }
};
