// For tests: a study of a teacher and two rows.
#pragma once

#include "study/study.h"

namespace derm::testing {

inline constexpr const char* kSmallStudy = R"yaml(
study: small
title: A small study
about: For tests.
cite: nobody
published_protocol: image LEAKY
protocols: [lesion, image]
seeds: [0, 1]
students: [mobilenet_v2_0.35]
settings: {batch_size: 16}
stage_settings:
  optim: {lr: 0.5}
  select: {metric: accuracy}
term_settings: {ce: {logit_adjustment: 0.5}}
columns:
  - {metric: accuracy, heading: ACC}
  - {metric: balanced_accuracy, heading: BACC}
rows:
  - {name: teacher, label: The teacher, students: [resnet18], seeds: [0], epochs: 7}
  - {name: alone, students: [mobilenet_v2_0.35, mobilenet_v2_0.2]}
  - name: kd
    recipe: kd
    teachers: [teacher]
    published: {isic2019: {accuracy: 0.8}, ham10000: {accuracy: [0.7, 0.75]}}
)yaml";

inline Study small_study() {
  return read_study(parse_yaml(kSmallStudy, "small.yaml"));
}

}  // namespace derm::testing
