/* generated.c, compiled as C++. */
#include "generated.c"
