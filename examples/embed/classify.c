/* classify_c BUNDLE IMAGE: every class with its probability, from C. */
#include <dermscope/dermscope_c.h>
#include <stdio.h>
#include <stdlib.h>

static int fail(const char* text) {
  fprintf(stderr, "error: %s\n", text);
  return 1;
}

int main(int argc, char** argv) {
  static unsigned char bytes[1 << 24];
  double probabilities[1000];
  char error[1024], warnings[1024];
  dermscope_classifier* classifier;
  FILE* file;
  size_t size;
  int failed, k;

  if (argc != 3) return fail("usage: classify_c BUNDLE IMAGE");
  file = fopen(argv[2], "rb");
  if (file == NULL) return fail("the image cannot be opened");
  size = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  if (dermscope_open(argv[1], 1, &classifier, error, sizeof error) != 0) return fail(error);
  failed = dermscope_predict(classifier, bytes, size, probabilities, warnings, sizeof warnings,
                             error, sizeof error);
  if (failed == 0) {
    for (k = 0; k < dermscope_class_count(classifier); ++k)
      printf("%s %.4f\n", dermscope_class_name(classifier, k), probabilities[k]);
    printf("%s", warnings);
  }
  dermscope_close(classifier);
  return failed ? fail(error) : 0;
}
