// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CODE_CAVE_DECISION_HPP
#define BARTIZAN_CODE_CAVE_DECISION_HPP

#include "../core/finding.hpp"

/// The evidence for a hidden program in a file's unused space, and what it amounts to. ATT&CK T1554 Compromise Host Software
/// Binary, T1027.009 Embedded Payloads.
namespace BARTIZAN_NAMESPACE::code_cave {

/// Atoms by their bit. c15, a frame of a running program in slack, is the rule `slack_frame`'s own.
enum atom : uint8_t {
    c1,   ///< slack holds code
    c2,   ///< slack holds a program or compressed stream
    c3,   ///< an entry lies in slack
    c4,   ///< the code that runs first goes to slack
    c5,   ///< the code there needs unwind data and has none
    c6,   ///< the change collides with relocations
    c7,   ///< signature present, digest differs
    c8,   ///< signature cut out of the headers
    c9,   ///< unsigned, though its publisher signs
    c10,  ///< a section of data gained MEM_EXECUTE; code that is writable too is packers' way, and no sign
    c11,  ///< CheckSum of a driver is wrong
    c12,  ///< entropy steps where the slack begins
    c13,  ///< import tables reach into slack
    c14,  ///< code in slack finds its functions by itself
    c16,  ///< the code lies where no linker and no compiler places any
};

inline constexpr uint8_t atom_count = 15;

inline constexpr atom_info atoms[atom_count] = {
    {"c1", "Unused space holds code that branches into the program", grade::weak, column::what, field::machine_code},
    {"c2", "Unused space holds another program or a compressed stream", grade::weak, column::what, field::file_content},
    {"c3", "The entry point, a TLS callback, an export or a function pointer lies in unused space", grade::medium, column::how, field::machine_code},
    {"c4", "Code of the program transfers control into unused space", grade::weak, column::how, field::machine_code},
    {"c5", "The code there uses the stack but no exception table entry covers it", grade::weak, column::how, field::unwind_data},
    {"c6", "The change collides with base relocations, or has addresses that lack them", grade::weak, column::how, field::machine_code},
    {"c7", "The file was changed after it was signed", grade::medium, column::who, field::module_signature},
    {"c8", "A signature still lies in the file but was cut out of its headers", grade::medium, column::who, field::file_content},
    {"c9", "The publisher that it names signs its other files, but not this one", grade::weak, column::who, field::module_signature},
    {"c10", "A section has rights that no linker gives it", grade::weak, column::where, field::file_content},
    {"c11", "The header's checksum is wrong", grade::weak, column::where, field::file_content},
    {"c12", "The entropy changes abruptly where the unused space begins", grade::weak, column::where, field::file_content},
    {"c13", "Import tables reach into unused space", grade::weak, column::what, field::file_content},
    {"c14", "The code there searches memory for system functions by itself", grade::weak, column::what, field::machine_code},
    {"c16", "The code lies outside what the linker laid out, between functions, or keeps the flags as no compiler does", grade::weak, column::where, field::machine_code},
};

[[nodiscard]] constexpr uint16_t bit(atom a) noexcept { return static_cast<uint16_t>(1u << a); }

/// The decision table of rules.md CC as a pure function of the atoms that hold. A hidden program has an entry (c3, or c4 into
/// code, c1) and a mark that no linker, compiler or vendor leaves.
[[nodiscard]] constexpr verdict decide(uint16_t held) noexcept {
    const auto all = [held](uint16_t mask) { return (held & mask) == mask; };
    const auto any = [held](uint16_t mask) { return (held & mask) != 0; };
    constexpr uint16_t marks = bit(c5) | bit(c6) | bit(c7) | bit(c8);
    constexpr uint16_t places = bit(c10) | bit(c16);
    const bool entered = any(bit(c3)) || all(bit(c4) | bit(c1));
    if (entered && any(marks)) return verdict::convict;
    if (entered && any(bit(c1)) && any(places)) return verdict::convict;
    if (all(bit(c2) | bit(c7))) return verdict::convict;
    // A call of slack whose code imports or searches for functions: a medium atom of its own.
    const int what = (any(bit(c1)) ? 1 : 0) + (any(bit(c13)) ? 1 : 0) + (any(bit(c14)) ? 1 : 0);
    if (any(bit(c4)) && what >= 2) {
        if (any(bit(c7) | bit(c8) | bit(c3))) return verdict::convict;
        return verdict::event;
    }
    return weigh(held, atoms);
}

/// The verdict on three-valued atoms: what is certain, and the fields that could have raised it.
[[nodiscard]] constexpr outcome decide(const atom_set& evidence) noexcept {
    return conclude(evidence, atoms, response::deny_terminate, [](uint16_t held) { return decide(held); });
}

}  // namespace BARTIZAN_NAMESPACE::code_cave

#endif
