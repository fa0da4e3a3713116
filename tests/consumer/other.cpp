// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <bartizan/bartizan.hpp>
#include <model_weights/bartizan_v1.hpp>

const bartizan::rule* const* other_catalogue() { return bartizan::rules::catalogue; }
