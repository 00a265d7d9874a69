#include "report/sqlite.h"

namespace derm {
namespace {

constexpr int kPatienceMs = 5000;  // while another process writes

}  // namespace

Database::Database(const fs::path& path) : name_(path.empty() ? "memory" : path.string()) {
  const std::string file = path.empty() ? ":memory:" : path.string();
  const int code =
      sqlite3_open_v2(file.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  if (code != SQLITE_OK) {
    const std::string problem = sqlite3_errstr(code);
    sqlite3_close(handle_);
    throw Error("cannot open the database", name_, "", problem);
  }
  sqlite3_busy_timeout(handle_, kPatienceMs);
}

Database::~Database() {
  sqlite3_close(handle_);
}

void Database::run(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(sql);
}

void Database::fail(const std::string& what) const {
  const int code = sqlite3_errcode(handle_);
  const std::string problem = sqlite3_errmsg(handle_);
  // SQLITE_ERROR: a table or a column is not there, so that others than this program made them.
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_ERROR)
    throw DamagedDatabase("the database is damaged", name_, "", problem);
  throw Error("a statement of the database failed: " + what, name_, "", problem);
}

Statement::Statement(Database& database, const std::string& sql) : database_(database) {
  if (sqlite3_prepare_v2(database.handle(), sql.c_str(), -1, &statement_, nullptr) != SQLITE_OK)
    database.fail(sql);
}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

void Statement::check(int code) const {
  if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE)
    database_.fail(sqlite3_sql(statement_));
}

Statement& Statement::bind(const std::string& text) {
  check(sqlite3_bind_text(statement_, ++bound_, text.data(), static_cast<int>(text.size()),
                          SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::bind(std::optional<int64_t> number) {
  ++bound_;
  check(number ? sqlite3_bind_int64(statement_, bound_, *number)
               : sqlite3_bind_null(statement_, bound_));
  return *this;
}

Statement& Statement::bind(std::optional<double> number) {
  ++bound_;
  check(number ? sqlite3_bind_double(statement_, bound_, *number)
               : sqlite3_bind_null(statement_, bound_));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  check(code);
  return code == SQLITE_ROW;
}

void Statement::execute() {
  while (step()) {
  }
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  bound_ = 0;
}

std::string Statement::text(int column) const {
  const auto* bytes = sqlite3_column_text(statement_, column);
  return bytes == nullptr ? "" : reinterpret_cast<const char*>(bytes);
}

std::optional<int64_t> Statement::integer(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return sqlite3_column_int64(statement_, column);
}

std::optional<double> Statement::real(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return sqlite3_column_double(statement_, column);
}

}  // namespace derm
