// One process at a time makes files in a folder; the others wait. Advisory (flock on `.lock`), held
// until destruction or the end of the process.
#pragma once

#include "base/files.h"

namespace derm {

class FolderLock {
 public:
  // Waits for the lock. Where the file system knows no locks it goes on without: files are written
  // atomically anyway, the lock only spares double work.
  explicit FolderLock(fs::path folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

  // Removes temporary files of `name` that a killed process left. REQUIRES that whoever writes
  // `name` holds this lock.
  void remove_leftovers(const fs::path& name) const;

 private:
  fs::path folder_;
  int fd_ = -1;
  bool locked_ = false;
};

}  // namespace derm
