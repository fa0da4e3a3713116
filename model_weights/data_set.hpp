// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_MODEL_WEIGHTS_DATA_SET_HPP
#define BARTIZAN_MODEL_WEIGHTS_DATA_SET_HPP

#include <bartizan/features/bartizan_v1.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace bartizan_model {

/// Where a labelled row comes from.
enum class source : uint8_t { kaggle20k, tuff96, maldata, brazil, goodware, pua_av };
inline constexpr source header_sources[] = {source::kaggle20k, source::tuff96, source::maldata};
const char* name(source s);

struct row {
    bartizan::features::vector features;
    bool positive = false;  ///< malware; of pua_av: PUA
    source from = source::kaggle20k;
    uint32_t group = 0;     ///< of goodware: the package; of pua_av: a tenth by hash. Rows of one group are split together
};

struct data_set {
    std::vector<row> rows;
    std::vector<std::string> notes;  ///< one sentence a source: rows read, duplicates dropped
};

/// Reads the labelled tables of `folder` (kaggle20k, tuff96, maldata, brazil_malware, pua_av; .csv.gz) and, if not empty, a table
/// of benign files made by `bartizan features --csv`. Rows that agree in all features within a source are kept once.
/// Throws std::runtime_error naming file and line.
data_set read_data(const std::string& folder, const std::string& goodware_csv);

}  // namespace bartizan_model

#endif
