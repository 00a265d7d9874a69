#include "base/interrupt.h"

#include <csignal>
#include <cstdlib>

namespace derm {
namespace {

volatile std::sig_atomic_t requested = 0;

void on_signal(int) {
  if (requested != 0) std::_Exit(130);
  requested = 1;
}

}  // namespace

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupt_requested() {
  return requested != 0;
}
void request_interrupt() {
  requested = 1;
}
void clear_interrupt() {
  requested = 0;
}

}  // namespace derm
