// The part of libtorch that this project uses, and its precompiled header. <torch/torch.h> also
// holds data loaders, optimisers and every module, whose templates each source file that includes
// it compiles anew: four times the time.
#pragma once

#include <ATen/ATen.h>
#include <torch/autograd.h>
#include <torch/cuda.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>
#include <torch/utils.h>
