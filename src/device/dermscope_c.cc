#include "device/dermscope_c.h"

#include <algorithm>
#include <cstring>
#include <exception>

#include "device/dermscope.h"

struct dermscope_classifier {
  dermscope::Classifier classifier;
};

namespace {

void put_text(const std::string& text, char* out, size_t size) {
  if (out == nullptr || size == 0) return;
  const size_t n = std::min(text.size(), size - 1);
  std::memcpy(out, text.data(), n);
  out[n] = '\0';
}

// No exception crosses into C.
template <typename Body>
int guarded_call(char* error, size_t error_size, Body body) {
  try {
    body();
    return 0;
  } catch (const std::exception& problem) {
    put_text(problem.what(), error, error_size);
  } catch (...) {
    put_text("an unknown error", error, error_size);
  }
  return 1;
}

void give(const dermscope::Prediction& prediction, double* probabilities, char* warnings,
          size_t warnings_size) {
  std::copy(prediction.probabilities.begin(), prediction.probabilities.end(), probabilities);
  std::string text;
  for (const auto& warning : prediction.warnings) text += warning + "\n";
  put_text(text, warnings, warnings_size);
}

}  // namespace

const char* dermscope_version(void) {
  return DERM_VERSION;
}

int dermscope_open(const char* bundle, int threads, dermscope_classifier** out, char* error,
                   size_t error_size) {
  *out = nullptr;
  return guarded_call(error, error_size, [&] {
    *out = new dermscope_classifier{dermscope::Classifier(bundle, threads)};
  });
}

void dermscope_close(dermscope_classifier* classifier) {
  delete classifier;
}

int dermscope_class_count(const dermscope_classifier* classifier) {
  return static_cast<int>(classifier->classifier.classes().size());
}

const char* dermscope_class_name(const dermscope_classifier* classifier, int index) {
  const auto& classes = classifier->classifier.classes();
  if (index < 0 || static_cast<size_t>(index) >= classes.size()) return nullptr;
  return classes[static_cast<size_t>(index)].c_str();
}

int dermscope_predict(const dermscope_classifier* classifier, const void* bytes, size_t size,
                      double* probabilities, char* warnings, size_t warnings_size, char* error,
                      size_t error_size) {
  return guarded_call(error, error_size, [&] {
    give(classifier->classifier.predict(bytes, size), probabilities, warnings, warnings_size);
  });
}

int dermscope_predict_rgb(const dermscope_classifier* classifier, const uint8_t* rgb, int width,
                          int height, double* probabilities, char* warnings, size_t warnings_size,
                          char* error, size_t error_size) {
  return guarded_call(error, error_size, [&] {
    give(classifier->classifier.predict_rgb(rgb, width, height), probabilities, warnings,
         warnings_size);
  });
}

int dermscope_verify(const dermscope_classifier* classifier, char* error, size_t error_size) {
  return guarded_call(error, error_size, [&] { classifier->classifier.verify(); });
}
