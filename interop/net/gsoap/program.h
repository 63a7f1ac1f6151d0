/* What the service and the client have in common. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "soapH.h"
#include "wsaapi.h"

#define NS "urn:wws:interop"
#define REASON "It broke."

/* A row, such as soap12-addressing10-mtom-streamed. */
struct row {
  int version;
  int addressed, mtom, streamed, chunked, tls, gzip, udp;
  size_t large;
};

struct row row_of(const char *name);

/* A context with everything that the row asks for. */
struct soap *context(const struct row *row);

/* The byte at a place. */
unsigned char byte_at(size_t at);

/* Whether all bytes are as they should be. */
int bytes_are_good(const unsigned char *bytes, size_t length);

/* Bytes for a message, as an attachment if the row has them. */
struct xsd__base64Binary content(struct soap *soap, const struct row *row, const unsigned char *bytes, size_t length);

/* The record that is sent. */
struct i__record *record_of_test(struct soap *soap);

/* Says how the record differs from the one that is sent, by calls of `differs`. */
void compare_record(struct soap *soap, const struct i__record *found, void (*differs)(const char *format, ...));

/* Callbacks with which attachments are streamed from and to files. */
void stream_attachments(struct soap *soap);
FILE *counted_file(size_t length);

int serve(const char *url, const struct row *row, const char *tls);
int call(const char *url, const struct row *row, const char *tls);

#endif
