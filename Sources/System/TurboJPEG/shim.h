#pragma once
#if __has_include(<turbojpeg.h>)
#include <turbojpeg.h>
#else
#error "libjpeg-turbo is missing. On Debian or Ubuntu: sudo apt-get install libturbojpeg0-dev"
#endif
