#pragma once
#if __has_include(<libheif/heif.h>)
#include <libheif/heif.h>
#else
#error "libheif is missing. On Debian or Ubuntu: sudo apt-get install libheif-dev"
#endif
