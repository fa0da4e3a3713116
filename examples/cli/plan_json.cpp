// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "plan_json.hpp"

#include <cstdio>

#include "words.hpp"

namespace bartizan_cli {

namespace {

namespace bz = bartizan;
using bz::respond::object_kind;
using nlohmann::ordered_json;

ordered_json object_json(const bz::respond::step_object& object, const process_directory& directory) {
    ordered_json out;
    if (object.kind == object_kind::none) return out;
    out["kind"] = bz::respond::name(object.kind);
    switch (object.kind) {
        case object_kind::process: out.update(directory.identity(object.process, object.path)); break;
        case object_kind::handle: {
            char rights[16];
            std::snprintf(rights, sizeof rights, "0x%x", object.rights);
            out["holder"] = directory.identity(object.process, {});
            out["target"] = directory.identity(object.target, object.path);
            out["rights"] = rights;
            break;
        }
        default: out["path"] = to_utf8(object.path); break;
    }
    return out;
}

}  // namespace

ordered_json plan_json(const bz::respond::plan& plan, const process_directory& directory) {
    ordered_json out = ordered_json::array();
    for (const bz::respond::step& s : plan)
        out.push_back({{"step", bz::respond::name(s.kind)}, {"object", object_json(s.object, directory)}, {"why", s.why}});
    return out;
}

std::string plan_words(const ordered_json& plan) {
    std::string out;
    for (const ordered_json& step : plan) out += (out.empty() ? "" : ", ") + spaced(text_of(step, "step"));
    return out;
}

}  // namespace bartizan_cli
