#pragma once
#if __has_include(<zlib.h>)
#include <zlib.h>
#else
#error "zlib is missing. On Debian or Ubuntu: sudo apt-get install zlib1g-dev"
#endif
