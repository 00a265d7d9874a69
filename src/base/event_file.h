// Scalars over time as TensorBoard reads them: events.out.tfevents.SECONDS.HOST.
//
// A TFRecord file (length, masked CRC-32C of it, data, masked CRC-32C of that; little endian) whose
// records are tensorflow.Event messages of protocol buffers. It is appended to and flushed event by
// event, so that it can be watched; a reader stops at a record that a kill has torn.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/files.h"

namespace derm {

struct EventScalar {
  std::string tag;  // "val/balanced_accuracy"
  double value = 0;
};

// TensorBoard reads the files of a folder in the order of their names, and a file that starts at a
// step takes the place of what earlier files say from that step on: nothing is shown twice where a
// run was killed after an event and before its checkpoint.
class EventFile {
 public:
  // A new file whose name is behind all in the folder. Throws Error where it cannot be made.
  EventFile(const fs::path& folder, int64_t first_step);

  // One event with all scalars. Throws Error where it cannot be written.
  void add(int64_t step, const std::vector<EventScalar>& scalars);

  const fs::path& path() const { return path_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void write_record(const std::string& event);

  fs::path path_;
  std::unique_ptr<std::FILE, Close> file_;
};

// Those of a folder; nothing where there is no such folder.
void remove_event_files(const fs::path& folder);

}  // namespace derm
