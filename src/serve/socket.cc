#include "serve/socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace derm {
namespace {

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  bool loopback = false;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

Address address_of(const std::string& host, int port) {
  Address out;
  const std::string number = host == "localhost" ? "127.0.0.1" : host;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&out.storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&out.storage);
  if (inet_pton(AF_INET, number.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(static_cast<uint16_t>(port));
    out.size = sizeof *v4;
    out.loopback = (ntohl(v4->sin_addr.s_addr) >> 24) == 127;
  } else if (inet_pton(AF_INET6, number.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(static_cast<uint16_t>(port));
    out.size = sizeof *v6;
    out.loopback = IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
  } else {
    throw UsageError("not an address to listen on", "--host", "an IPv4 or IPv6 address", host);
  }
  return out;
}

int poll_timeout(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<int64_t>(left, 0, 1'000'000));
}

bool wait_for(const Descriptor& socket, short events, Clock::time_point deadline,
              const Signal* until) {
  pollfd fds[2] = {{socket.get(), events, 0}, {until == nullptr ? -1 : until->fd(), POLLIN, 0}};
  while (true) {
    const int ready = ::poll(fds, 2, poll_timeout(deadline));
    if (ready > 0) return fds[0].revents != 0;
    if (ready == 0 && Clock::now() >= deadline) return false;
    if (ready < 0 && errno != EINTR) return true;  // the read or write says what is wrong
  }
}

bool would_wait() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

bool is_loopback(const std::string& host) {
  return address_of(host, 0).loopback;
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Signal::Signal() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (event_.get() < 0) throw Error("the system gives no event", "", "", std::strerror(errno));
}

void Signal::raise() {
  const uint64_t one = 1;
  while (::write(event_.get(), &one, sizeof one) < 0 && errno == EINTR) {
  }
}

bool Signal::raised() const {
  return wait_for(event_, POLLIN, Clock::now(), nullptr);
}

Descriptor listen_on(const std::string& host, int port) {
  const Address address = address_of(host, port);
  Descriptor socket(
      ::socket(address.get()->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  const bool listens = socket.get() >= 0 &&
                       ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                       ::bind(socket.get(), address.get(), address.size) == 0 &&
                       ::listen(socket.get(), SOMAXCONN) == 0;
  if (!listens)
    throw Error("cannot listen", fmt::format("{}, port {}", host, port), "a free address",
                std::strerror(errno));
  return socket;
}

int port_of(const Descriptor& listener) {
  Address address;
  address.size = sizeof address.storage;
  ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address.storage), &address.size);
  if (address.storage.ss_family == AF_INET6)
    return ntohs(reinterpret_cast<const sockaddr_in6*>(&address.storage)->sin6_port);
  return ntohs(reinterpret_cast<const sockaddr_in*>(&address.storage)->sin_port);
}

std::optional<Descriptor> accept_from(const Descriptor& listener) {
  Descriptor socket(::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (socket.get() < 0) {
    if (would_wait() || errno == ECONNABORTED) return std::nullopt;
    throw Error("cannot take a connection", "", "", std::strerror(errno));
  }
  const int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

bool wait_readable(const Descriptor& socket, Clock::time_point deadline, const Signal* until) {
  return wait_for(socket, POLLIN, deadline, until);
}

std::optional<size_t> read_some(const Descriptor& socket, char* into, size_t size,
                                Clock::time_point deadline) {
  while (true) {
    const ssize_t n = ::recv(socket.get(), into, size, 0);
    if (n >= 0) return static_cast<size_t>(n);
    if (!would_wait()) return 0;
    if (!wait_for(socket, POLLIN, deadline, nullptr)) return std::nullopt;
  }
}

bool write_all(const Descriptor& socket, std::string_view bytes, Clock::time_point deadline) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n >= 0) {
      bytes.remove_prefix(static_cast<size_t>(n));
      continue;
    }
    if (!would_wait() || !wait_for(socket, POLLOUT, deadline, nullptr)) return false;
  }
  return true;
}

void close_gently(const Descriptor& socket, std::chrono::milliseconds patience) {
  ::shutdown(socket.get(), SHUT_WR);
  const auto deadline = Clock::now() + patience;
  char nowhere[16 * 1024];
  while (Clock::now() < deadline &&
         read_some(socket, nowhere, sizeof nowhere, deadline).value_or(0) > 0) {
  }
}

}  // namespace derm
