#pragma once
#if __has_include(<webp/demux.h>)
#include <webp/demux.h>
#else
#error "libwebp is missing. On Debian or Ubuntu: sudo apt-get install libwebp-dev"
#endif
