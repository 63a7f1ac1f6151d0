/* `serve URL ROW TLS` and `call URL ROW TLS` with gSOAP. */
#include "program.h"
#include "interop.nsmap"
#include <signal.h>

struct row row_of(const char *name)
{
  struct row row = { .version = 2 };
  char *words = strdup(name), *rest = words, *word;
  while ((word = strsep(&rest, "-"))) {
    if (!strcmp(word, "soap11")) row.version = 1;
    else if (!strcmp(word, "soap12")) row.version = 2;
    else if (!strcmp(word, "addressing10")) row.addressed = 1;
    else if (!strcmp(word, "text")) row.mtom = 0;
    else if (!strcmp(word, "mtom")) row.mtom = 1;
    else if (!strcmp(word, "streamed")) row.streamed = 1;
    else if (!strcmp(word, "chunked")) row.chunked = 1;
    else if (!strcmp(word, "tls")) row.tls = 1;
    else if (!strcmp(word, "gzip")) row.gzip = 1;
    else if (!strcmp(word, "udp")) row.udp = 1;
    else {
      fprintf(stderr, "%s is not known here\n", word);
      exit(2);
    }
  }
  free(words);
  row.large = (size_t)(row.mtom ? 64 : 4) << 20;
  return row;
}

/* The table of namespaces says which version goes out; both come in. */
static struct Namespace *with_soap12(void)
{
  size_t size = sizeof(namespaces);
  struct Namespace *table = malloc(size);
  memcpy(table, namespaces, size);
  table[0].ns = "http://www.w3.org/2003/05/soap-envelope";
  table[0].in = "http://schemas.xmlsoap.org/soap/envelope/";
  table[1].ns = "http://www.w3.org/2003/05/soap-encoding";
  table[1].in = "http://schemas.xmlsoap.org/soap/encoding/";
  return table;
}

struct soap *context(const struct row *row)
{
  soap_mode mode = SOAP_C_UTFSTRING | (row->mtom ? SOAP_ENC_MTOM : 0);
  soap_mode io = row->udp ? SOAP_IO_UDP : SOAP_IO_KEEPALIVE;
  soap_mode out = row->chunked ? SOAP_IO_CHUNK : row->streamed ? SOAP_IO_STORE : 0;
  /* What comes is taken with gzip or without. */
  out |= row->gzip ? SOAP_ENC_ZLIB : 0;
  struct soap *soap = soap_new2(mode | io, mode | io | out);
  if (row->version == 2)
    soap_set_namespaces(soap, with_soap12());
  soap->max_keep_alive = 100000;
  soap->send_timeout = 60;
  if (row->addressed)
    soap_register_plugin(soap, soap_wsa);
  if (row->streamed)
    stream_attachments(soap);
  return soap;
}

int main(int argc, char **argv)
{
  if (argc < 4) {
    fprintf(stderr, "usage: %s serve|call URL ROW [TLS]\n", argv[0]);
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  soap_ssl_init();
  struct row row = row_of(argv[3]);
  const char *tls = argc > 4 ? argv[4] : ".";
  return strcmp(argv[1], "serve") ? call(argv[2], &row, tls) : serve(argv[2], &row, tls);
}
