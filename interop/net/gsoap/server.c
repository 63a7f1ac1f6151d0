/* The service. */
#include "program.h"
#include <pthread.h>

static struct row row;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *notice;

/* What addressing says of a request, and the headers of its reply. */
static int addressed(struct soap *soap, const char *operation)
{
  if (!row.addressed)
    return SOAP_OK;
  char action[100];
  snprintf(action, sizeof(action), NS "/%sResponse", operation);
  if (soap_wsa_check(soap))
    return soap->error;
  return soap_wsa_reply(soap, NULL, soap_strdup(soap, action));
}

int i__echoString(struct soap *soap, char *text, struct i__echoStringResponse *out)
{
  out->result = text;
  return addressed(soap, "echoString");
}

int i__add(struct soap *soap, int a, int b, struct i__addResponse *out)
{
  out->result = a + b;
  return addressed(soap, "add");
}

/* With callbacks every attachment is a file; its size is known once it was read. */
static struct xsd__base64Binary echoed(struct soap *soap, struct xsd__base64Binary data)
{
  int is_file = row.streamed && data.id != NULL;
  struct xsd__base64Binary result = content(soap, &row, data.__ptr, data.__size);
  if (is_file) {
    FILE *file = (FILE*)data.__ptr;
    fseek(file, 0, SEEK_END);
    result.__size = row.chunked ? 0 : (int)ftell(file);
    rewind(file);
  } else if (row.streamed) {
    FILE *file = tmpfile();
    fwrite(data.__ptr, 1, data.__size, file);
    rewind(file);
    result.__ptr = (unsigned char*)file;
  }
  return result;
}

int i__echoBytes(struct soap *soap, struct xsd__base64Binary data, struct i__echoBytesResponse *out)
{
  out->result = echoed(soap, data);
  return addressed(soap, "echoBytes");
}

int i__echoStream(struct soap *soap, struct xsd__base64Binary data, struct i__echoStreamResponse *out)
{
  out->result = echoed(soap, data);
  return addressed(soap, "echoStream");
}

int i__echoRecord(struct soap *soap, struct i__record *value, struct i__echoRecordResponse *out)
{
  out->result = value;
  if (row.streamed && value && value->blob.id) {
    value->blob = echoed(soap, value->blob);
  } else if (value) {
    value->blob.id = value->blob.type = NULL;
  }
  return addressed(soap, "echoRecord");
}

int i__fail(struct soap *soap, char *kind, struct i__failResponse *out)
{
  (void)out;
  if (row.addressed && soap_wsa_check(soap))
    return soap->error;
  const char *action = NS "/problem";
  if (kind && !strcmp(kind, "coded")) {
    if (row.addressed)
      return soap_wsa_sender_fault_subcode_action(soap, "i:Overloaded", REASON, NULL, action);
    return soap_sender_fault_subcode(soap, "i:Overloaded", REASON, NULL);
  }
  if (kind && !strcmp(kind, "untyped")) {
    if (row.addressed)
      return soap_wsa_receiver_fault(soap, REASON, NULL);
    return soap_receiver_fault(soap, REASON, NULL);
  }
  struct _i__problem *problem = soap_new__i__problem(soap, 1);
  problem->number = 17;
  problem->text = "why & how";
  if (row.addressed)
    soap_wsa_sender_fault_subcode_action(soap, NULL, REASON, NULL, action);
  else
    soap_sender_fault(soap, REASON, NULL);
  struct SOAP_ENV__Detail *detail = soap_new_SOAP_ENV__Detail(soap, 1);
  soap_default_SOAP_ENV__Detail(soap, detail);
  detail->i__problem = problem;
  if (row.version == 1)
    soap->fault->detail = detail;
  else
    soap->fault->SOAP_ENV__Detail = detail;
  return soap->error;
}

int i__notify(struct soap *soap, char *text)
{
  if (row.addressed && soap_wsa_check(soap))
    return soap->error;
  pthread_mutex_lock(&lock);
  free(notice);
  notice = text ? strdup(text) : NULL;
  pthread_mutex_unlock(&lock);
  return soap_send_empty_response(soap, 202);
}

int i__takeNotice(struct soap *soap, struct i__takeNoticeResponse *out)
{
  pthread_mutex_lock(&lock);
  out->result = soap_strdup(soap, notice);
  free(notice);
  notice = NULL;
  pthread_mutex_unlock(&lock);
  return addressed(soap, "takeNotice");
}

int SOAP_ENV__Fault(struct soap *soap, char *faultcode, char *faultstring, char *faultactor,
                    struct SOAP_ENV__Detail *detail, struct SOAP_ENV__Code *code, struct SOAP_ENV__Reason *reason,
                    char *node, char *role, struct SOAP_ENV__Detail *detail12)
{
  (void)soap, (void)faultcode, (void)faultstring, (void)faultactor, (void)detail, (void)code, (void)reason, (void)node;
  (void)role, (void)detail12;
  return SOAP_NO_METHOD;
}

static void *serve_one(void *context)
{
  struct soap *soap = context;
  if (row.tls && soap_ssl_accept(soap))
    soap_print_fault(soap, stderr);
  else if (soap_serve(soap) && soap->error != SOAP_EOF)
    soap_print_fault(soap, stderr);
  soap_destroy(soap);
  soap_end(soap);
  soap_free(soap);
  return NULL;
}

int serve(const char *url, const struct row *settings, const char *tls)
{
  row = *settings;
  const char *port = strrchr(url, ':');
  struct soap *soap = context(&row);
  soap->bind_flags = SO_REUSEADDR;
  if (row.tls) {
    char file[4096];
    snprintf(file, sizeof(file), "%s/server-all.pem", tls);
    if (soap_ssl_server_context(soap, SOAP_SSL_DEFAULT, file, NULL, NULL, NULL, NULL, NULL, NULL)) {
      soap_print_fault(soap, stderr);
      return 1;
    }
  }
  if (!port || !soap_valid_socket(soap_bind(soap, row.udp ? "127.0.0.1" : NULL, atoi(port + 1), 100))) {
    soap_print_fault(soap, stderr);
    return 1;
  }
  puts("ready");
  fflush(stdout);
  if (row.udp) {
    for (;;) {
      if (soap_serve(soap) && soap->error != SOAP_EOF)
        soap_print_fault(soap, stderr);
      soap_destroy(soap);
      soap_end(soap);
    }
  }
  for (;;) {
    pthread_t thread;
    if (!soap_valid_socket(soap_accept(soap))) {
      soap_print_fault(soap, stderr);
      return 1;
    }
    if (!pthread_create(&thread, NULL, serve_one, soap_copy(soap)))
      pthread_detach(thread);
  }
}
