// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The trainer of the shipped model. Usage: bartizan_train --data FOLDER [--goodware CSV] [--out FOLDER] [--epochs N]
// Prints the honest figures (leave one source out; goodware of packages that were not trained on), then trains on everything and writes
// bartizan_v1.btz and bartizan_v1.hpp to the folder. Without --out it only prints.
#include <cstdio>
#include <cstring>
#include <fstream>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>

#include "embed.hpp"
#include "training.hpp"

namespace {

using namespace bartizan_model;
namespace features = bartizan::features;
using rows_view = std::vector<const row*>;

/// What the malware head looks at. Section sizes are left out: they gained nothing on sources that were left out (MODEL_CARD.md).
constexpr uint64_t core = features::mask_of(features::group::core30);
constexpr uint64_t sections = features::mask_of(features::group::section_entropy);
constexpr uint64_t dos = features::mask_of(features::group::dos_header);
constexpr uint64_t malware_fields = core | sections | dos;
constexpr uint64_t file_fields = features::mask_of(features::group::file);

uint64_t bits_of(std::initializer_list<const char*> names) {
    uint64_t bits = 0;
    for (const char* wanted : names)
        for (unsigned i = 0; i < features::field_count; ++i)
            if (std::strcmp(features::fields[i].name, wanted) == 0) bits |= uint64_t{1} << i;
    return bits;
}

/// The header fields that the Brazilian malware set has; benign rows are shown through the same window.
uint64_t brazil_fields() {
    return bits_of({"BaseOfCode", "Characteristics", "DllCharacteristics", "FileAlignment", "ImageBase", "NumberOfRvaAndSizes", "NumberOfSections",
                    "SizeOfCode", "SizeOfHeaders", "SizeOfImage", "SizeOfInitializedData", "SizeOfOptionalHeader", "SizeOfUninitializedData"});
}

std::vector<view> malware_views() {
    return {{"all", malware_fields}, {"headers and sections", core | sections}, {"headers and DOS header", core | dos}, {"headers", core}, {"some headers", brazil_fields()}};
}

template <class Predicate>
rows_view select(const data_set& data, Predicate&& wanted) {
    rows_view out;
    for (const row& r : data.rows)
        if (wanted(r)) out.push_back(&r);
    return out;
}

bool is_malware_row(const row& r) { return r.from != source::pua_av; }
bool is_goodware_third(const row& r, uint32_t third) { return r.from == source::goodware && r.group % 3 == third; }

/// Share of benign files of unseen packages that the threshold lets be flagged.
constexpr double false_positive_rate = 0.005;
double operating_point(const std::vector<scored>& benign) { return threshold_at(benign, false_positive_rate); }

/// Figures of one left-out source as seen through one set of features, of one model after another.
struct figures {
    std::vector<double> area, at_one_percent, detection, false_positives, goodware;

    void add(const std::vector<scored>& test, const std::vector<scored>& unseen, double threshold) {
        area.push_back(auc(test));
        at_one_percent.push_back(100 * rate_at(test, true, threshold_at(test, 0.01)));
        detection.push_back(100 * rate_at(test, true, threshold));
        false_positives.push_back(100 * rate_at(test, false, threshold));
        goodware.push_back(100 * rate_at(unseen, false, threshold));
    }
    void print(const std::string& what, size_t rows) const {
        const auto mean = [](const std::vector<double>& v) { return std::accumulate(v.begin(), v.end(), 0.0) / static_cast<double>(v.size()); };
        const auto [low, high] = std::minmax_element(detection.begin(), detection.end());
        std::printf("| %s | %zu | %.4f | %.1f %% | %.1f %% (%.0f to %.0f) / %.2f %% | %.2f %% |\n", what.c_str(), rows, mean(area), mean(at_one_percent), mean(detection), *low, *high,
                    mean(false_positives), mean(goodware));
    }
};

/// The rows of a source that agree with no row of `others` in all core fields: public sets share files.
rows_view only_new(const rows_view& rows, const rows_view& others) {
    const auto key = [](const row* r) {
        std::vector<uint64_t> out;
        for (unsigned i = 0; i < features::field_count; ++i)
            if (core >> i & 1) out.push_back(r->features.value[i]);
        return out;
    };
    std::set<std::vector<uint64_t>> seen;
    for (const row* r : others) seen.insert(key(r));
    rows_view out;
    for (const row* r : rows)
        if (seen.count(key(r)) == 0) out.push_back(r);
    return out;
}

/// Each source left out, three times: trained with one third of the goodware, its threshold from another, the last one unseen.
void evaluate(const data_set& data, const training_options& options) {
    std::printf("| left out | rows | AUC | detection at 1 %% FP of the left-out source | detection (lowest to highest) / FP at the goodware threshold | goodware of unseen packages flagged |\n|---|---:|---:|---:|---:|---:|\n");
    for (const source left_out : header_sources) {
        const rows_view test = only_new(select(data, [&](const row& r) { return r.from == left_out; }),
                                        select(data, [&](const row& r) { return is_malware_row(r) && r.from != left_out && r.from != source::goodware && r.from != source::brazil; }));
        const uint64_t all = test.empty() ? core : test[0]->features.present & malware_fields;
        figures headers, everything;
        for (uint32_t turn = 0; turn < 3; ++turn) {
            training_options mine = options;
            mine.seed += 100 * turn;
            const auto third = [&](uint32_t i) { return select(data, [&](const row& r) { return is_goodware_third(r, (turn + i) % 3); }); };
            const head h = train_head(select(data, [&](const row& r) { return is_malware_row(r) && r.from != left_out && (r.from != source::goodware || is_goodware_third(r, turn)); }), malware_fields, malware_views(), mine);
            const auto calibration = score_rows(h, third(1), malware_fields);
            const double threshold = calibration.empty() ? 0 : operating_point(calibration);
            const auto unseen = score_rows(h, third(2), malware_fields);
            headers.add(score_rows(h, test, core), unseen, threshold);
            everything.add(score_rows(h, test, all), unseen, threshold);
        }
        headers.print(std::string(name(left_out)) + ", headers", test.size());
        everything.print(std::string(name(left_out)) + ", all it has", test.size());
        std::fflush(stdout);
    }
}

void evaluate_pua(const data_set& data, const training_options& options) {
    std::vector<scored> all;
    for (uint32_t fold = 0; fold < 5; ++fold) {
        const head h = train_head(select(data, [&](const row& r) { return r.from == source::pua_av && r.group / 2 != fold; }), file_fields, {{"file", file_fields}}, options);
        const auto test = score_rows(h, select(data, [&](const row& r) { return r.from == source::pua_av && r.group / 2 == fold; }), file_fields);
        all.insert(all.end(), test.begin(), test.end());
    }
    std::printf("\nPUA against malware (pua_av, five folds by hash): AUC %.4f; at logit 0: %.1f %% of PUA, %.1f %% of malware called PUA\n", auc(all),
                100 * rate_at(all, true, 0), 100 * rate_at(all, false, 0));
}

int32_t to_q15(double logit) { return nn::sigmoid_q15(static_cast<int64_t>(std::lround(logit * 65536))); }

/// Where the final model flags 0.5 % of goodware: from models that did not see the packages they are asked about. Without goodware,
/// 1 % of the tables' own benign rows, which flatters.
double final_threshold(const data_set& data, const training_options& options) {
    std::vector<scored> unseen;
    for (uint32_t third = 0; third < 3; ++third) {
        const rows_view benign = select(data, [&](const row& r) { return is_goodware_third(r, third); });
        if (benign.empty()) continue;
        const head h = train_head(select(data, [&](const row& r) { return is_malware_row(r) && !is_goodware_third(r, third); }), malware_fields, malware_views(), options);
        const auto scores = score_rows(h, benign, malware_fields);
        unseen.insert(unseen.end(), scores.begin(), scores.end());
    }
    if (!unseen.empty()) return operating_point(unseen);
    const rows_view rows = select(data, is_malware_row);
    return threshold_at(score_rows(train_head(rows, malware_fields, malware_views(), options), rows, core), 0.01);
}

/// The final model of both heads, and how far the integers are from the floats.
std::vector<uint8_t> build(const data_set& data, const training_options& malware_options, const training_options& pua_options) {
    const rows_view malware_rows = select(data, is_malware_row);
    const rows_view pua_rows = select(data, [](const row& r) { return r.from == source::pua_av; });
    const head malware = train_head(malware_rows, malware_fields, malware_views(), malware_options);
    const head pua = train_head(pua_rows, file_fields, {{"file", file_fields}}, pua_options);

    const auto sample = [](const rows_view& rows, size_t count) {
        rows_view out;
        for (size_t i = 0; i < rows.size(); i += std::max<size_t>(1, rows.size() / count)) out.push_back(rows[i]);
        return out;
    };
    model_data model;
    model.name = "bartizan_v1";
    model.schema_hash = features::hash;
    model.field_count = features::field_count;
    model.units = malware.units;
    model.units.insert(model.units.end(), pua.units.begin(), pua.units.end());
    model.layers = side_by_side(quantise(malware.network, encode_rows(malware.units, sample(malware_rows, 8192), malware_fields)),
                                quantise(pua.network, encode_rows(pua.units, sample(pua_rows, 8192), file_fields)), malware.units.size(), pua.units.size());
    const double threshold = final_threshold(data, malware_options);
    model.thresholds_q15 = {to_q15(threshold), nn::one_q15 / 2};
    for (const row* r : sample(malware_rows, 24)) model.examples.push_back({{r->features.value, r->features.value + features::field_count}, {r->features.present}, {}, {}});
    for (const row* r : sample(pua_rows, 8)) model.examples.push_back({{r->features.value, r->features.value + features::field_count}, {r->features.present}, {}, {}});
    std::vector<uint8_t> file = write_model(model);

    const auto work = std::make_unique<nn::scratch>();
    nn::model opened;
    if (const bartizan::error bad = nn::open({file.data(), file.size()}, features::hash, nn::best_isa(), *work, opened))
        throw std::runtime_error(std::string("the model just written is refused: ") + bartizan::describe(bad.code));
    double largest = 0, flips = 0, count = 0;
    std::vector<scored> integers;
    const auto floats = score_rows(malware, malware_rows, malware_fields);
    for (size_t i = 0; i < malware_rows.size(); ++i) {
        const uint64_t present = malware_rows[i]->features.present & malware_fields;
        const nn::scores s = nn::infer(opened, {{malware_rows[i]->features.value, features::field_count}, {&present, 1}}, nn::best_isa(), *work);
        largest = std::max(largest, std::abs(s.head[0] - to_q15(floats[i].score)) / 32768.0);
        flips += (s.head[0] >= opened.threshold(0)) != (floats[i].score >= threshold) ? 1 : 0;
        integers.push_back({static_cast<double>(s.head[0]), malware_rows[i]->positive});
        ++count;
    }
    std::printf("\nmodel: %zu bytes, %u input units; integer against float: largest score difference %.4f, verdict flips %.3f %%\n", file.size(), opened.unit_count(), largest, 100 * flips / count);
    std::printf("on its own training rows (flattering, for regression only): AUC %.4f, threshold %d\n", auc(integers), opened.threshold(0));
    return file;
}

}  // namespace

int main(int argc, char** argv) try {
    std::string data_folder, goodware, out;
    training_options malware_options;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string flag = argv[i];
        if (flag == "--data") data_folder = argv[i + 1];
        else if (flag == "--goodware") goodware = argv[i + 1];
        else if (flag == "--out") out = argv[i + 1];
        else if (flag == "--epochs") malware_options.epochs = std::stoi(argv[i + 1]);
        else throw std::runtime_error("unknown flag " + flag);
    }
    if (data_folder.empty()) throw std::runtime_error("usage: bartizan_train --data FOLDER [--goodware CSV] [--out FOLDER] [--epochs N]");
    training_options pua_options;
    pua_options.hidden = {16, 16};
    pua_options.epochs = 6;
    pua_options.feature_dropout = 0;
    pua_options.rate = 2e-3F;
    pua_options.ramps = 32;

    const data_set data = read_data(data_folder, goodware);
    for (const std::string& note : data.notes) std::printf("%s\n", note.c_str());
    std::printf("\n");
    evaluate(data, malware_options);
    evaluate_pua(data, pua_options);
    if (out.empty()) return 0;
    const std::vector<uint8_t> file = build(data, malware_options, pua_options);
    std::ofstream(out + "/bartizan_v1.btz", std::ios::binary).write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
    std::ofstream(out + "/bartizan_v1.hpp") << as_header(file, "bartizan_v1");
    return 0;
} catch (const std::exception& problem) {
    std::fprintf(stderr, "bartizan_train: %s\n", problem.what());
    return 2;
}
