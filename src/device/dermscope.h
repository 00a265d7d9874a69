// The device library in C++: classify dermoscopic images with a bundle, in any program. This header
// needs nothing but the standard library. Research use only: not a medical device.
//
//   dermscope::Classifier classifier("student.bundle");
//   auto prediction = classifier.predict_file("lesion.jpg");
//   std::cout << classifier.classes()[prediction.top];
//
// Every function throws std::runtime_error whose text says what was wrong, where, and what was
// expected. A classifier may be used from several threads at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#if defined(__GNUC__)
#define DERMSCOPE_API __attribute__((visibility("default")))
#else
#define DERMSCOPE_API
#endif

namespace dermscope {

struct Prediction {
  std::vector<double> probabilities;  // [K], calibrated, in the order of classes()
  std::size_t top = 0;                // the most probable class
  double energy = 0;                  // log(sum(exp(logits))): low is unusual
  std::vector<std::string> warnings;  // what is unusual about the image, a sentence each
};

// What speaks for a class, row by row over the network's input; larger is more.
struct ClassMap {
  int width = 0, height = 0;
  std::vector<float> values;
};

class DERMSCOPE_API Classifier {
 public:
  // A bundle folder or zip file, checked against its hashes. `threads` of one run; 0: one per core.
  explicit Classifier(const std::string& bundle, int threads = 1);
  ~Classifier();
  Classifier(Classifier&&) noexcept;

  const std::vector<std::string>& classes() const;
  std::string model_card() const;  // Markdown

  Prediction predict_file(const std::string& path) const;
  // The bytes of a JPEG or PNG file.
  Prediction predict(const void* bytes, std::size_t size) const;
  // Upright 8-bit RGB pixels, row by row without gaps: 3 * width * height bytes.
  Prediction predict_rgb(const std::uint8_t* rgb, int width, int height) const;

  // One map for each class. Throws where the bundle has none.
  std::vector<ClassMap> class_maps(const void* bytes, std::size_t size) const;

  // Runs the bundle's golden images. Throws where this machine gives other answers.
  void verify() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

DERMSCOPE_API std::string version();  // "0.1.0"

}  // namespace dermscope
