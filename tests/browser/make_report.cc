// For the browser test of the report: two small runs and their page, FOLDER/report.html.
#include "base/error.h"
#include "report/page.h"
#include "report/run_folder.h"

int main(int count, char** arguments) {
  using namespace derm;
  if (count != 2) return 2;
  const testing::RunFolder teacher("teacher"), student("student");
  auto runs = read_reported_runs({teacher.path(), student.path()}, "test");
  measure_runs(runs, {200, 0.95, 0});
  PageOptions options;
  options.gallery.gaps = {"student: no pictures, for there are no weights"};
  write_file_atomic(fs::path(arguments[1]) / "report.html", report_page(runs, options));
  return 0;
}
