#include "base/log.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <algorithm>

namespace derm {
namespace {

std::shared_ptr<spdlog::sinks::sink> file_sink;

}  // namespace

spdlog::logger& logger() {
  static spdlog::logger instance("derm");
  return instance;
}

void log_to_stderr(bool quiet) {
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  sink->set_pattern("%^%v%$");
  sink->set_level(quiet ? spdlog::level::warn : spdlog::level::info);
  logger().sinks().assign(1, sink);
}

void log_also_to(const std::string& file) {
  stop_logging_to_file();
  file_sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file);
  file_sink->set_pattern("%Y-%m-%d %H:%M:%S %l %v");
  logger().sinks().push_back(file_sink);
  logger().flush_on(spdlog::level::info);
}

void stop_logging_to_file() {
  auto& sinks = logger().sinks();
  sinks.erase(std::remove(sinks.begin(), sinks.end(), file_sink), sinks.end());
  file_sink.reset();
}

bool messages_shown() {
  const auto& sinks = logger().sinks();
  return std::any_of(sinks.begin(), sinks.end(), [](const auto& sink) {
    return sink != file_sink && sink->should_log(spdlog::level::info);
  });
}

}  // namespace derm
