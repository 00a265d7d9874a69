// Ctrl-C: the first SIGINT or SIGTERM asks long work to stop at the next safe point, the second
// ends the process.
#pragma once

namespace derm {

void catch_interrupts();     // programs call it once
bool interrupt_requested();  // long loops ask
void request_interrupt();    // for tests
void clear_interrupt();      // for tests

}  // namespace derm
