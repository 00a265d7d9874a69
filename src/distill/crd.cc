#include "distill/crd.h"

#include "base/error.h"
#include "distill/math.h"

namespace derm {
namespace {

class Memories : public torch::nn::Module {
 public:
  Memories(int64_t student, int64_t teacher, int64_t images, int64_t width)
      : embed_student(register_module("embed_student", torch::nn::Linear(student, width))),
        embed_teacher(register_module("embed_teacher", torch::nn::Linear(teacher, width))) {
    const double bound = 1 / std::sqrt(static_cast<double>(width) / 3);
    for (const char* side : {"student", "teacher"}) {
      register_buffer(side, torch::empty({images, width}).uniform_(-bound, bound));
      register_buffer(std::string("z_") + side, torch::zeros({}));  // 0: not known yet
    }
  }
  torch::Tensor buffer(const std::string& name) { return named_buffers()[name]; }

  torch::nn::Linear embed_student, embed_teacher;
};

class Crd : public Term {
 public:
  Crd(std::shared_ptr<Memories> memories, torch::Tensor labels, const CrdOptions& options)
      : memories_(std::move(memories)), labels_(std::move(labels)), options_(options) {}

  Needs needs() const override { return {{"embedding"}, {"embedding"}, {}, 1}; }

  torch::Tensor loss(const Step& step) override {
    if (!step.index.defined())
      throw Error("crd has a memory of training images only", "stage key select",
                  "a metric other than terms");
    const auto student = step.view(tap(step.student, "embedding"), 0);
    const auto teacher = step.view(tap(step.teacher(), "embedding"), 0);
    const auto v_s = unit_rows(memories_->embed_student->forward(student));
    const auto v_t = unit_rows(memories_->embed_teacher->forward(teacher));
    const auto idx = draw(step);
    const auto loss = side("student", "teacher", v_s, idx) + side("teacher", "student", v_t, idx);
    if (memories_->is_training()) {
      remember("student", v_s, step.index);
      remember("teacher", v_t, step.index);
    }
    return loss;
  }

 private:
  torch::Tensor side(const std::string& own, const std::string& other, const torch::Tensor& v,
                     const torch::Tensor& idx) {
    // A copy: the rows move before the backward pass needs them.
    const auto memory = memories_->buffer(other).clone();
    auto z = memories_->buffer("z_" + own);
    if (z.item<double>() == 0) z.copy_(crd_constant(v.detach(), memory, idx, options_.temperature));
    return crd_side(v, memory, idx, options_.temperature, z);
  }

  void remember(const std::string& own, const torch::Tensor& v, const torch::Tensor& rows) {
    auto memory = memories_->buffer(own);
    crd_update(memory, v, rows, options_.momentum);
  }

  // [B, K + 1]: each image and then `negatives` images of other classes, repeated only where there
  // are fewer.
  torch::Tensor draw(const Step& step) {
    std::vector<torch::Tensor> rows;
    for (int64_t i = 0; i < step.labels.size(0); ++i) {
      const auto others = torch::nonzero(labels_ != step.labels[i].item<int64_t>()).squeeze(1);
      const int64_t count = others.size(0);
      const auto picked = count >= options_.negatives
                              ? torch::randperm(count).slice(0, 0, options_.negatives)
                              : torch::randint(count, {options_.negatives});
      rows.push_back(torch::cat(
          {step.index.slice(0, i, i + 1).cpu(), others.index_select(0, picked.to(torch::kLong))}));
    }
    return torch::stack(rows).to(step.labels.device());
  }

  std::shared_ptr<Memories> memories_;
  torch::Tensor labels_;
  CrdOptions options_;
};

// All similarities at once, then those of idx: [B, M] is small beside gathered rows [B, K, D].
torch::Tensor scores(const torch::Tensor& v, const torch::Tensor& memory, const torch::Tensor& idx,
                     double temperature) {
  return torch::exp(v.matmul(memory.to(v.scalar_type()).t()).gather(1, idx) / temperature);
}

}  // namespace

torch::Tensor crd_side(const torch::Tensor& v, const torch::Tensor& memory,
                       const torch::Tensor& idx, double temperature, const torch::Tensor& z) {
  constexpr double kTiny = 1e-7;
  const auto o = scores(v, memory, idx, temperature) / z;
  const double noise = static_cast<double>(idx.size(1) - 1) / static_cast<double>(memory.size(0));
  const auto positive = o.slice(1, 0, 1), negative = o.slice(1, 1);
  const auto log_positive = torch::log(positive / (positive + noise + kTiny));
  const auto log_negative = std::log(noise) - torch::log(negative + noise + kTiny);
  return -(log_positive.sum() + log_negative.sum()) / static_cast<double>(v.size(0));
}

torch::Tensor crd_constant(const torch::Tensor& v, const torch::Tensor& memory,
                           const torch::Tensor& idx, double temperature) {
  return scores(v, memory, idx, temperature).mean() * static_cast<double>(memory.size(0));
}

void crd_update(torch::Tensor& memory, const torch::Tensor& v, const torch::Tensor& rows,
                double momentum) {
  const torch::NoGradGuard constant;
  const auto old = memory.index_select(0, rows);
  memory.index_copy_(0, rows,
                     unit_rows(momentum * old + (1 - momentum) * v.to(memory.scalar_type())));
}

std::unique_ptr<Term> new_crd(const TermContext& context, const CrdOptions& options) {
  const auto& labels = context.train_labels;
  if ((labels == labels[0]).all().item<bool>())
    throw Error("crd contrasts classes", "term crd", "training images of two classes or more",
                "one class");
  auto memories = context.aux.get<Memories>("crd", [&] {
    return std::make_shared<Memories>(context.student.shape("embedding").channels,
                                      context.teacher().shape("embedding").channels, labels.size(0),
                                      options.width);
  });
  return std::make_unique<Crd>(std::move(memories), labels, options);
}

}  // namespace derm
