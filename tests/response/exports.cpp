// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Exports read back by a JSON library and held against what the published schemas require.
#include <gtest/gtest.h>

#include <bartizan/response/export_dot.hpp>
#include <bartizan/response/export_ecs.hpp>
#include <bartizan/response/export_ocsf.hpp>
#include <set>

#include "graph_events.hpp"

namespace {

using namespace bartizan_tests;
using nlohmann::json;

constexpr story_process dropper = known_by_key(0x100, 6100, u"C:\\Users\\dana\\Downloads\\invoice.exe");
constexpr story_process power = known_by_pid(6300, u"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe");

/// Names as an attacker would choose them.
constexpr char16_t hostile[] = {u'C', u':', u'\\', u'"', u'}', u']', u'<', u'b', u'>', u'&', u'l', u't', u';', u'\\', u'n', u'\n', u'\r', u'\t', u'\0', 0x1b,
                                u'[', u'2', u'J', 0x202e, 0xd83d, 0xde00, 0xd800, u'x', 0xdc00, 0x7f, 0x85, u'\'', u'`', u'\\', u'.', u'e', u'x', u'e', u'\\'};

uint32_t tell_story(story<>& s) {
    s.start(story_explorer, dropper, text(hostile, std::size(hostile)));
    s.start(dropper, power, u"powershell -nop");
    s.write(power, text(hostile, std::size(hostile)));
    s.set_value(power, u"HKCU\\Software\\\"x\"", u"v\"", u"\\");
    s.connect(power, u"203.0.113.7", 443);
    s.connect(dropper, u"198.51.100.1", 1, truth::no);
    const story_process hostile_process = known_by_pid(77, text(hostile, std::size(hostile)));
    s.start(power, hostile_process, text(hostile, std::size(hostile)));
    return s.convict(power);
}

template <class Export>
std::string text_of(story<>& s, uint32_t alert, Export&& write) {
    std::string out;
    s.graph->trace(alert, s.part);
    write(s.graph->data(), s.part, [&out](const char* bytes, size_t size) { out.append(bytes, size); });
    return out;
}
std::string ocsf_text(story<>& s, uint32_t alert, text host = u"WS-\"1") {
    return text_of(s, alert, [&](const auto& graph, const auto& part, auto&& sink) { respond::export_ocsf(graph, part, {host}, sink); });
}
std::string ecs_text(story<>& s, uint32_t alert) {
    return text_of(s, alert, [&](const auto& graph, const auto& part, auto&& sink) { respond::export_ecs(graph, part, {u"WS1"}, sink); });
}
std::string dot_text(story<>& s, uint32_t alert) {
    return text_of(s, alert, [&](const auto& graph, const auto& part, auto&& sink) { respond::export_dot(graph, part, sink); });
}

enum class type { integer, boolean, string, object, array, date };

bool is_type(const json& value, type wanted) {
    switch (wanted) {
        case type::integer: return value.is_number_integer();
        case type::boolean: return value.is_boolean();
        case type::string: return value.is_string() && !value.get<std::string>().empty();
        case type::object: return value.is_object();
        case type::array: return value.is_array();
        case type::date: return value.is_string() && value.get<std::string>().size() == 28 && value.get<std::string>().back() == 'Z';
    }
    return false;
}

struct required {
    const char* pointer;
    type is;
};

/// OCSF 1.4.0, github.com/ocsf/ocsf-schema: "requirement": "required" of base_event, finding, detection_finding, metadata, product (1.3
/// and before: vendor_name), finding_info (1.3 and before: title), analytic; with the types of dictionary.json.
constexpr required ocsf_required[] = {
    {"/activity_id", type::integer},   {"/category_uid", type::integer},       {"/class_uid", type::integer},
    {"/type_uid", type::integer},      {"/severity_id", type::integer},        {"/time", type::integer},
    {"/metadata", type::object},       {"/metadata/version", type::string},    {"/metadata/product", type::object},
    {"/metadata/product/name", type::string}, {"/metadata/product/vendor_name", type::string},
    {"/finding_info", type::object},   {"/finding_info/uid", type::string},    {"/finding_info/title", type::string},
    {"/finding_info/types", type::array}, {"/finding_info/analytic/type_id", type::integer}, {"/finding_info/attacks", type::array},
    {"/is_alert", type::boolean},      {"/evidences", type::array},
};

/// Objects of 1.4.0 whose members are required, or of which at least one is ("constraints"), wherever they stand.
void check_ocsf_objects(const json& value, const std::string& name) {
    const auto at_least_one = [&](std::initializer_list<const char*> members) {
        bool any = false;
        for (const char* member : members) any = any || value.contains(member);
        EXPECT_TRUE(any) << name << ": " << value;
    };
    if (value.is_array()) {
        for (const json& element : value) check_ocsf_objects(element, name);
        return;
    }
    if (!value.is_object()) return;
    if (name == "file") {
        EXPECT_TRUE(value.contains("name") && is_type(value["type_id"], type::integer)) << value;
    } else if (name == "process" || name == "parent_process") at_least_one({"pid", "uid"});
    else if (name == "actor") at_least_one({"process", "user", "session", "app_name", "app_uid"});
    else if (name == "technique" || name == "sub_technique" || name == "analytic") at_least_one({"name", "uid"});
    else if (name == "attacks") at_least_one({"tactic", "technique", "sub_technique"});
    else if (name == "dst_endpoint") at_least_one({"ip", "uid", "name", "hostname", "svc_name"});
    else if (name == "evidences") at_least_one({"actor", "file", "process", "dst_endpoint", "data"});
    else if (name == "device") {
        EXPECT_TRUE(is_type(value["type_id"], type::integer) && value.contains("hostname")) << value;
    }
    for (const auto& [key, member] : value.items()) check_ocsf_objects(member, key);
}

TEST(Exports, OcsfHoldsWhatTheSchemaRequires) {
    story<> s;
    const uint32_t alert = tell_story(s);
    const json finding = json::parse(ocsf_text(s, alert));
    for (const required& r : ocsf_required) {
        ASSERT_TRUE(finding.contains(json::json_pointer(r.pointer))) << r.pointer;
        EXPECT_TRUE(is_type(finding[json::json_pointer(r.pointer)], r.is)) << r.pointer;
    }
    check_ocsf_objects(finding, "");
    EXPECT_EQ(finding["class_uid"], 2004);
    EXPECT_EQ(finding["category_uid"], 2);
    EXPECT_EQ(finding["type_uid"].get<int>(), finding["class_uid"].get<int>() * 100 + finding["activity_id"].get<int>());
    EXPECT_EQ(finding["severity_id"], 5);
    EXPECT_EQ(finding["is_alert"], true);
    EXPECT_EQ(finding["time"], 1'772'438'407'000);  // the eighth event of a story that begins at 2026-03-02T08:00:00Z
    EXPECT_EQ(finding["finding_info"]["attacks"][0]["technique"]["uid"], "T1003");
    EXPECT_EQ(finding["finding_info"]["attacks"][0]["sub_technique"]["uid"], "T1003.001");
    const json& actor = finding["evidences"][0]["actor"]["process"];
    EXPECT_EQ(actor["pid"], 6300);
    EXPECT_EQ(actor["parent_process"]["pid"], 6100);
    EXPECT_EQ(actor["parent_process"]["parent_process"]["name"], "explorer.exe");
    EXPECT_EQ(finding["evidences"][0]["process"]["name"], "lsass.exe");
    EXPECT_EQ(finding["device"]["hostname"], "WS-\"1");
}

TEST(Exports, OcsfUidNamesTheFindingAndNotTheExport) {
    story<> a, b;
    const uint32_t alert = tell_story(a);
    tell_story(b);
    EXPECT_EQ(ocsf_text(a, alert), ocsf_text(a, alert));
    EXPECT_EQ(ocsf_text(a, alert), ocsf_text(b, alert));
    EXPECT_NE(json::parse(ocsf_text(a, alert, u"A"))["finding_info"]["uid"], json::parse(ocsf_text(a, alert, u"B"))["finding_info"]["uid"]);
    rule other = story_rule;
    other.id = 0x0102;
    EXPECT_NE(json::parse(ocsf_text(a, alert))["finding_info"]["uid"], json::parse(ocsf_text(a, a.convict(power, story_lsass, other)))["finding_info"]["uid"]);
}

/// ECS 8.17, github.com/elastic/ecs, schemas/: required are @timestamp and ecs.version; event.kind, .category and .type have the allowed
/// values of event.yml; the rest with the types of the field sets.
constexpr required ecs_required[] = {
    {"/@timestamp", type::date},  {"/ecs/version", type::string},   {"/event/kind", type::string},    {"/event/category", type::array},
    {"/event/type", type::array}, {"/event/id", type::string},      {"/event/severity", type::integer}, {"/event/start", type::date},
    {"/rule/id", type::string},   {"/rule/name", type::string},     {"/rule/version", type::string},  {"/threat/framework", type::string},
    {"/threat/technique/id", type::array}, {"/threat/technique/subtechnique/id", type::array},        {"/process/pid", type::integer},
    {"/process/executable", type::string}, {"/process/name", type::string},  {"/process/command_line", type::string},
    {"/process/entity_id", type::string},  {"/process/start", type::date},   {"/process/parent/pid", type::integer},
    {"/process/parent/executable", type::string}, {"/file/path", type::string}, {"/file/name", type::string},
    {"/registry/path", type::string},  {"/destination/address", type::string}, {"/host/name", type::string}, {"/message", type::string},
};

TEST(Exports, EcsHoldsWhatTheSchemaRequires) {
    story<> s;
    const json event = json::parse(ecs_text(s, tell_story(s)));
    for (const required& r : ecs_required) {
        if (std::string(r.pointer) == "/file/name") continue;  // the hostile path ends with a separator
        ASSERT_TRUE(event.contains(json::json_pointer(r.pointer))) << r.pointer;
        EXPECT_TRUE(is_type(event[json::json_pointer(r.pointer)], r.is)) << r.pointer << event;
    }
    EXPECT_EQ(event["event"]["kind"], "alert");
    const std::set<std::string> categories = {"api", "authentication", "configuration", "database", "driver", "email", "file", "host", "iam", "intrusion_detection",
                                              "library", "malware", "network", "package", "process", "registry", "session", "threat", "vulnerability", "web"};
    for (const json& category : event["event"]["category"]) EXPECT_TRUE(categories.count(category));
    EXPECT_EQ(event["event"]["type"], json({"info"}));
    EXPECT_EQ(event["threat"]["technique"]["subtechnique"]["id"], json({"T1003.001"}));
    EXPECT_EQ(event["process"]["parent"]["name"], "invoice.exe");
    EXPECT_EQ(event["destination"]["address"], "203.0.113.7:443");
}

TEST(Exports, NothingWithoutAnAlert) {
    story<> s;
    s.graph->trace(no_slot, s.part);
    std::string out;
    const auto sink = [&out](const char* bytes, size_t size) { out.append(bytes, size); };
    respond::export_ocsf(s.graph->data(), s.part, {}, sink);
    respond::export_ecs(s.graph->data(), s.part, {}, sink);
    EXPECT_EQ(out, "");
    respond::export_json(s.graph->data(), s.part, sink);
    EXPECT_EQ(json::parse(out)["nodes"], json::array());
}

TEST(Exports, FindingWithoutAProcessStillHoldsWhatIsRequired) {
    story<> s;
    const json finding = json::parse(ocsf_text(s, s.convict({}), {}));
    for (const required& r : ocsf_required) EXPECT_TRUE(finding.contains(json::json_pointer(r.pointer))) << r.pointer;
    check_ocsf_objects(finding, "");
}

/// The statements of a DOT file as far as the export uses the language ("The DOT Language", graphviz.org): checks its syntax whole and
/// returns the labels of nodes, unescaped.
std::vector<std::string> read_dot(const std::string& in) {
    size_t at = 0;
    const auto fail = [&](const char* why) { ADD_FAILURE() << why << " at " << at << ": " << in.substr(at, 40); };
    const auto skip = [&] { while (at < in.size() && (in[at] == ' ' || in[at] == '\n')) ++at; };
    const auto eat = [&](const std::string& word) {
        skip();
        if (in.compare(at, word.size(), word) != 0) return false;
        at += word.size();
        return true;
    };
    const auto name = [&] {
        skip();
        const size_t begin = at;
        while (at < in.size() && (isalnum(static_cast<unsigned char>(in[at])) || in[at] == '_')) ++at;
        return in.substr(begin, at - begin);
    };
    const auto quoted = [&] {
        std::string out;
        if (!eat("\"")) fail("no quote");
        for (; at < in.size() && in[at] != '"'; ++at) {
            if (static_cast<unsigned char>(in[at]) < 0x20) fail("control character");
            if (in[at] == '\\') {
                ++at;
                if (in[at] == 'n') out += '\n';
                else if (in[at] == '\\' || in[at] == '"') out += in[at];
                else fail("unknown escape");
            } else out += in[at];
        }
        ++at;
        return out;
    };
    std::vector<std::string> labels;
    if (!eat("digraph") || name().empty() || !eat("{")) fail("no graph");
    while (!eat("}")) {
        const std::string first = name();
        if (first.empty()) {
            fail("no statement");
            break;
        }
        if (eat("=")) {
            skip();
            in[at] == '"' ? quoted() : name();
        } else {
            const bool is_edge = eat("->");
            if (is_edge && name().empty()) fail("no head");
            if (!eat("[")) fail("no attributes");
            while (!eat("]")) {
                const std::string attribute = name();
                if (!eat("=")) {
                    fail("no value");
                    return labels;
                }
                skip();
                const std::string value = in[at] == '"' ? quoted() : name();
                if (attribute == "label" && !is_edge) labels.push_back(value);
            }
        }
        if (!eat(";")) fail("no semicolon");
    }
    skip();
    if (at != in.size()) fail("something follows");
    return labels;
}

TEST(Exports, DotIsWellFormedWhateverTheNames) {
    story<> s;
    const uint32_t alert = tell_story(s);
    const std::string dot = dot_text(s, alert);
    const std::vector<std::string> labels = read_dot(dot);
    const json graph = s.json(alert);
    ASSERT_EQ(labels.size(), graph["nodes"].size());
    for (size_t i = 0; i < labels.size(); ++i) {
        const std::string label = graph["nodes"][i]["label"];
        if (label.find('"') == std::string::npos) {
            EXPECT_EQ(labels[i].substr(0, label.size()), label);
        } else {
            EXPECT_NE(labels[i].find("&amp;lt;"), graph["nodes"][i]["kind"] == "registry" ? 0 : std::string::npos);
        }
    }
}

}  // namespace
