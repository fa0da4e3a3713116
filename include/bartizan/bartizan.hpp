// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_BARTIZAN_HPP
#define BARTIZAN_BARTIZAN_HPP

/// The umbrella for user mode: everything that needs no third party. The shipped model's weights are not part of it:
/// include <model_weights/bartizan_v1.hpp>, or load a .btz file.

#include "kernel.hpp"
#include "features/bartizan_v1.hpp"
#include "features/histogram.hpp"
#include "features/log2.hpp"
#include "features/schema.hpp"

#endif
