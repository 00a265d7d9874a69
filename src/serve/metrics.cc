#include "serve/metrics.h"

#include <fmt/format.h>

#include <algorithm>

namespace derm {
namespace {

std::string braced(const std::string& labels) {
  return labels.empty() ? "" : "{" + labels + "}";
}

std::string heading(const char* name, const char* type, const char* help) {
  return fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

}  // namespace

Histogram::Histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)), counts_(bounds_.size() + 1) {}

void Histogram::observe(double value) {
  const auto bound = std::lower_bound(bounds_.begin(), bounds_.end(), value);
  ++counts_[static_cast<size_t>(bound - bounds_.begin())];
  sum_ += value;
}

std::string Histogram::lines(const std::string& name, const std::string& labels) const {
  std::string out;
  const std::string before = labels.empty() ? "" : labels + ",";
  uint64_t below = 0;
  for (size_t i = 0; i < counts_.size(); ++i) {
    below += counts_[i];
    const std::string bound = i < bounds_.size() ? fmt::format("{}", bounds_[i]) : "+Inf";
    out += fmt::format("{}_bucket{{{}le=\"{}\"}} {}\n", name, before, bound, below);
  }
  out += fmt::format("{}_sum{} {}\n", name, braced(labels), sum_);
  return out + fmt::format("{}_count{} {}\n", name, braced(labels), below);
}

ServerMetrics::ServerMetrics() : batches_({1, 2, 4, 8, 16, 32, 64}) {
  for (const char* reason : {"queue", "connections", "not_ready", "timeout"}) rejected_[reason] = 0;
}

void ServerMetrics::answered(const std::string& route, int status, double seconds) {
  const std::lock_guard lock(mutex_);
  ++requests_[{route, status}];
  const std::vector<double> bounds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
  seconds_.emplace(route, bounds).first->second.observe(seconds);
  --in_flight_;
}

void ServerMetrics::rejected(const std::string& reason) {
  const std::lock_guard lock(mutex_);
  ++rejected_[reason];
}

void ServerMetrics::ran_batch(size_t images) {
  const std::lock_guard lock(mutex_);
  batches_.observe(static_cast<double>(images));
}

void ServerMetrics::begun() {
  const std::lock_guard lock(mutex_);
  ++in_flight_;
}

std::string ServerMetrics::text(size_t queue_length, bool ready) const {
  const std::lock_guard lock(mutex_);
  std::string out = heading("dermscope_requests_total", "counter", "Answers by route and status.");
  for (const auto& [key, count] : requests_)
    out += fmt::format("dermscope_requests_total{{route=\"{}\",status=\"{}\"}} {}\n", key.first,
                       key.second, count);
  out += heading("dermscope_request_duration_seconds", "histogram",
                 "From a request's first byte to its answer.");
  for (const auto& [route, histogram] : seconds_)
    out +=
        histogram.lines("dermscope_request_duration_seconds", fmt::format("route=\"{}\"", route));
  out += heading("dermscope_batch_size", "histogram", "Images of one run of the network.");
  out += batches_.lines("dermscope_batch_size", "");
  out += heading("dermscope_rejected_total", "counter", "Requests that were told to come again.");
  for (const auto& [reason, count] : rejected_)
    out += fmt::format("dermscope_rejected_total{{reason=\"{}\"}} {}\n", reason, count);
  out += heading("dermscope_requests_in_flight", "gauge", "Requests that are being answered.");
  out += fmt::format("dermscope_requests_in_flight {}\n", in_flight_);
  out += heading("dermscope_queue_length", "gauge", "Images that wait for the network.");
  out += fmt::format("dermscope_queue_length {}\n", queue_length);
  out += heading("dermscope_ready", "gauge", "1 where the model is loaded and new work is taken.");
  return out + fmt::format("dermscope_ready {}\n", ready ? 1 : 0);
}

}  // namespace derm
