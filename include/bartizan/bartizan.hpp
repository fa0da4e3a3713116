// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_BARTIZAN_HPP
#define BARTIZAN_BARTIZAN_HPP

/// The umbrella for user mode: everything that needs no third party. The shipped model's weights are not part of it:
/// include <model_weights/bartizan_v1.hpp>, or load a .btz file.

#include "kernel.hpp"
#include "features/bartizan_v1.hpp"
#include "features/byte_statistics.hpp"
#include "features/columns.hpp"
#include "features/ember/entropy.hpp"
#include "features/ember/lief_directories.hpp"
#include "features/ember/lief_exports.hpp"
#include "features/ember/lief_image.hpp"
#include "features/ember/lief_imports.hpp"
#include "features/ember/lief_names.hpp"
#include "features/ember/lief_ordinals.hpp"
#include "features/ember/name_set.hpp"
#include "features/ember/spelling.hpp"
#include "features/ember/vector_writer.hpp"
#include "features/ember/work_limit.hpp"
#include "features/ember_v2.hpp"
#include "features/feature_hash.hpp"
#include "features/histogram.hpp"
#include "features/log2.hpp"
#include "features/murmur3.hpp"
#include "features/pairwise_sum.hpp"
#include "features/schema.hpp"
#include "features/strings.hpp"
#include "features/window_entropy.hpp"
#include "hash/instructions.hpp"
#include "hash/sha1.hpp"
#include "hash/sha256.hpp"
#include "nn/attribution.hpp"
#include "nn/dense.hpp"
#include "nn/dense_avx2.hpp"
#include "nn/dense_scalar.hpp"
#include "nn/fixed_point.hpp"
#include "nn/format.hpp"
#include "nn/input_unit.hpp"
#include "nn/isa.hpp"
#include "nn/load.hpp"
#include "nn/model.hpp"
#include "nn/network.hpp"
#include "verdict/file_verdict.hpp"
#include "verdict/judge.hpp"

#endif
