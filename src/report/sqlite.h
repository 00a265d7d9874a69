// SQLite as this project uses it: statements with bound values, errors as derm::Error.
#pragma once

#include <sqlite3.h>

#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/files.h"

namespace derm {

// The file is no database, or is damaged: what it held is lost, and whoever can makes it anew.
class DamagedDatabase : public Error {
 public:
  using Error::Error;
};

class Database {
 public:
  // Opens or creates; an empty path is a database in memory. Throws Error naming the file.
  explicit Database(const fs::path& path);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void run(const std::string& sql);  // statements without values
  [[noreturn]] void fail(const std::string& what) const;
  sqlite3* handle() const { return handle_; }

 private:
  std::string name_;
  sqlite3* handle_ = nullptr;
};

// A prepared statement. Values are bound from 1 on in the order of the calls; after the last row,
// or reset(), it can be used again.
class Statement {
 public:
  Statement(Database& database, const std::string& sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(const std::string& text);
  Statement& bind(std::optional<int64_t> number);
  Statement& bind(std::optional<double> number);  // NaN is stored as NULL
  bool step();                                    // whether there is a row
  void execute();                                 // to the end, then ready for other values

  std::string text(int column) const;  // empty where NULL
  std::optional<int64_t> integer(int column) const;
  std::optional<double> real(int column) const;

 private:
  void check(int code) const;

  Database& database_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

}  // namespace derm
