#include "base/error.h"
#include "distill/logits_term.h"
#include "distill/sskd.h"

namespace derm {
namespace {

constexpr int64_t kTurns = 4;

class KdViews : public Term {
 public:
  explicit KdViews(const KdViewsOptions& options) : options_(options) {}

  Needs needs() const override { return {{"logits"}, {"logits"}, {}, kTurns}; }

  torch::Tensor loss(const Step& step) override {
    const auto right = step.labels.repeat_interleave(step.views - 1);
    return kept_kl(step.others(tap(step.teacher(), "logits")),
                   step.others(tap(step.student, "logits")), right, options_.temperature,
                   options_.keep_wrong);
  }

 private:
  KdViewsOptions options_;
};

torch::Tensor similarity_of(const Step& step, ProjectionHead& head, const Taps& taps) {
  const auto projected = head->forward(tap(taps, "embedding"));
  return view_similarity(step.others(projected), step.view(projected, 0));
}

class SsTransfer : public Term {
 public:
  SsTransfer(ProjectionHead student, ProjectionHead teacher, const SsTransferOptions& options)
      : student_(std::move(student)), teacher_(std::move(teacher)), options_(options) {}

  Needs needs() const override { return {{"embedding"}, {"embedding"}, {}, kTurns}; }

  torch::Tensor loss(const Step& step) override {
    const auto of_student = similarity_of(step, student_, step.student);
    const torch::Tensor of_teacher = [&] {
      const torch::NoGradGuard constant;
      return similarity_of(step, teacher_, step.teacher());
    }();
    const auto own = torch::arange(of_student.size(1), step.labels.options());
    return kept_kl(of_teacher, of_student, own.repeat_interleave(step.views - 1),
                   options_.temperature, options_.keep_wrong);
  }

 private:
  ProjectionHead student_, teacher_;
  SsTransferOptions options_;
};

class SsPretrain : public Term {
 public:
  explicit SsPretrain(ProjectionHead head) : head_(std::move(head)) {}

  Needs needs() const override { return {{}, {"embedding"}, {}, kTurns}; }

  torch::Tensor loss(const Step& step) override {
    return ss_pretrain_loss(similarity_of(step, head_, step.teacher()));
  }

 private:
  ProjectionHead head_;
};

ProjectionHead head(const TermContext& context, const std::string& name, const Graph& graph) {
  const int64_t width = graph.shape("embedding").channels;
  return ProjectionHead(context.aux.get<ProjectionHeadImpl>(
      name, [&] { return std::make_shared<ProjectionHeadImpl>(width); }));
}

}  // namespace

std::unique_ptr<Term> new_kd_views(const TermContext& context, const KdViewsOptions& options) {
  check_teacher_classes(context, "kd_views");
  return std::make_unique<KdViews>(options);
}

std::unique_ptr<Term> new_ss_transfer(const TermContext& context,
                                      const SsTransferOptions& options) {
  const Graph& teacher = context.teacher();
  return std::make_unique<SsTransfer>(head(context, "student_head", context.student),
                                      head(context, "teacher_head", teacher), options);
}

std::unique_ptr<Term> new_ss_pretrain(const TermContext& context, const SsPretrainOptions&) {
  return std::make_unique<SsPretrain>(head(context, "teacher_head", context.teacher()));
}

}  // namespace derm
