// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_BARTIZAN_HPP
#define BARTIZAN_BARTIZAN_HPP

/// The umbrella for user mode: everything that needs no third party. The shipped model's weights are not part of it:
/// include <model_weights/bartizan_v1.hpp>, or load a .btz file. Nor are headers of an operating system (quarantine/system/)
/// and the EMBER extractors, which research needs: include features/ember_v2.hpp or features/ember_v3.hpp.

#include "kernel.hpp"
#include "features/bartizan_v1.hpp"
#include "features/columns.hpp"
#include "features/histogram.hpp"
#include "features/log2.hpp"
#include "features/schema.hpp"
#include "hash/instructions.hpp"
#include "hash/sha1.hpp"
#include "hash/sha256.hpp"
#include "nn/attribution.hpp"
#include "nn/byte_convolution.hpp"
#include "nn/check.hpp"
#include "nn/fixed_point.hpp"
#include "nn/float_quantiser.hpp"
#include "nn/format.hpp"
#include "nn/input_unit.hpp"
#include "nn/isa.hpp"
#include "nn/kernels.hpp"
#include "nn/kernels/avx2.hpp"
#include "nn/kernels/avx512.hpp"
#include "nn/kernels/dense.hpp"
#include "nn/kernels/neon.hpp"
#include "nn/kernels/operands.hpp"
#include "nn/kernels/scalar.hpp"
#include "nn/layer_output.hpp"
#include "nn/load.hpp"
#include "nn/model.hpp"
#include "nn/network.hpp"
#include "nn/packing.hpp"
#include "quarantine/byte_writer.hpp"
#include "quarantine/encoding.hpp"
#include "quarantine/files.hpp"
#include "quarantine/format.hpp"
#include "quarantine/group.hpp"
#include "quarantine/item.hpp"
#include "quarantine/marks.hpp"
#include "quarantine/metadata.hpp"
#include "quarantine/place.hpp"
#include "quarantine/recover.hpp"
#include "quarantine/registry.hpp"
#include "quarantine/release.hpp"
#include "quarantine/release_record.hpp"
#include "quarantine/shelf.hpp"
#include "quarantine/take.hpp"
#include "quarantine/vault.hpp"
#include "verdict/file_verdict.hpp"
#include "verdict/judge.hpp"
#include "verdict/listed.hpp"

#endif
