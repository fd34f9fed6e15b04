#pragma once
#if __has_include(<png.h>)
#include <png.h>
#else
#error "libpng is missing. On Debian or Ubuntu: sudo apt-get install libpng-dev"
#endif
