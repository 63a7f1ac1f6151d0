// `serve URL ROW TLS` and `call URL ROW TLS` with the npm package `soap`.
"use strict";

const [verb, url, row, tls] = process.argv.slice(2);
const wsdl = require("path").join(__dirname, "..", "interop.wsdl");
const run = verb === "serve" ? require("./server") : require("./client");
Promise.resolve(run(url, row.split("-"), tls, wsdl)).catch((error) => {
  console.error(error);
  process.exit(1);
});
