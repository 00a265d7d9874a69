#include "data/augment.h"

#include "base/error.h"
#include "base/strings.h"
#include "data/augment_dspkd.h"
#include "data/augment_modern.h"
#include "data/augment_ssdkd.h"

namespace derm {
namespace {

class None : public Augment {
 public:
  explicit None(Preprocess contract) : contract_(std::move(contract)) {}
  Image apply(const Image& frame, Rng&) const override { return fit(frame, contract_); }

 private:
  Preprocess contract_;
};

std::shared_ptr<const Augment> make_none(const AugmentConfig&, const Preprocess& contract) {
  return std::make_shared<None>(contract);
}

struct Pipeline {
  const char* name;
  std::shared_ptr<const Augment> (*make)(const AugmentConfig&, const Preprocess&);
};

constexpr Pipeline kPipelines[] = {
    {"none", make_none},
    {"modern", make_modern},
    {"ssdkd", make_ssdkd},
    {"dspkd", make_dspkd},
};

}  // namespace

std::shared_ptr<const Augment> make_augment(const AugmentConfig& config,
                                            const Preprocess& contract) {
  std::vector<std::string> names;
  for (const auto& pipeline : kPipelines) {
    if (config.pipeline == pipeline.name) return pipeline.make(config, contract);
    names.emplace_back(pipeline.name);
  }
  throw Error("unknown augmentation" + did_you_mean(config.pipeline, names), "pipeline",
              join(names, ", "), "'" + config.pipeline + "'");
}

}  // namespace derm
