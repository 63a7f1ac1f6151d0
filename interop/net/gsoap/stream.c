/* Attachments that are read from a file while they are sent, and written to one while they arrive. */
#include "program.h"

FILE *counted_file(size_t length)
{
  FILE *file = tmpfile();
  for (size_t i = 0; i < length; i++)
    fputc(byte_at(i), file);
  rewind(file);
  return file;
}

static void *read_open(struct soap *soap, void *handle, const char *id, const char *type, const char *description)
{
  (void)soap, (void)id, (void)type, (void)description;
  return handle;
}

static void read_close(struct soap *soap, void *handle)
{
  (void)soap, (void)handle;
}

static size_t read_some(struct soap *soap, void *handle, char *buffer, size_t length)
{
  (void)soap;
  return fread(buffer, 1, length, handle);
}

static void *write_open(struct soap *soap, void *handle, const char *id, const char *type, const char *description,
                        enum soap_mime_encoding encoding)
{
  (void)handle, (void)id, (void)type, (void)description;
  if (encoding != SOAP_MIME_BINARY && encoding != SOAP_MIME_NONE) {
    soap->error = SOAP_MIME_ERROR;
    return NULL;
  }
  return tmpfile();
}

static void write_close(struct soap *soap, void *handle)
{
  (void)soap;
  rewind(handle);
}

static int write_some(struct soap *soap, void *handle, const char *buffer, size_t length)
{
  (void)soap;
  return fwrite(buffer, 1, length, handle) == length ? SOAP_OK : SOAP_EOF;
}

void stream_attachments(struct soap *soap)
{
  soap->fmimereadopen = read_open;
  soap->fmimeread = read_some;
  soap->fmimereadclose = read_close;
  soap->fmimewriteopen = write_open;
  soap->fmimewrite = write_some;
  soap->fmimewriteclose = write_close;
}
