#pragma once
#if __has_include(<png.h>)
#include <png.h>
#else
#error "libpng is missing. On Debian or Ubuntu: sudo apt-get install libpng-dev"
#endif

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

// libpng reports errors with longjmp, which must not cross a Swift frame. These functions keep every jump within
// themselves: each returns false after an error and leaves libpng's words in `message`.

/// One PNG being read from memory. Must not move between `cpng_open` and `cpng_close`: libpng keeps its address.
typedef struct {
    png_structp png;
    png_infop info;
    const unsigned char *next;
    size_t remaining;
    char message[128];
} cpng_reader;

static void cpng_fail(png_structp png, png_const_charp message) {
    cpng_reader *reader = (cpng_reader *)png_get_error_ptr(png);
    if (reader != NULL && message != NULL) {
        strncpy(reader->message, message, sizeof(reader->message) - 1);
    }
    png_longjmp(png, 1);
}

static void cpng_ignore_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static void cpng_read_bytes(png_structp png, png_bytep destination, size_t count) {
    cpng_reader *reader = (cpng_reader *)png_get_io_ptr(png);
    if (count > reader->remaining) {
        png_error(png, "unexpected end of file");
    }
    memcpy(destination, reader->next, count);
    reader->next += count;
    reader->remaining -= count;
}

/// Starts reading `count` bytes, which must outlive the reader, and takes in everything before the first IDAT chunk.
/// `cpng_close` must follow whatever this returns.
static inline bool cpng_open(cpng_reader *reader, const unsigned char *bytes, size_t count) {
    memset(reader, 0, sizeof(*reader));
    reader->next = bytes;
    reader->remaining = count;
    reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, cpng_fail, cpng_ignore_warning);
    if (reader->png == NULL) {
        strcpy(reader->message, "libpng could not be started");
        return false;
    }
    if (setjmp(png_jmpbuf(reader->png))) {
        return false;
    }
    reader->info = png_create_info_struct(reader->png);
    if (reader->info == NULL) {
        strcpy(reader->message, "libpng could not be started");
        return false;
    }
    png_set_read_fn(reader->png, reader, cpng_read_bytes);
    // The caller has checked the dimensions already; libpng's own limits would only be a second check.
    png_set_user_limits(reader->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_chunk_malloc_max(reader->png, 0);
    // What says nothing about pixels (gamma, profiles, text) is skipped unread, broken or not.
    png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_crc_action(reader->png, PNG_CRC_ERROR_QUIT, PNG_CRC_QUIET_USE);
    png_set_benign_errors(reader->png, 1);
    // Encoders exist that declare a smaller window than they use.
    png_set_option(reader->png, PNG_MAXIMUM_INFLATE_WINDOW, PNG_OPTION_ON);
    png_read_info(reader->png, reader->info);
    return true;
}

/// Readies the rows: one byte per sample below 16 bits, the high byte of 16-bit samples when `strip_16`. Checksums
/// of the image data are not checked: a wrong one says nothing about which byte is wrong.
static inline bool cpng_start(cpng_reader *reader, bool strip_16) {
    if (setjmp(png_jmpbuf(reader->png))) {
        return false;
    }
    png_set_crc_action(reader->png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
    png_set_packing(reader->png);
    if (strip_16) {
        png_set_strip_16(reader->png);
    }
    png_read_update_info(reader->png, reader->info);
    return true;
}

/// Reads the next row: of the image, or, of an interlaced one, the next non-empty row of the current pass.
/// `row` must have room for `png_get_rowbytes`.
static inline bool cpng_read_row(cpng_reader *reader, unsigned char *row) {
    if (setjmp(png_jmpbuf(reader->png))) {
        // After the very last row libpng looks for the end of the compressed data. If that is what it misses, the row
        // has been delivered.
        return png_get_current_pass_number(reader->png) > 6
            || png_get_current_row_number(reader->png) >= png_get_image_height(reader->png, reader->info);
    }
    png_read_row(reader->png, row, NULL);
    return true;
}

/// Releases all that libpng holds.
static inline void cpng_close(cpng_reader *reader) {
    png_destroy_read_struct(&reader->png, &reader->info, NULL);
}
