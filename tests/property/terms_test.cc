// Every term between every teacher and every student of the zoo: it builds from the two graphs, its
// loss is finite, and the gradient reaches what it must and nothing else. Taps are random tensors
// of the graphs' shapes: a term sees nothing of a network but those.
#include <gtest/gtest.h>

#include <chrono>
#include <set>

#include "distill/terms.h"
#include "zoo/zoo.h"

namespace derm {
namespace {

constexpr int64_t kClasses = 4, kSamples = 3, kSide = 64;
const std::vector<std::string> kTaps = {"stem",   "stage1",   "stage2",    "stage3",
                                        "stage4", "features", "embedding", "logits"};
// Their generation block grows with the square of the teacher's width (75 M weights for ResNet50),
// so they meet every teacher with one student, and every student with one teacher.
const std::set<std::string> kHeavy = {"mgd", "hf_mgd", "review", "dml", "eml"};

std::vector<Graph> graphs() {
  std::vector<Graph> out;
  std::set<std::string> shapes;
  for (const auto& entry : networks()) {
    NetworkOptions options;
    options.classes = kClasses;
    options.side_px = kSide;
    Graph graph = entry.build(options);
    std::string text;
    for (const auto& tap : kTaps) text += graph.shape(tap).text() + " ";
    if (shapes.insert(text).second) out.push_back(std::move(graph));
  }
  return out;
}

// Rows of every tap that has the wanted name, each a leaf.
Taps random_taps(const Graph& graph, const TapSet& wanted, int64_t rows, bool trained) {
  Taps taps;
  for (const auto& name : wanted) {
    const Shape& s = graph.shape(name);
    const bool flat = name == "embedding" || name == "logits";
    const auto sizes = flat ? std::vector<int64_t>{rows, s.channels}
                            : std::vector<int64_t>{rows, s.channels, s.height, s.width};
    taps[name] = torch::randn(sizes).set_requires_grad(trained);
  }
  return taps;
}

void expect_gradient_in(const Taps& taps, const std::string& side) {
  for (const auto& [name, value] : taps) {
    const auto grad = value.grad();
    ASSERT_TRUE(grad.defined()) << "no gradient reaches " << side << " tap " << name;
    EXPECT_TRUE(torch::isfinite(grad).all().item<bool>()) << side << " tap " << name;
    EXPECT_GT(grad.abs().max().item<double>(), 0) << side << " tap " << name;
  }
}

// One step of one term with auxiliary modules of its own. Returns what it needs.
Needs check(const TermEntry& row, const Graph& student, const Graph& teacher) {
  SCOPED_TRACE(row.name + ": " + teacher.arch + " to " + student.arch);
  torch::manual_seed(1);
  Aux aux(0);
  const auto labels = torch::tensor({0, 1, 2, 3, 0, 1, 2, 3});
  const TermContext context{student, {&teacher, &teacher}, {&teacher}, kClasses, labels, {}, aux};
  Tree options;
  if (row.name == "crd") options = parse_yaml("negatives: 5", "test");
  const auto term = row.make(context, options);
  const Needs needs = term->needs();
  Step step;
  step.views = needs.views;
  step.labels = torch::tensor({0, 1, 3});
  step.index = torch::tensor({0, 1, 3});
  const int64_t rows = kSamples * needs.views;
  step.student = random_taps(student, needs.student, rows, true);
  step.teachers.assign(2, random_taps(teacher, needs.teacher, rows, false));
  step.peers.assign(1, random_taps(teacher, needs.peer, rows, true));
  const auto loss = term->loss(step);
  EXPECT_EQ(loss.dim(), 0);
  EXPECT_TRUE(torch::isfinite(loss).item<bool>());
  loss.backward();
  expect_gradient_in(step.student, "student");
  for (const auto& peer : step.peers) expect_gradient_in(peer, "peer");
  for (const auto& [name, value] : step.teachers[0]) EXPECT_FALSE(value.grad().defined()) << name;
  for (const auto& parameter : aux.root()->named_parameters()) {
    const bool frozen = row.name == "ss_transfer" && parameter.key().rfind("teacher_head", 0) == 0;
    EXPECT_EQ(parameter.value().grad().defined(), !frozen) << parameter.key();
  }
  return needs;
}

std::string shapes_of(const Graph& graph, const TapSet& taps) {
  std::string text;
  for (const auto& tap : taps) text += tap + " " + graph.shape(tap).text() + " ";
  return text;
}

// Pairs that look alike to a term are checked once.
void check_all_pairs(const TermEntry& row, const std::vector<Graph>& all) {
  std::set<std::string> seen;
  Needs needs;
  for (const auto& teacher : all)
    for (const auto& student : all) {
      const bool first = student.arch == all[0].arch || teacher.arch == all[0].arch;
      if (kHeavy.count(row.name) != 0 && !first) continue;
      const auto pair = shapes_of(student, needs.student) + "from " +
                        shapes_of(teacher, needs.teacher) + shapes_of(teacher, needs.peer);
      if (seen.empty() || seen.insert(pair).second) needs = check(row, student, teacher);
      if (seen.empty()) seen.insert("the first pair told what the term needs");
      if (::testing::Test::HasFatalFailure()) return;
    }
}

TEST(Terms, FitEveryPairOfNetworks) {
  const auto all = graphs();
  ASSERT_GE(all.size(), 10U);
  for (const auto& row : terms()) {
    const auto begin = std::chrono::steady_clock::now();
    check_all_pairs(row, all);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    std::printf("%-12s %.1f s\n", row.name.c_str(), seconds.count());
  }
}

// What holds for each term by itself, on one pair.
class EveryTerm : public ::testing::TestWithParam<std::string> {
 protected:
  const TermEntry& entry() const {
    for (const auto& row : terms())
      if (row.name == GetParam()) return row;
    throw std::logic_error(GetParam());
  }
};

std::vector<std::string> term_names() {
  std::vector<std::string> out;
  for (const auto& row : terms()) out.push_back(row.name);
  return out;
}

INSTANTIATE_TEST_SUITE_P(, EveryTerm, ::testing::ValuesIn(term_names()),
                         [](const auto& each) { return each.param; });

// Identical and dead sides, a batch of one or two, a batch of one class: finite, and never NaN in a
// gradient. Half-precision taps (autocast) give the loss of the same numbers in float32.
TEST_P(EveryTerm, SurvivesDegenerateBatchesAndHalfPrecision) {
  NetworkOptions options;
  options.classes = kClasses;
  options.side_px = kSide;
  const Graph graph = build_network("resnet18", options);
  for (const int64_t samples : {1, 2, 4})
    for (const double scale : {0.0, 1.0, 50.0})
      for (const bool half : {false, true}) {
        SCOPED_TRACE(fmt::format("{} samples, scale {}, half {}", samples, scale, half));
        torch::manual_seed(2);
        Aux aux(0);
        const auto labels = torch::tensor({0, 0, 0, 0, 1});
        const TermContext context{graph, {&graph}, {&graph}, kClasses, labels, {}, aux};
        Tree tree;
        if (GetParam() == "crd") tree = parse_yaml("negatives: 3", "test");
        const auto term = entry().make(context, tree);
        aux.root()->eval();  // batch norm cannot normalise one image's single position
        const Needs needs = term->needs();
        Step step;
        step.views = needs.views;
        step.labels = torch::zeros({samples}, torch::kLong);
        step.index = torch::arange(samples);
        TapSet all = needs.student;
        all.insert(needs.teacher.begin(), needs.teacher.end());
        all.insert(needs.peer.begin(), needs.peer.end());
        const Taps made = random_taps(graph, all, samples * needs.views, false);
        const auto side = [&](const TapSet& wanted, bool trained, torch::ScalarType type) {
          Taps out;
          for (const auto& name : wanted)
            out[name] =
                (made.at(name) * scale).to(torch::kBFloat16).to(type).set_requires_grad(trained);
          return out;
        };
        const auto run = [&](torch::ScalarType type) {
          torch::manual_seed(3);
          step.student = side(needs.student, true, type);
          step.teachers.assign(1, side(needs.teacher, false, type));
          step.peers.assign(1, side(needs.peer, true, type));
          return term->loss(step);
        };
        const auto loss = run(torch::kFloat);
        loss.backward();
        EXPECT_TRUE(torch::isfinite(loss).item<bool>());
        for (const auto& [name, value] : step.student)
          if (value.grad().defined()) {
            EXPECT_TRUE(torch::isfinite(value.grad()).all().item<bool>()) << name;
          }
        if (half) {
          const double want = loss.item<double>();
          EXPECT_NEAR(run(torch::kBFloat16).item<double>(), want, 1e-5 * (1 + std::abs(want)));
        }
      }
}

}  // namespace
}  // namespace derm
