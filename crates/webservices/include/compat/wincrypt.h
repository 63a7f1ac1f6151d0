/* What webservices.h needs of certificates stands in windows.h. */
#include "windows.h"
