#include "deploy/quantize.h"

#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "base/interrupt.h"
#include "deploy/activation_statistics.h"
#include "deploy/onnx_export.h"
#include "deploy/onnx_read.h"
#include "deploy/pack.h"
#include "deploy/wide_input.h"

namespace derm {
namespace {

using Clock = std::chrono::steady_clock;

double run_ms(const Session& session, const std::vector<float>& input) {
  const auto start = Clock::now();
  session.run(input.data(), 1, {"logits", "probabilities"});
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

class Quantizer {
 public:
  Quantizer(const Bundle& bundle, const LabelledFiles& calibration, const LabelledFiles& validation,
            const QuantizeOptions& options, const std::function<void(const std::string&)>& say)
      : bundle_(bundle),
        validation_(validation),
        options_(options),
        say_(say),
        metadata_(bundle.metadata),
        model_(with_wide_input(parse_onnx(bundle.file("model.onnx"), bundle.name))) {
    if (metadata_.model.precision != "fp32")
      throw Error("only a float bundle can be quantised", bundle.name, "precision fp32",
                  metadata_.model.precision);
    images_ = fitted_images(calibration.files, 0, calibration.files.size(), metadata_.contract,
                            options.threads);
    report_.calibration_images = static_cast<int64_t>(images_.size());
    report_.images = static_cast<int64_t>(validation.files.size());
    report_.split = validation.split;
    report_.max_drop = options.max_drop;
    report_.weight_bits = options.weight_bits;
    report_.method = range_method_names()[static_cast<size_t>(options.method)];
  }

  QuantizeResult run() {
    tell("collecting ranges and means of activations on {} images", images_.size());
    how_.weight_bits = options_.weight_bits;
    auto statistics = activation_statistics(model_, images_, metadata_.contract, options_.method,
                                            options_.threads);
    how_.ranges = std::move(statistics.ranges);
    how_.means = std::move(statistics.means);
    const Session float_session(ByteView(bundle_.file("model.onnx")), bundle_.name,
                                {options_.threads});
    rank_layers(float_session);
    tell("measuring the float model on {} images", validation_.files.size());
    const Measured before = measured(float_session);
    search(before);
    return finish(before);
  }

 private:
  template <typename... Args>
  void tell(fmt::format_string<Args...> format, Args&&... args) const {
    if (say_) say_(fmt::format(format, std::forward<Args>(args)...));
  }

  Measured measured(const Session& session) const {
    return measure(session, metadata_.contract, validation_, classes(), {options_.threads});
  }

  int64_t classes() const { return static_cast<int64_t>(metadata_.classes.size()); }

  std::string quantised(const std::set<std::string>& float_layers) {
    how_.float_layers = float_layers;
    return onnx_bytes(quantize_graph(model_, how_));
  }

  std::vector<float> logits_on(const Session& session, size_t images) const {
    std::vector<float> all;
    for (size_t i = 0; i < images; ++i) {
      const std::vector<float> input = network_input({images_[i]}, metadata_.contract);
      const Array logits = session.run(input.data(), 1, {"logits"}).front();
      all.insert(all.end(), logits.values.begin(), logits.values.end());
    }
    return all;
  }

  // Each layer alone in int8.
  void rank_layers(const Session& float_session) {
    const std::vector<std::string> layers = quantizable_layers(model_);
    const size_t n = std::min(images_.size(), static_cast<size_t>(options_.sensitivity_images));
    tell("comparing {} layers on {} images", layers.size(), n);
    const std::vector<float> expected = logits_on(float_session, n);
    double power = 0;
    for (const float logit : expected) power += double{logit} * logit;
    for (const std::string& layer : layers) {
      if (interrupt_requested()) throw Interrupted("interrupted");
      std::set<std::string> others(layers.begin(), layers.end());
      others.erase(layer);
      const std::string model = quantised(others);
      const std::vector<float> logits =
          logits_on(Session(ByteView(model), layer, {options_.threads}), n);
      double noise = 0;
      for (size_t i = 0; i < logits.size(); ++i)
        noise += (double{logits[i]} - expected[i]) * (double{logits[i]} - expected[i]);
      report_.layers.push_back({layer, power > 0 ? noise / power : 0});
    }
    std::stable_sort(report_.layers.begin(), report_.layers.end(),
                     [](const auto& a, const auto& b) { return a.noise > b.noise; });
  }

  // More layers in float until the drop is small enough; the last try stays.
  void search(const Measured& before) {
    for (size_t kept = 0;; kept = kept == 0 ? 1 : 2 * kept) {
      std::set<std::string> float_layers;
      report_.float_layers.clear();
      for (size_t i = 0; i < kept; ++i) {
        float_layers.insert(report_.layers[i].layer);
        report_.float_layers.push_back(report_.layers[i].layer);
      }
      model_bytes_ = quantised(float_layers);
      check_onnx(parse_onnx(ByteView(model_bytes_), bundle_.name), bundle_.name);
      const Session session(ByteView(model_bytes_), "the int8 model", {options_.threads});
      after_ = measured(session);
      compare(before);
      tell("{} of {} layers in float: {:+.2f} points of balanced accuracy", kept,
           report_.layers.size(), 100 * report_.balanced_accuracy.difference);
      if (report_.within_max_drop() || 2 * kept >= report_.layers.size()) return;
    }
  }

  void compare(const Measured& before) {
    const Scores first = scores_at(before.logits, metadata_.calibration.temperature);
    // Each at its own temperature, as each bundle will be used.
    const Scores second = scores_at(after_.logits, fit_temperature(after_.logits));
    const auto difference = [&](const auto& metric) {
      return paired_difference(first, second, validation_.groups, metric);
    };
    report_.balanced_accuracy = difference(weighted_balanced_accuracy);
    report_.calibration_error = difference(weighted_calibration_error);
    report_.agreement = agreement(first, second);
    const auto melanoma = std::find(metadata_.classes.begin(), metadata_.classes.end(), "MEL");
    report_.has_melanoma = melanoma != metadata_.classes.end();
    if (report_.has_melanoma)
      report_.melanoma_sensitivity =
          difference([label = melanoma - metadata_.classes.begin()](const Scores& scores,
                                                                    const RowWeights& weights) {
            return weighted_recall(scores, weights, label);
          });
  }

  void time_both() {
    const Session before(ByteView(bundle_.file("model.onnx")), bundle_.name, {1});
    const Session after(ByteView(model_bytes_), "the int8 model", {1});
    const std::vector<float> input = network_input({images_.front()}, metadata_.contract);
    std::vector<double> float_ms, int8_ms;
    for (int i = 0; i < 110; ++i) {
      const double first = run_ms(before, input), second = run_ms(after, input);
      if (i < 10) continue;
      float_ms.push_back(first);
      int8_ms.push_back(second);
    }
    report_.float_ms = median_of(float_ms);
    report_.int8_ms = median_of(int8_ms);
  }

  QuantizeResult finish(const Measured& before) {
    compare(before);
    time_both();
    report_.float_bytes = static_cast<int64_t>(bundle_.file("model.onnx").size());
    report_.int8_bytes = static_cast<int64_t>(model_bytes_.size());
    metadata_.model.precision = "int8";
    const Metrics metrics = calibrate(metadata_, after_, validation_.split, options_.sensitivity);
    const std::string model = with_temperature(metadata_.calibration.temperature);
    const Session session(ByteView(model), "the int8 model", {options_.threads});
    const auto golden = golden_answers(session, metadata_.contract, {});
    QuantizeResult result{pack(metadata_, model, golden, metrics, quantize_table(report_)),
                          metadata_, report_};
    const std::string report = to_json(report_).dump(2) + "\n";
    result.files["quantization.json"] = Bytes(report.begin(), report.end());
    return result;
  }

  // The model's constant `temperature` is where docs/bundle_format.md says.
  std::string with_temperature(double temperature) const {
    onnx::ModelProto model = parse_onnx(ByteView(model_bytes_), bundle_.name);
    const auto value = static_cast<float>(temperature);
    for (auto& tensor : *model.mutable_graph()->mutable_initializer())
      if (tensor.name() == "temperature") tensor.set_raw_data(&value, sizeof(value));
    return onnx_bytes(model);
  }

  const Bundle& bundle_;
  const LabelledFiles& validation_;
  const QuantizeOptions& options_;
  const std::function<void(const std::string&)>& say_;
  BundleMetadata metadata_;
  const onnx::ModelProto model_;
  std::vector<Image> images_;  // of calibration
  GraphQuantization how_;
  QuantizeReport report_;
  std::string model_bytes_;
  Measured after_;
};

}  // namespace

QuantizeResult quantize_bundle(const Bundle& bundle, const LabelledFiles& calibration,
                               const LabelledFiles& validation, const QuantizeOptions& options,
                               const std::function<void(const std::string&)>& say) {
  if (calibration.files.empty() || validation.files.empty())
    throw Error("quantising needs calibration and validation images", bundle.name);
  return Quantizer(bundle, calibration, validation, options, say).run();
}

}  // namespace derm
