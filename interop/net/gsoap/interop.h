/* The contract of interop.wsdl for soapcpp2. */
#import "wsa5.h"
#import "custom/struct_timeval.h"
#import "custom/duration.h"

//gsoap i service name: interop
//gsoap i service type: interop
//gsoap i service namespace: urn:wws:interop
//gsoap i service style: document
//gsoap i service encoding: literal
//gsoap i schema namespace: urn:wws:interop
//gsoap i schema form: qualified

typedef char *xsd__decimal;

struct xsd__base64Binary {
  unsigned char *__ptr;
  int __size;
  char *id;
  char *type;
  char *options;
};

enum xsd__boolean { xsd__boolean__false_, xsd__boolean__true_ };

enum i__color { i__color__red, i__color__dark_x0020blue };

struct i__item {
  char *title 1;
  int count 1;
};

struct i__words {
  int __sizeitem;
  char **item;
};

struct i__numbers {
  int __sizeitem;
  int *item;
};

struct i__items {
  int __sizeitem;
  struct i__item *item;
};

struct i__record {
  enum xsd__boolean flag 1;
  char tiny 1;
  short small 1;
  int number 1;
  long long large 1;
  unsigned char utiny 1;
  unsigned short usmall 1;
  unsigned int unumber 1;
  unsigned long long ularge 1;
  float single 1;
  double double_ 1;
  xsd__decimal decimal 1;
  xsd__dateTime time 1;
  xsd__duration span 1;
  char *text 1;
  char *missing nullptr 1;
  int *maybe nullptr 1;
  struct xsd__base64Binary blob 1;
  enum i__color color 1;
  struct i__item item 1;
  struct i__words words 1;
  struct i__numbers numbers 1;
  struct i__items items 1;
};

/* The detail of a typed fault. */
struct _i__problem {
  int number 1;
  char *text 1;
};

struct SOAP_ENV__Detail {
  struct _i__problem *i__problem;
  int __type;
  void *fault;
  _XML __any;
};

//gsoap i service method-action: echoString urn:wws:interop/echoString
//gsoap i service method-output-action: echoString urn:wws:interop/echoStringResponse
int i__echoString(char *text nullptr 1, struct i__echoStringResponse { char *result nullptr 1; } *out);

//gsoap i service method-action: add urn:wws:interop/add
//gsoap i service method-output-action: add urn:wws:interop/addResponse
int i__add(int a, int b, struct i__addResponse { int result; } *out);

//gsoap i service method-action: echoBytes urn:wws:interop/echoBytes
//gsoap i service method-output-action: echoBytes urn:wws:interop/echoBytesResponse
int i__echoBytes(struct xsd__base64Binary data, struct i__echoBytesResponse { struct xsd__base64Binary result 1; } *out);

//gsoap i service method-action: echoRecord urn:wws:interop/echoRecord
//gsoap i service method-output-action: echoRecord urn:wws:interop/echoRecordResponse
int i__echoRecord(struct i__record *value, struct i__echoRecordResponse { struct i__record *result; } *out);

//gsoap i service method-action: fail urn:wws:interop/fail
//gsoap i service method-output-action: fail urn:wws:interop/failResponse
int i__fail(char *kind, struct i__failResponse { int *__unused; } *out);

//gsoap i service method-action: notify urn:wws:interop/notify
int i__notify(char *text, void);

//gsoap i service method-action: takeNotice urn:wws:interop/takeNotice
//gsoap i service method-output-action: takeNotice urn:wws:interop/takeNoticeResponse
int i__takeNotice(struct i__takeNoticeResponse { char *result nullptr 1; } *out);

//gsoap i service method-action: echoStream urn:wws:interop/echoStream
//gsoap i service method-output-action: echoStream urn:wws:interop/echoStreamResponse
int i__echoStream(struct xsd__base64Binary data, struct i__echoStreamResponse { struct xsd__base64Binary result 1; } *out);
