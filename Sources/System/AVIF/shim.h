#pragma once
#if __has_include(<avif/avif.h>)
#include <avif/avif.h>
#else
#error "libavif is missing. On Debian or Ubuntu: sudo apt-get install libavif-dev"
#endif

/// Whether a mirror swaps left and right (1) or top and bottom (0). The field's name changed in version 1.
static inline uint8_t cavif_mirror_axis(const avifImage *image) {
#if AVIF_VERSION >= 1000000
    return image->imir.axis;
#else
    return image->imir.mode;
#endif
}
