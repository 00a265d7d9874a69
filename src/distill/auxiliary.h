// Auxiliary modules: adaptors, heads, generators and memory banks that train beside the student.
//
// They are asked for by name: the same name is the same module in every term and stage. They are
// saved in checkpoints, trained where a stage lists "aux" (or "aux.NAME"), and never exported.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/error.h"
#include "net/torch.h"

namespace derm {

class Aux {
 public:
  explicit Aux(uint64_t seed);

  // The module of that name, made by `make` at its first use with weights that depend on the run's
  // seed and the name only. Throws Error where the name is taken by another type.
  template <class M>
  std::shared_ptr<M> get(const std::string& name, const std::function<std::shared_ptr<M>()>& make) {
    if (!has(name)) {
      seed_for(name);
      root_->register_module(name, make());
    }
    auto found = std::dynamic_pointer_cast<M>(root_->named_children()[name]);
    if (!found) throw Error("auxiliary module is of another type", "aux." + name);
    return found;
  }

  bool has(const std::string& name) const { return root_->named_children().contains(name); }
  std::shared_ptr<torch::nn::Module> root() const { return root_; }

 private:
  void seed_for(const std::string& name) const;

  uint64_t seed_;
  std::shared_ptr<torch::nn::Module> root_;
};

}  // namespace derm
