// What relational and channel terms cost beside the networks: ResNet50 to MobileNetV2, 128 rows of
// 224 px (SSD-KD's 32 images of four turns; D-KD's batch).
//
//   terms_bench [--quick]
//
// share_of_step: the median time of a term with its backward pass, over the median time of a whole
// step of plain distillation (both forward passes, backward, SGD). peak_memory_ratio: peak resident
// memory of one D-KD step over that of one KD step, each in a process of its own.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <torch/optim/sgd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "bench/quick_bench.h"
#include "distill/terms.h"
#include "net/cpu.h"
#include "zoo/zoo.h"

namespace {

using namespace derm;

constexpr int64_t kClasses = 8;
const std::vector<std::string> kTerms = {"rkd", "crkd",     "ickd",       "at",
                                         "sp",  "kd_views", "ss_transfer"};

struct Size {
  int64_t side_px = 224, rows = 128;
  int repeats = 3;
};

// Both networks, and the terms of one method between them.
class Method {
 public:
  Method(const std::vector<std::string>& names, Size size)
      : student_(build_network("mobilenet_v2", {kClasses, size.side_px}), 0),
        teacher_(build_network("resnet50", {kClasses, size.side_px}), 1),
        size_(size) {
    teacher_->eval();
    for (auto* net : {&student_, &teacher_})
      (*net)->set_memory_format(torch::MemoryFormat::ChannelsLast);
    const TermContext context{
        student_->graph(), {&teacher_->graph()}, {}, kClasses, torch::arange(kClasses), {}, aux_};
    for (const auto& name : names) {
      terms_.push_back(make_term(name, context, Tree()));
      needs_.join(terms_.back()->needs());
    }
    images_ = torch::randn({size.rows, 3, size.side_px, size.side_px})
                  .contiguous(torch::MemoryFormat::ChannelsLast);
    auto parameters = student_->parameters();
    for (const auto& p : aux_.root()->parameters()) parameters.push_back(p);
    optimiser_ = std::make_unique<torch::optim::SGD>(parameters,
                                                     torch::optim::SGDOptions(1e-3).momentum(0.9));
  }

  Step forward() {
    Step step;
    step.views = needs_.views;
    step.labels = torch::arange(size_.rows / needs_.views) % kClasses;
    {
      const torch::NoGradGuard constant;
      step.teachers.push_back(teacher_->forward(images_, needs_.teacher));
    }
    step.student = student_->forward(images_, needs_.student);
    return step;
  }

  void train_step() {
    optimiser_->zero_grad();
    const Step step = forward();
    torch::Tensor total;
    for (const auto& term : terms_) {
      const auto loss = term->loss(step);
      total = total.defined() ? total + loss : loss;
    }
    total.backward();
    optimiser_->step();
  }

  // The term alone, forward and backward to the student's taps.
  static void term_step(Term& term, Step& step) {
    for (auto& [name, value] : step.student) value = value.detach().set_requires_grad(true);
    term.loss(step).backward();
  }
  Term& term(size_t i) { return *terms_[i]; }

 private:
  GraphNet student_, teacher_;
  Size size_;
  Aux aux_{0};
  std::vector<std::unique_ptr<Term>> terms_;
  Needs needs_;
  torch::Tensor images_;
  std::unique_ptr<torch::optim::SGD> optimiser_;
};

double median_seconds(int repeats, const std::function<void()>& body) {
  body();  // warm-up
  std::vector<double> times;
  for (int i = 0; i < repeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    body();
    times.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::nth_element(times.begin(), times.begin() + repeats / 2, times.end());
  return times[static_cast<size_t>(repeats / 2)];
}

// Runs `body` in a child process; its peak resident memory in MiB.
double peak_mib(const std::function<void()>& body) {
  const pid_t child = ::fork();
  if (child < 0) throw Error("cannot start a process", "terms_bench");
  if (child == 0) {
    body();
    ::_exit(0);
  }
  int status = 0;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  if (status != 0) throw Error("a measured process failed", "terms_bench");
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

Json results(bool quick) {
  const Size size = quick ? Size{32, 8, 1} : Size{};
  Json out;
  // First, before this process has threads of its own.
  const auto peak = [&](const std::vector<std::string>& names) {
    return peak_mib([&] {
      prepare_cpu(0);
      Method(names, size).train_step();
    });
  };
  const double kd_mib = peak({"ce", "kd"}), d_kd_mib = peak({"ce", "kd", "rkd", "crkd"});
  out["kd_peak_mib"] = kd_mib;
  out["d_kd_peak_mib"] = d_kd_mib;
  out["d_kd_peak_memory_ratio"] = d_kd_mib / kd_mib;
  prepare_cpu(0);
  Method kd({"ce", "kd"}, size);
  const double step_s = median_seconds(size.repeats, [&] { kd.train_step(); });
  out["kd_step_s"] = step_s;
  Method all(kTerms, size);
  Step step = all.forward();
  for (size_t i = 0; i < kTerms.size(); ++i) {
    const double term_s =
        median_seconds(size.repeats, [&] { Method::term_step(all.term(i), step); });
    out[kTerms[i]] = {{"term_s", term_s}, {"share_of_step", term_s / step_s}};
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  return quick_bench(argc, argv, results);
}
