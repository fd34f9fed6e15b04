#pragma once
#if __has_include(<tiffio.h>)
#include <tiffio.h>
#else
#error "libtiff is missing. On Debian or Ubuntu: sudo apt-get install libtiff-dev"
#endif
#if TIFFLIB_VERSION < 20221213
#error "libtiff 4.5 or later is needed"
#endif

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

// Swift can neither call variadic functions nor take their arguments.

/// One TIFF being read from memory. Must not move between `ctiff_open` and `ctiff_close`: libtiff keeps its address.
typedef struct {
    TIFF *tiff;
    const unsigned char *bytes;
    uint64_t count;
    uint64_t position;
    /// The first error since `message` was emptied.
    char message[200];
} ctiff_reader;

static tmsize_t ctiff_read(thandle_t handle, void *destination, tmsize_t count) {
    ctiff_reader *reader = (ctiff_reader *)handle;
    uint64_t rest = reader->position < reader->count ? reader->count - reader->position : 0;
    uint64_t taken = count < 0 ? 0 : (uint64_t)count < rest ? (uint64_t)count : rest;
    memcpy(destination, reader->bytes + (rest ? reader->position : 0), taken);
    reader->position += taken;
    return (tmsize_t)taken;
}

static tmsize_t ctiff_write(thandle_t handle, void *source, tmsize_t count) {
    (void)handle;
    (void)source;
    (void)count;
    return 0;
}

static toff_t ctiff_seek(thandle_t handle, toff_t offset, int from) {
    ctiff_reader *reader = (ctiff_reader *)handle;
    reader->position = offset + (from == SEEK_CUR ? reader->position : from == SEEK_END ? reader->count : 0);
    return reader->position;
}

static int ctiff_end(thandle_t handle) {
    (void)handle;
    return 0;
}

static toff_t ctiff_size(thandle_t handle) { return ((ctiff_reader *)handle)->count; }

static int ctiff_map(thandle_t handle, void **base, toff_t *size) {
    ctiff_reader *reader = (ctiff_reader *)handle;
    *base = (void *)reader->bytes;
    *size = reader->count;
    return 1;
}

static void ctiff_unmap(thandle_t handle, void *base, toff_t size) {
    (void)handle;
    (void)base;
    (void)size;
}

static int ctiff_keep_error(TIFF *tiff, void *user, const char *module, const char *format, va_list arguments) {
    ctiff_reader *reader = (ctiff_reader *)user;
    (void)tiff;
    (void)module;
    if (reader->message[0] == 0) {
        vsnprintf(reader->message, sizeof(reader->message), format, arguments);
    }
    return 1;
}

static int ctiff_ignore_warning(TIFF *tiff, void *user, const char *module, const char *format, va_list arguments) {
    (void)tiff;
    (void)user;
    (void)module;
    (void)format;
    (void)arguments;
    return 1;
}

/// Starts reading `count` bytes, which must outlive the reader, and takes in the first directory. No piece of memory
/// is larger than `most` bytes. Returns false after an error; `ctiff_close` must follow whatever this returns.
static inline bool ctiff_open(ctiff_reader *reader, const void *bytes, size_t count, size_t most) {
    memset(reader, 0, sizeof(*reader));
    reader->bytes = (const unsigned char *)bytes;
    reader->count = count;
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (options == NULL) {
        return false;
    }
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)most);
    TIFFOpenOptionsSetErrorHandlerExtR(options, ctiff_keep_error, reader);
    TIFFOpenOptionsSetWarningHandlerExtR(options, ctiff_ignore_warning, reader);
    // C: strips are as the file has them, not chopped into smaller ones.
    reader->tiff = TIFFClientOpenExt(
        "", "rC", reader, ctiff_read, ctiff_write, ctiff_seek, ctiff_end, ctiff_size, ctiff_map, ctiff_unmap, options);
    TIFFOpenOptionsFree(options);
    return reader->tiff != NULL;
}

static inline void ctiff_close(ctiff_reader *reader) {
    if (reader->tiff != NULL) {
        TIFFClose(reader->tiff);
        reader->tiff = NULL;
    }
}

/// A tag whose values are of 16 bits; false where it is neither there nor has a default.
static inline bool ctiff_short(ctiff_reader *reader, uint32_t tag, uint16_t *value) {
    return TIFFGetFieldDefaulted(reader->tiff, tag, value) == 1;
}

/// 0 where there is none.
static inline uint16_t ctiff_orientation(ctiff_reader *reader) {
    uint16_t value = 0;
    return TIFFGetField(reader->tiff, TIFFTAG_ORIENTATION, &value) == 1 ? value : 0;
}

/// A tag whose values are of 32 bits.
static inline bool ctiff_long(ctiff_reader *reader, uint32_t tag, uint32_t *value) {
    return TIFFGetFieldDefaulted(reader->tiff, tag, value) == 1;
}

/// What the samples beyond the colours are, at most `most` of them. Returns how many there are.
static inline uint16_t ctiff_extra_samples(ctiff_reader *reader, uint16_t *kinds, uint16_t most) {
    uint16_t count = 0, *found = NULL;
    if (TIFFGetField(reader->tiff, TIFFTAG_EXTRASAMPLES, &count, &found) != 1 || found == NULL) {
        return 0;
    }
    for (uint16_t index = 0; index < count && index < most; index++) {
        kinds[index] = found[index];
    }
    return count;
}

/// The colours of a palette, of which there are two to the power of the bits of a sample.
static inline bool ctiff_palette(ctiff_reader *reader, uint16_t **red, uint16_t **green, uint16_t **blue) {
    return TIFFGetField(reader->tiff, TIFFTAG_COLORMAP, red, green, blue) == 1;
}

static inline bool ctiff_xmp(ctiff_reader *reader, uint32_t *count, void **content) {
    return TIFFGetField(reader->tiff, TIFFTAG_XMLPACKET, count, content) == 1;
}

/// Has JPEG's YCbCr converted to RGB.
static inline void ctiff_ask_for_rgb(ctiff_reader *reader) {
    TIFFSetField(reader->tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
}

/// Rows of red, green, blue and alpha, whatever the file has, the top one first. `message` has why it is false.
static inline bool ctiff_rgba(ctiff_reader *reader, uint32_t *pixels, uint32_t width, uint32_t first, uint32_t count) {
    TIFFRGBAImage image;
    char message[1024] = "";
    bool done = false;
    if (TIFFRGBAImageOK(reader->tiff, message) && TIFFRGBAImageBegin(&image, reader->tiff, 0, message)) {
        image.orientation = ORIENTATION_TOPLEFT;
        image.req_orientation = ORIENTATION_TOPLEFT;
        image.row_offset = (int)first;
        image.col_offset = 0;
        done = TIFFRGBAImageGet(&image, pixels, width, count) == 1;
        TIFFRGBAImageEnd(&image);
    }
    if (!done && reader->message[0] == 0) {
        snprintf(reader->message, sizeof(reader->message), "%.199s", message);
    }
    return done;
}
