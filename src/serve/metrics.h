// What the server counts, in the text form that Prometheus reads. Nothing of an image or a
// prediction is in it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace derm {

// Cumulative counts at fixed bounds, and the sum.
class Histogram {
 public:
  explicit Histogram(std::vector<double> bounds);
  void observe(double value);
  // Lines of `name`; `labels` is empty or `route="/x"`.
  std::string lines(const std::string& name, const std::string& labels) const;

 private:
  std::vector<double> bounds_;
  std::vector<uint64_t> counts_;  // of each bound, and beyond the last
  double sum_ = 0;
};

class ServerMetrics {
 public:
  ServerMetrics();

  void answered(const std::string& route, int status, double seconds);
  void rejected(const std::string& reason);
  void ran_batch(size_t images);
  void begun();  // a request; answered() ends it

  // `queue_length`: images that wait now.
  std::string text(size_t queue_length, bool ready) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, uint64_t> requests_;
  std::map<std::string, Histogram> seconds_;
  std::map<std::string, uint64_t> rejected_;
  Histogram batches_;
  int64_t in_flight_ = 0;
};

}  // namespace derm
