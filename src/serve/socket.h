// TCP without blocking: every wait has a deadline. Addresses are numbers or "localhost", so that
// whether one is loopback never depends on a name server.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "serve/http.h"

namespace derm {

// Throws UsageError where `host` is neither an IPv4 or IPv6 address nor "localhost".
bool is_loopback(const std::string& host);

// A file descriptor, closed at the end.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }

 private:
  int fd_;
};

// Raised once, never lowered; everyone who waits on it wakes.
class Signal {
 public:
  Signal();
  void raise();
  bool raised() const;
  int fd() const { return event_.get(); }

 private:
  Descriptor event_;
};

// Port 0: any free one. Throws Error naming the address.
Descriptor listen_on(const std::string& host, int port);
int port_of(const Descriptor& listener);

// The next connection; nothing where none waits. Throws Error where the system has none to give.
std::optional<Descriptor> accept_from(const Descriptor& listener);

// Whether there is something to read (or the end) before the deadline. With `until`: also ends when
// that is raised.
bool wait_readable(const Descriptor& socket, Clock::time_point deadline,
                   const Signal* until = nullptr);

// Bytes read; 0: the other side has closed, or broke off; nothing: the deadline has passed.
std::optional<size_t> read_some(const Descriptor& socket, char* into, size_t size,
                                Clock::time_point deadline);

// Whether everything was taken before the deadline.
bool write_all(const Descriptor& socket, std::string_view bytes, Clock::time_point deadline);

// Says goodbye and takes what still comes for a while: closing at once would make the system
// discard an answer that the other side has not read yet.
void close_gently(const Descriptor& socket, std::chrono::milliseconds patience);

}  // namespace derm
