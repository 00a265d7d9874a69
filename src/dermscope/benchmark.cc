// `dermscope benchmark`: latency by threads and batch, from JPEG to answer, cold start, memory.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <functional>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/json.h"
#include "base/log.h"
#include "dermscope/command.h"
#include "runtime/predictor.h"

namespace derm {
namespace {

using Clock = std::chrono::steady_clock;

struct BenchmarkFlags {
  std::string bundle, image;
  std::vector<int64_t> threads{1, 2}, batch{1, 8};
  double seconds = 2;
  bool json = false;
};

struct Latency {
  double p50_ms = 0, p90_ms = 0, p99_ms = 0;
  int64_t runs = 0;
};

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// At least ten runs, after three that do not count.
Latency measure(double seconds, const std::function<void()>& body) {
  for (int i = 0; i < 3; ++i) body();
  std::vector<double> times;
  const auto begin = Clock::now();
  while (times.size() < 10 || milliseconds_since(begin) < seconds * 1000) {
    if (interrupt_requested()) throw Interrupted("interrupted");
    const auto start = Clock::now();
    body();
    times.push_back(milliseconds_since(start));
  }
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) {
    return times[std::min(times.size() - 1,
                          static_cast<size_t>(share * static_cast<double>(times.size())))];
  };
  return {at(0.5), at(0.9), at(0.99), static_cast<int64_t>(times.size())};
}

// The golden JPEG, or the image that was named.
struct Sample {
  std::string name;
  Bytes bytes;
};

Sample sample_of(const BenchmarkFlags& flags, const Bundle& bundle) {
  if (!flags.image.empty()) return {flags.image, read_file(flags.image)};
  std::string file = bundle.golden.front().file;
  for (const auto& golden : bundle.golden)
    if (fs::path(golden.file).extension() == ".jpg") file = golden.file;
  return {file, bundle.file(file)};
}

// Wall time from the start of a new process, which loads the bundle and classifies one image, until
// it has said the answer.
double cold_start_ms(const std::string& bundle, const std::string& image) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw Error("no pipe for the cold start", bundle);
  const auto start = Clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::execl("/proc/self/exe", "dermscope", "-q", "predict", bundle.c_str(), image.c_str(),
            static_cast<char*>(nullptr));
    ::_exit(127);
  }
  ::close(ends[1]);
  char first = 0;
  const bool answered = ::read(ends[0], &first, 1) == 1;
  const double elapsed_ms = milliseconds_since(start);
  while (::read(ends[0], &first, 1) == 1) {
  }
  ::close(ends[0]);
  int status = -1;
  if (!answered || child < 0 || ::waitpid(child, &status, 0) != child || status != 0)
    throw Error("the process for the cold start failed", bundle);
  return elapsed_ms;
}

double median_cold_start_ms(const std::string& bundle, const Sample& sample) {
  const fs::path folder = fs::temp_directory_path() / fmt::format("dermscope_{}", ::getpid());
  const fs::path image = folder / fs::path(sample.name).filename();
  fs::create_directories(folder);
  write_file_atomic(image, ByteView(sample.bytes));
  std::vector<double> times;
  for (int i = 0; i < 9; ++i) times.push_back(cold_start_ms(bundle, image.string()));
  fs::remove_all(folder);
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

Json json_of(const Latency& latency) {
  return {{"p50_ms", latency.p50_ms},
          {"p90_ms", latency.p90_ms},
          {"p99_ms", latency.p99_ms},
          {"runs", latency.runs}};
}

Json network_rows(const BenchmarkFlags& flags, const Bundle& bundle, const Sample& sample) {
  Json rows = Json::array();
  for (const int64_t threads : flags.threads) {
    const Predictor predictor(bundle, {threads});
    const Image fitted = predictor.fitted(sample.bytes, sample.name);
    for (const int64_t batch : flags.batch) {
      const std::vector<Image> images(static_cast<size_t>(batch), fitted);
      const Latency latency = measure(flags.seconds, [&] { predictor.predict(images); });
      Json row{{"threads", threads}, {"batch", batch}};
      row.update(json_of(latency));
      row["images_per_s"] = 1000 * static_cast<double>(batch) / latency.p50_ms;
      rows.push_back(row);
    }
  }
  return rows;
}

Json results_of(const BenchmarkFlags& flags) {
  const Bundle bundle = read_bundle(flags.bundle);
  const Sample sample = sample_of(flags, bundle);
  Json out;
  out["bundle"] = flags.bundle;
  out["model_bytes"] = bundle.file("model.onnx").size();
  out["cold_start_ms"] = median_cold_start_ms(flags.bundle, sample);
  {
    const Predictor predictor(bundle, {1});
    const Latency latency =
        measure(flags.seconds, [&] { predictor.predict(sample.bytes, sample.name); });
    out["image_to_answer"] = json_of(latency);
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    out["peak_rss_mib"] = static_cast<double>(usage.ru_maxrss) / 1024;
  }
  out["network"] = network_rows(flags, bundle, sample);
  return out;
}

void benchmark(const BenchmarkFlags& flags) {
  const Json results = results_of(flags);
  if (flags.json) {
    std::printf("%s\n", results.dump(2).c_str());
    return;
  }
  std::printf("cold start to first prediction  %.0f ms\n",
              results.at("cold_start_ms").get<double>());
  const Json& whole = results.at("image_to_answer");
  std::printf("image file to answer, 1 thread  %.2f ms (p90 %.2f, p99 %.2f)\n",
              whole.at("p50_ms").get<double>(), whole.at("p90_ms").get<double>(),
              whole.at("p99_ms").get<double>());
  std::printf("peak resident memory            %.0f MiB\n",
              results.at("peak_rss_mib").get<double>());
  std::printf("\nthreads  batch   p50 ms   p90 ms   p99 ms   images/s\n");
  for (const Json& row : results.at("network"))
    std::printf("%7ld %6ld %8.2f %8.2f %8.2f %10.1f\n", row.at("threads").get<long>(),
                row.at("batch").get<long>(), row.at("p50_ms").get<double>(),
                row.at("p90_ms").get<double>(), row.at("p99_ms").get<double>(),
                row.at("images_per_s").get<double>());
}

}  // namespace

void add_benchmark(CLI::App& parent, int&) {
  auto* app = parent.add_subcommand("benchmark", "measure latency, cold start and memory");
  auto flags = std::make_shared<BenchmarkFlags>();
  app->add_option("bundle", flags->bundle, "bundle: a folder or a zip file")->required();
  app->add_option("--image", flags->image, "image file; default: a golden one");
  app->add_option("--threads", flags->threads, "thread counts of one run")
      ->delimiter(',')
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  app->add_option("--batch", flags->batch, "images of one run")
      ->delimiter(',')
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  app->add_option("--seconds", flags->seconds, "for each measurement")
      ->check(CLI::Range(0.01, 3600.0))
      ->capture_default_str();
  app->add_flag("--json", flags->json, "print the numbers as JSON");
  app->footer("Example:\n  dermscope benchmark student.bundle --threads 1,2 --batch 1");
  app->callback([flags] { benchmark(*flags); });
}

}  // namespace derm
