/* Programs written on Windows spell the header like this. Add compat/ to the include path for them. */
#include "../webservices.h"
