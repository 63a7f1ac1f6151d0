/* The values that are sent, and how they are compared. */
#include "program.h"
#include <float.h>
#include <limits.h>

unsigned char byte_at(size_t at)
{
  return at % 251;
}

int bytes_are_good(const unsigned char *bytes, size_t length)
{
  for (size_t i = 0; i < length; i++)
    if (bytes[i] != byte_at(i))
      return 0;
  return 1;
}

struct xsd__base64Binary content(struct soap *soap, const struct row *row, const unsigned char *bytes, size_t length)
{
  struct xsd__base64Binary data = { (unsigned char*)bytes, (int)length, NULL, NULL, NULL };
  if (row->mtom) {
    /* The reference in the document is a URL (RFC 2392). */
    data.id = soap_strdup(soap, "cid:attachment@interop");
    data.type = soap_strdup(soap, "application/octet-stream");
  }
  return data;
}

static const char *const words[] = { "a", "", "R&D" };
static const int numbers[] = { 1, -1, 128, 70000, INT_MAX };

struct i__record *record_of_test(struct soap *soap)
{
  static unsigned char blob[3000];
  static int maybe = -5;
  static struct i__item items[] = { { "two", 2 }, { "", 0 } };
  for (size_t i = 0; i < sizeof(blob); i++)
    blob[i] = byte_at(i);
  struct i__record *record = soap_new_i__record(soap, 1);
  soap_default_i__record(soap, record);
  record->flag = xsd__boolean__true_;
  record->tiny = SCHAR_MIN;
  record->small = SHRT_MIN;
  record->number = INT_MIN;
  record->large = LLONG_MIN;
  record->utiny = UCHAR_MAX;
  record->usmall = USHRT_MAX;
  record->unumber = UINT_MAX;
  record->ularge = ULLONG_MAX;
  record->single = 1.1f;
  record->double_ = 3.141592653589793;
  record->decimal = "12345678901.2345678";
  record->time.tv_sec = 1709251198;
  record->time.tv_usec = 125000;
  record->span = (((1LL * 24 + 2) * 60 + 3) * 60 + 4) * 1000 + 500;
  record->text = " <Fish> & \"Chips\"\t\n\xc3\xa9\xf0\x9d\x84\x9e ]]> ";
  record->maybe = &maybe;
  record->blob.__ptr = blob;
  record->blob.__size = sizeof(blob);
  record->color = i__color__dark_x0020blue;
  record->item.title = "one";
  record->item.count = 1;
  record->words.__sizeitem = 3;
  record->words.item = (char**)words;
  record->numbers.__sizeitem = 5;
  record->numbers.item = (int*)numbers;
  record->items.__sizeitem = 2;
  record->items.item = items;
  return record;
}

static int same(const char *a, const char *b)
{
  return a == b || (a && b && !strcmp(a, b));
}

#define NUMBER(field, form) \
  if (found->field != sent->field) differs(#field ": expected " form " but found " form, sent->field, found->field)
#define TEXT(field) \
  if (!same(found->field, sent->field)) \
    differs(#field ": expected %s but found %s", sent->field ? sent->field : "nil", found->field ? found->field : "nil")

void compare_record(struct soap *soap, const struct i__record *found, void (*differs)(const char *format, ...))
{
  const struct i__record *sent = record_of_test(soap);
  NUMBER(flag, "%d");
  NUMBER(tiny, "%d");
  NUMBER(small, "%d");
  NUMBER(number, "%d");
  NUMBER(large, "%lld");
  NUMBER(utiny, "%u");
  NUMBER(usmall, "%u");
  NUMBER(unumber, "%u");
  NUMBER(ularge, "%llu");
  NUMBER(single, "%.9g");
  NUMBER(double_, "%.17g");
  TEXT(decimal);
  NUMBER(time.tv_sec, "%ld");
  NUMBER(time.tv_usec, "%ld");
  NUMBER(span, "%lld");
  TEXT(text);
  TEXT(missing);
  if (!found->maybe || *found->maybe != *sent->maybe)
    differs("maybe: expected %d", *sent->maybe);
  if (found->blob.__size != sent->blob.__size || !bytes_are_good(found->blob.__ptr, found->blob.__size))
    differs("blob: %d other bytes", found->blob.__size);
  NUMBER(color, "%d");
  TEXT(item.title);
  NUMBER(item.count, "%d");
  NUMBER(words.__sizeitem, "%d");
  for (int i = 0; i < sent->words.__sizeitem && i < found->words.__sizeitem; i++)
    TEXT(words.item[i]);
  NUMBER(numbers.__sizeitem, "%d");
  for (int i = 0; i < sent->numbers.__sizeitem && i < found->numbers.__sizeitem; i++)
    NUMBER(numbers.item[i], "%d");
  NUMBER(items.__sizeitem, "%d");
  for (int i = 0; i < sent->items.__sizeitem && i < found->items.__sizeitem; i++) {
    TEXT(items.item[i].title);
    NUMBER(items.item[i].count, "%d");
  }
}
