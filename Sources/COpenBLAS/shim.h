#pragma once
#if __has_include(<cblas.h>)
#include <cblas.h>
#endif
// Other BLAS packages have a cblas.h too, without what is called here.
#ifndef OPENBLAS_VERSION
#error "OpenBLAS is missing. On Debian or Ubuntu: sudo apt-get install libopenblas-dev"
#endif
