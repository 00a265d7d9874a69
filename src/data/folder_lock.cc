#include "data/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "base/strings.h"

namespace derm {

FolderLock::FolderLock(fs::path folder) : folder_(std::move(folder)) {
  const fs::path path = folder_ / ".lock";
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd_ < 0) throw Error("cannot write into folder", folder_.string(), "", std::strerror(errno));
  int result = 0;
  do {
    result = ::flock(fd_, LOCK_EX);
  } while (result != 0 && errno == EINTR);
  locked_ = result == 0;
}

FolderLock::~FolderLock() {
  ::close(fd_);
}

void FolderLock::remove_leftovers(const fs::path& name) const {
  if (!locked_) return;
  for (const auto& file : list_files(folder_, false)) {
    const std::string found = file.filename().string();
    if (starts_with(found, name.string() + ".") && ends_with(found, ".tmp")) fs::remove(file);
  }
}

}  // namespace derm
