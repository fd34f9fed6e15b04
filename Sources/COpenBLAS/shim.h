#pragma once
#if __has_include(<cblas.h>)
#include <cblas.h>
#else
#error "OpenBLAS is missing. On Debian or Ubuntu: sudo apt-get install libopenblas-dev"
#endif
