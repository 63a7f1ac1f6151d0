/* The client: a line for each case, its name and `ok` or what differs, separated by tabs. */
#include "program.h"
#include <stdarg.h>

static const char *url;
static struct row row;
static struct soap *soap;
static int differences;
static const char *id;

static void differs(const char *format, ...)
{
  char text[1000];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof(text), format, args);
  va_end(args);
  for (char *c = text; *c; c++)
    if (*c == '\n' || *c == '\t')
      *c = '/';
  printf("\t%s", text);
  differences++;
}

static void failed(void)
{
  char text[600];
  soap_sprint_fault(soap, text, sizeof(text));
  differs("error: %s", text);
}

static void begin(const char *name)
{
  differences = 0;
  fputs(name, stdout);
}

static void end(void)
{
  puts(differences ? "" : "\tok");
  fflush(stdout);
  soap_destroy(soap);
  soap_end(soap);
}

/* The action, and the headers of a request. */
static const char *request(const char *operation)
{
  char action[100];
  snprintf(action, sizeof(action), NS "/%s", operation);
  const char *copy = soap_strdup(soap, action);
  id = NULL;
  if (row.addressed) {
    id = soap_wsa_rand_uuid(soap);
    soap_wsa_request(soap, id, url, copy);
    if (row.udp)
      soap_wsa_add_ReplyTo(soap, soap_wsa_anonymousURI);
  }
  return copy;
}

/* What addressing says about a reply. */
static void check(const char *operation)
{
  char action[100];
  snprintf(action, sizeof(action), NS "/%sResponse", operation);
  if (!row.addressed)
    return;
  if (!soap->header || !soap->header->wsa5__RelatesTo || !soap->header->wsa5__RelatesTo->__item
   || strcmp(soap->header->wsa5__RelatesTo->__item, id))
    differs("the reply relates to something else");
  if (!soap->header || !soap->header->wsa5__Action || strcmp(soap->header->wsa5__Action, action))
    differs("the action of the reply is %s", soap->header ? soap->header->wsa5__Action : "missing");
}

static void echo_string(const char *name, char *text)
{
  struct i__echoStringResponse reply = { NULL };
  begin(name);
  const char *action = request("echoString");
  if (soap_call_i__echoString(soap, url, action, text, &reply))
    failed();
  else if ((text == NULL) != (reply.result == NULL))
    differs("result: expected %s but found %s", text ? text : "null", reply.result ? reply.result : "null");
  else if (text && strcmp(text, reply.result))
    differs("result: expected %.80s but found %.80s", text, reply.result);
  else
    check("echoString");
  end();
}

static void add(void)
{
  struct i__addResponse reply = { 0 };
  begin("add");
  const char *action = request("add");
  if (soap_call_i__add(soap, url, action, 2147483642, -7, &reply))
    failed();
  else if (reply.result != 2147483635)
    differs("result: %d", reply.result);
  else
    check("add");
  end();
}

/* Bytes that came: in memory, or in a file if the row streams attachments. */
static void compare_bytes(const struct xsd__base64Binary *found, size_t length)
{
  if (row.streamed && found->id) {
    FILE *file = (FILE*)found->__ptr;
    size_t at = 0;
    int c;
    while ((c = fgetc(file)) != EOF && c == byte_at(at))
      at++;
    if (c != EOF || at != length)
      differs("%zu bytes expected, the first %zu are good", length, at);
    fclose(file);
  } else if ((size_t)found->__size != length)
    differs("length: expected %zu but found %d", length, found->__size);
  else if (!bytes_are_good(found->__ptr, length))
    differs("the bytes are others");
}

static void echo_bytes(const char *name, size_t length)
{
  struct i__echoBytesResponse reply;
  memset(&reply, 0, sizeof(reply));
  begin(name);
  unsigned char *bytes = malloc(length);
  for (size_t i = 0; i < length; i++)
    bytes[i] = byte_at(i);
  struct xsd__base64Binary data = content(soap, &row, bytes, length);
  FILE *file = row.streamed && row.mtom ? counted_file(length) : NULL;
  if (file)
    data.__ptr = (unsigned char*)file;
  const char *action = request("echoBytes");
  if (soap_call_i__echoBytes(soap, url, action, data, &reply))
    failed();
  else {
    compare_bytes(&reply.result, length);
    check("echoBytes");
  }
  if (file)
    fclose(file);
  free(bytes);
  end();
}

static void echo_stream(void)
{
  struct i__echoStreamResponse reply;
  memset(&reply, 0, sizeof(reply));
  begin("stream");
  FILE *file = counted_file(row.large);
  /* Without a size the message has no Content-Length. */
  struct xsd__base64Binary data = content(soap, &row, (unsigned char*)file, row.chunked ? 0 : row.large);
  const char *action = request("echoStream");
  if (soap_call_i__echoStream(soap, url, action, data, &reply))
    failed();
  else {
    compare_bytes(&reply.result, row.large);
    check("echoStream");
  }
  fclose(file);
  end();
}

static void echo_record(void)
{
  struct i__echoRecordResponse reply = { NULL };
  begin("record");
  const char *action = request("echoRecord");
  if (soap_call_i__echoRecord(soap, url, action, record_of_test(soap), &reply))
    failed();
  else if (!reply.result)
    differs("there is no record");
  else {
    struct xsd__base64Binary *blob = &reply.result->blob;
    if (row.streamed && blob->id) {
      unsigned char *bytes = soap_malloc(soap, 10000);
      blob->__size = fread(bytes, 1, 10000, (FILE*)blob->__ptr);
      blob->__ptr = bytes;
    }
    compare_record(soap, reply.result, differs);
    check("echoRecord");
  }
  end();
}

static void fail(const char *name, char *kind, const char *code, const char *subcode)
{
  struct i__failResponse reply = { NULL };
  begin(name);
  const char *action = request("fail");
  if (!soap_call_i__fail(soap, url, action, kind, &reply))
    differs("there is a reply and no fault");
  else if (!soap->fault)
    failed();
  else {
    const char *found = *soap_faultcode(soap), *reason = *soap_faultstring(soap);
    const char *sub = row.version == 2 ? *soap_faultsubcode(soap) : NULL;
    if (!found || strcmp(found, code))
      differs("code: expected %s but found %s", code, found ? found : "none");
    if (subcode && (!sub || strcmp(sub, subcode)))
      differs("subcode: expected %s but found %s", subcode, sub ? sub : "none");
    if (!reason || strcmp(reason, REASON))
      differs("reason: %s", reason ? reason : "none");
    struct SOAP_ENV__Detail *detail = row.version == 2 ? soap->fault->SOAP_ENV__Detail : soap->fault->detail;
    if (!strcmp(kind, "typed")
     && (!detail || !detail->i__problem || detail->i__problem->number != 17 || !detail->i__problem->text
      || strcmp(detail->i__problem->text, "why & how")))
      differs("the detail is another");
  }
  /* It does not wait for the end of a multipart message that is a fault, and would take it for the next message. */
  if (row.mtom)
    soap_force_closesock(soap);
  end();
}

static void notify(void)
{
  struct i__takeNoticeResponse reply = { NULL };
  begin("one-way");
  const char *action = request("notify");
  if (soap_send_i__notify(soap, url, action, "one & way") || (!row.udp && soap_recv_empty_response(soap)))
    failed();
  else {
    action = request("takeNotice");
    if (soap_call_i__takeNotice(soap, url, action, &reply))
      failed();
    else if (!reply.result || strcmp(reply.result, "one & way"))
      differs("what was noticed: %s", reply.result ? reply.result : "nothing");
    else
      check("takeNotice");
  }
  end();
}

int call(const char *at, const struct row *settings, const char *tls)
{
  url = at;
  row = *settings;
  soap = context(&row);
  soap->recv_timeout = 60;
  if (row.tls) {
    char file[4096];
    snprintf(file, sizeof(file), "%s/ca.pem", tls);
    if (soap_ssl_client_context(soap, SOAP_SSL_DEFAULT, NULL, NULL, file, NULL, NULL)) {
      soap_print_fault(soap, stderr);
      return 1;
    }
  }
  char *digits = malloc(20001);
  for (int i = 0; i < 20000; i++)
    digits[i] = '0' + i % 10;
  digits[20000] = 0;
  echo_string("string-empty", "");
  echo_string("string-null", NULL);
  echo_string("string-20000", digits);
  echo_string("string-unicode", "h\xc3\xa9llo \xe4\xb8\xad\xe6\x96\x87 \xf0\x9d\x84\x9e \xd7\x90\xe2\x80\xae");
  echo_string("string-markup", "<a b=\"c\">&amp;</a> ]]> <!-- 'x' --> \t\n.");
  add();
  echo_bytes("bytes-10", 10);
  if (!row.udp)
    echo_bytes("bytes-100000", 100000);
  if (row.mtom && !row.streamed)
    echo_bytes("bytes-large", row.large);
  echo_record();
  const char *sender = row.version == 1 ? "SOAP-ENV:Client" : "SOAP-ENV:Sender";
  const char *receiver = row.version == 1 ? "SOAP-ENV:Server" : "SOAP-ENV:Receiver";
  fail("fault-typed", "typed", sender, NULL);
  fail("fault-untyped", "untyped", receiver, NULL);
  if (row.version == 1)
    fail("fault-coded", "coded", "i:Overloaded", NULL);
  else
    fail("fault-coded", "coded", sender, "i:Overloaded");
  notify();
  if (row.streamed)
    echo_stream();
  return 0;
}
