/* The device library in C, for other languages. Research use only: not a medical device.
 *
 * Functions that can fail return 0 where they succeeded. Otherwise `error` holds a text that ends
 * with 0, cut off at `error_size` bytes; it may be null with size 0. A classifier may be used from
 * several threads at once, but for its opening and closing.
 */
#ifndef DERMSCOPE_C_H_
#define DERMSCOPE_C_H_

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define DERMSCOPE_C_API __attribute__((visibility("default")))
#else
#define DERMSCOPE_C_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dermscope_classifier dermscope_classifier;

DERMSCOPE_C_API const char* dermscope_version(void);

/* A bundle folder or zip file. `threads` of one run; 0: one per core. */
DERMSCOPE_C_API int dermscope_open(const char* bundle, int threads, dermscope_classifier** out,
                                   char* error, size_t error_size);
DERMSCOPE_C_API void dermscope_close(dermscope_classifier* classifier); /* null is fine */

DERMSCOPE_C_API int dermscope_class_count(const dermscope_classifier* classifier);
/* Null where there is no such class. Lives as long as the classifier. */
DERMSCOPE_C_API const char* dermscope_class_name(const dermscope_classifier* classifier, int index);

/* The bytes of a JPEG or PNG file. `probabilities`: room for dermscope_class_count() numbers.
 * `warnings`: one sentence a line, cut off at `warnings_size` bytes; may be null with size 0. */
DERMSCOPE_C_API int dermscope_predict(const dermscope_classifier* classifier, const void* bytes,
                                      size_t size, double* probabilities, char* warnings,
                                      size_t warnings_size, char* error, size_t error_size);

/* Upright 8-bit RGB pixels, row by row without gaps. */
DERMSCOPE_C_API int dermscope_predict_rgb(const dermscope_classifier* classifier,
                                          const uint8_t* rgb, int width, int height,
                                          double* probabilities, char* warnings,
                                          size_t warnings_size, char* error, size_t error_size);

/* Runs the bundle's golden images: fails where this machine gives other answers. */
DERMSCOPE_C_API int dermscope_verify(const dermscope_classifier* classifier, char* error,
                                     size_t error_size);

#ifdef __cplusplus
}
#endif

#endif
