// The service.
"use strict";

const fs = require("fs");
const http = require("http");
const https = require("https");
const soap = require("soap");
const { OPTIONS, REASON } = require("./values");

module.exports = (url, row, tls, wsdl) => {
  const isOld = row.includes("soap11");
  let notice = null;
  const fault = (kind) => {
    const detail = kind === "typed" ? { "i:problem": { "i:number": 17, "i:text": "why & how" } } : undefined;
    if (isOld) {
      const code = { typed: "soap:Client", untyped: "soap:Server", coded: "i:Overloaded" }[kind];
      return { Fault: { faultcode: code, faultstring: REASON, detail } };
    }
    const Code = { Value: kind === "untyped" ? "soap:Receiver" : "soap:Sender" };
    if (kind === "coded") Code.Subcode = { Value: "i:Overloaded" };
    return { Fault: { Code, Reason: { Text: { attributes: { "xml:lang": "en" }, $value: REASON } }, Detail: detail } };
  };
  const operations = {
    // What holds nothing but nil comes as null itself.
    echoString: (args) => ({ result: args ? args.text : null }),
    add: ({ a, b }) => ({ result: a + b }),
    echoBytes: ({ data }) => ({ result: data }),
    // A Date has to be written as one again.
    echoRecord: ({ value }) => ({ result: { ...value, time: new Date(value.time).toISOString() } }),
    fail: ({ kind }) => {
      throw fault(kind);
    },
    notify: ({ text }) => {
      notice = text;
    },
    takeNotice: () => {
      const result = notice;
      notice = null;
      return { result };
    },
  };
  const files = () => ({ key: fs.readFileSync(`${tls}/server.key`), cert: fs.readFileSync(`${tls}/server.pem`) });
  const server = row.includes("tls") ? https.createServer(files()) : http.createServer();
  const { port, pathname } = new URL(url);
  soap.listen(server, {
    path: pathname,
    services: { interopService: { [isOld ? "soap11" : "soap12"]: operations, [isOld ? "soap12" : "soap11"]: operations } },
    xml: fs.readFileSync(wsdl, "utf8"),
    forceSoap12Headers: !isOld,
    oneWay: { responseCode: 202 },
    ...OPTIONS,
  });
  server.listen(Number(port), "127.0.0.1", () => console.log("ready"));
};
