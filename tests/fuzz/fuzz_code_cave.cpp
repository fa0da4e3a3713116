// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The search for hidden programs on any bytes: it ends, stays in bounds, is repeatable, and what it says holds together.
#include <cstdlib>
#include <memory>

#include "bartizan/code_cave/scan.hpp"

namespace {

namespace cave = bartizan::code_cave;
namespace pe = bartizan::pe;
using bartizan::truth;

void require(bool held) {
    if (!held) std::abort();
}

void check(const pe::image& image, const cave::file_context& context, cave::scan_scratch& work) {
    const cave::report r = cave::scan(image, context, work);
    require(r.offset <= image.file.size);
    require((r.result.atoms.yes & r.result.atoms.unknown) == 0);
    require(cave::decide(r.result.atoms.yes) == r.result.evidence);
    require(work.slack.count <= cave::max_slack_regions);
    uint64_t before = 0;
    for (uint32_t i = 0; i < work.slack.count; ++i) {
        const cave::slack_region& s = work.slack.regions[i];
        require(s.size_bytes != 0);
        if (s.kind == cave::slack_kind::file_gap) continue;
        require(s.rva >= before);
        before = s.rva;
    }
    const uint16_t first = r.result.atoms.yes;
    require(cave::scan(image, context, work).result.atoms.yes == first);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static const auto work = std::make_unique<cave::scan_scratch>();
    const pe::parse_result parsed = pe::parse({data, size});
    if (!parsed) return 0;
    check(parsed.image, {truth::no, truth::unknown}, *work);
    check(parsed.image, {truth::yes, truth::no}, *work);
    return 0;
}
