// Messages for people. Libraries may log; nothing is shown until a program installs a sink.
#pragma once

#include <spdlog/spdlog.h>

#include <memory>
#include <string>
#include <utility>

namespace derm {

// The process's logger: silent until log_to_stderr() is called.
spdlog::logger& logger();

// Shows messages on stderr, and also appends them to `file` where it is not empty.
void log_to_stderr(bool quiet = false);
void log_also_to(const std::string& file);
void stop_logging_to_file();
// Whether a program shows messages at all: progress bars are drawn only then.
bool messages_shown();

template <class... Args>
void log_info(fmt::format_string<Args...> format, Args&&... args) {
  logger().info(fmt::format(format, std::forward<Args>(args)...));
}

template <class... Args>
void log_warn(fmt::format_string<Args...> format, Args&&... args) {
  logger().warn(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace derm
