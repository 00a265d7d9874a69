// classify BUNDLE IMAGE...: the most probable class of each image, and what is odd about it.
#include <dermscope/dermscope.h>

#include <exception>
#include <iostream>

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: classify BUNDLE IMAGE...\n";
    return 2;
  }
  try {
    const dermscope::Classifier classifier(argv[1]);
    classifier.verify();  // this machine gives the answers of the one that made the bundle
    for (int i = 2; i < argc; ++i) {
      const auto prediction = classifier.predict_file(argv[i]);
      std::cout << argv[i] << ": " << classifier.classes()[prediction.top] << " "
                << prediction.probabilities[prediction.top] << "\n";
      for (const auto& warning : prediction.warnings) std::cout << "  " << warning << "\n";
    }
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << "\n";
    return 1;
  }
}
