// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "data_set.hpp"

#include <zlib.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>

#include "columns.hpp"

namespace bartizan_model {

namespace {

namespace features = bartizan::features;

/// Cells of a line; quotes keep commas together.
std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (const char c : line) {
        if (c == '"') quoted = !quoted;
        else if (c == ',' && !quoted) cells.emplace_back();
        else if (c != '\r') cells.back() += c;
    }
    return cells;
}

/// Calls `take(names, cells, line number)` for each line behind the first. Plain and gzip-compressed files.
void read_table(const std::string& path, const std::function<void(const std::map<std::string, size_t>&, const std::vector<std::string>&, size_t)>& take) {
    const std::unique_ptr<gzFile_s, int (*)(gzFile)> in(gzopen(path.c_str(), "rb"), gzclose);
    if (!in) throw std::runtime_error(path + ": cannot be opened");
    std::map<std::string, size_t> names;
    std::string line;
    char block[1 << 16];
    size_t number = 0;
    while (gzgets(in.get(), block, sizeof block) != nullptr) {
        line += block;
        // Longer than the block, or a line break inside quotes.
        if (line.back() != '\n' || std::count(line.begin(), line.end(), '"') % 2 != 0) continue;
        line.pop_back();
        const std::vector<std::string> cells = split(line);
        if (++number == 1) {
            for (size_t i = 0; i < cells.size(); ++i) names[cells[i]] = i;
        } else {
            if (cells.size() < names.size()) throw std::runtime_error(path + ": line " + std::to_string(number) + ": too few cells");
            take(names, cells, number);
        }
        line.clear();
    }
    if (number == 0) throw std::runtime_error(path + ": is empty");
}

uint32_t hash_of(const std::string& text) {
    uint32_t hash = 0x811c9dc5;
    for (const char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 0x01000193;
    return hash;
}

class collector {
  public:
    explicit collector(data_set& out) : out_(out) {}

    /// Reads one table. `describe` fills in label, source and group, and says whether to take the row.
    void read(const std::string& path, const std::function<bool(const std::map<std::string, size_t>&, const std::vector<std::string>&, row&)>& describe) {
        std::set<std::vector<uint64_t>> seen;
        size_t taken = 0, dropped = 0;
        read_table(path, [&](const std::map<std::string, size_t>& names, const std::vector<std::string>& cells, size_t line) {
            row r;
            if (!describe(names, cells, r)) return;
            for (const auto& [column_name, at] : names) {
                const column c = find_column(column_name);
                if (c.feature < 0 || cells[at].empty()) continue;
                const auto feature = static_cast<unsigned>(c.feature);
                if (!parse_cell(cells[at], c.scale, r.features.value[feature]))
                    throw std::runtime_error(path + ": line " + std::to_string(line) + ": column " + column_name + " is no number: " + cells[at]);
                r.features.present |= uint64_t{1} << feature;
            }
            std::vector<uint64_t> key(r.features.value, r.features.value + features::field_count);
            key.push_back(r.positive);
            if (!seen.insert(std::move(key)).second) {
                ++dropped;
                return;
            }
            ++taken;
            out_.rows.push_back(r);
        });
        out_.notes.push_back(path.substr(path.find_last_of('/') + 1) + ": " + std::to_string(taken) + " rows, " + std::to_string(dropped) + " duplicates dropped");
    }

  private:
    data_set& out_;
};

}  // namespace

const char* name(source s) {
    constexpr const char* names[] = {"kaggle20k", "tuff96", "maldata", "brazil", "goodware", "pua_av"};
    return names[static_cast<size_t>(s)];
}

data_set read_data(const std::string& folder, const std::string& goodware_csv) {
    data_set out;
    collector all(out);
    all.read(folder + "/kaggle20k.csv.gz", [](const auto& names, const auto& cells, row& r) {
        r.from = source::kaggle20k;
        r.positive = cells[names.at("Malware")] == "1";
        return true;
    });
    all.read(folder + "/tuff96.csv.gz", [](const auto& names, const auto& cells, row& r) {
        r.from = source::tuff96;
        r.positive = cells[names.at("legitimate")] == "0";
        return true;
    });
    all.read(folder + "/maldata.csv.gz", [](const auto& names, const auto& cells, row& r) {
        r.from = source::maldata;
        r.positive = cells[names.at("Label")] == "0";
        return true;
    });
    all.read(folder + "/brazil_malware.csv.gz", [](const auto&, const auto&, row& r) {
        r.from = source::brazil;
        r.positive = true;
        return true;
    });
    all.read(folder + "/pua_av.csv.gz", [](const auto& names, const auto& cells, row& r) {
        r.from = source::pua_av;
        r.positive = cells[names.at("pua")] == "1";
        r.group = hash_of(cells[names.at("md5")]) % 10;
        return true;
    });
    if (!goodware_csv.empty()) {
        all.read(goodware_csv, [](const auto& names, const auto& cells, row& r) {
            r.from = source::goodware;
            // The package: the folder's name without its version.
            const std::string& path = cells[names.at("path")];
            const size_t end = path.find_last_of('/');
            const size_t begin = end == std::string::npos || end == 0 ? 0 : path.find_last_of('/', end - 1) + 1;
            const std::string folder_name = path.substr(begin, end - begin);
            r.group = hash_of(folder_name.substr(0, folder_name.rfind('_')));
            return true;
        });
    }
    return out;
}

}  // namespace bartizan_model
