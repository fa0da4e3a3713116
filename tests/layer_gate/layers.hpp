// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTS_LAYER_GATE_LAYERS_HPP
#define BARTIZAN_TESTS_LAYER_GATE_LAYERS_HPP

#include <string_view>

/// THE table of the house: which room of include/bartizan/ may include which, and what each may take from outside.
namespace bartizan_house {

struct layer {
    std::string_view room;
    std::string_view may_include;  ///< rooms, separated and surrounded by blanks; "*" is every room. Itself is implied.
    bool kernel_safe;      ///< only <stddef.h> and <stdint.h> from outside, and every header stands in kernel.hpp
    std::string_view why;  ///< completes the sentence "ROOM may not include X: ..."
};

inline constexpr layer layers[] = {
    {"core", " ", true, "core is the vocabulary that every other room speaks, so it can depend on none of them"},
    {"rules", " core ", true,
     "rules are pure functions of the event: the engine puts all that is known into its facts"},
    {"policy", " core ", true, "policy is data and one table about core's words, whatever rule or engine found them"},
    {"lists", " core ", true, "lists are looked up by keys of core, whoever asks"},
    {"engine", " core rules policy lists ", true, "the engine keeps state about events and knows nothing of files"},
    {"response", " core policy ", true,
     "a response follows from the finding and the policy, not from how it was found"},
    {"pe", " core ", true, "pe reads bytes; what they mean for a verdict is decided above it"},
    {"code_cave", " core pe ", true, "code_cave examines a parsed image and nothing else"},
    {"features", " core pe ", false, "features are numbers of a parsed image, the same whatever network reads them"},
    {"nn", " core hash ", false, "the network sees numbers only, so that it serves any schema"},
    {"hash", " core ", false, "hash is core's digests by the processor's instructions, for whoever reads whole files"},
    {"verdict", " core hash pe features nn code_cave lists ", false, "a file's verdict knows no events and no policy"},
    {"quarantine", " core hash ", false, "the vault moves files and does not judge them"},
    {"adapters", " core ", true, "adapters translate a sensor's fields into core's event and judge nothing"},
    {"testing", "*", false, ""},
};

/// Headers from outside the project and the C and C++ standards. The prefix is a room or a folder in one.
struct outside_header {
    std::string_view header_prefix;
    std::string_view path_prefix;
    std::string_view why;
};
inline constexpr outside_header outside_headers[] = {
    {"immintrin.h", "nn/", "x86 intrinsics"},           {"arm_neon.h", "nn/", "NEON intrinsics"},
    {"cpuid.h", "nn/", "CPU detection, GCC and Clang"}, {"intrin.h", "nn/", "CPU detection, MSVC"},
    {"immintrin.h", "hash/", "x86 intrinsics"},         {"arm_neon.h", "hash/", "NEON intrinsics"},
    {"cpuid.h", "hash/", "CPU detection"},              {"intrin.h", "hash/", "CPU detection, MSVC"},
    {"sys/auxv.h", "nn/", "CPU detection, Linux on Arm"},
    {"xsimd/", "nn/simd/", "the portable vector path"},
    {"fcntl.h", "quarantine/system/", "Linux"},         {"unistd.h", "quarantine/system/", "Linux"},
    {"dirent.h", "quarantine/system/", "Linux"},        {"sys/", "quarantine/system/", "Linux"},
    {"windows.h", "quarantine/system/", "Windows"},     {"winternl.h", "quarantine/system/", "Windows"},
    {"bcrypt.h", "quarantine/system/", "Windows"},
};

/// Of C++20 and of C, what a user-mode room may take.
inline constexpr std::string_view standard_headers =
    " algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono cinttypes "
    "climits "
    "clocale cmath codecvt compare complex concepts condition_variable coroutine csetjmp csignal cstdarg cstddef "
    "cstdint "
    "cstdio cstdlib cstring ctime cuchar cwchar cwctype deque exception execution filesystem format forward_list "
    "fstream "
    "functional future initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map "
    "memory "
    "memory_resource mutex new numbers numeric optional ostream queue random ranges ratio regex scoped_allocator "
    "semaphore set shared_mutex source_location span sstream stack stdexcept stop_token streambuf string string_view "
    "syncstream system_error thread tuple type_traits typeindex typeinfo unordered_map unordered_set utility valarray "
    "variant vector version assert.h ctype.h errno.h float.h inttypes.h limits.h math.h setjmp.h signal.h stdarg.h "
    "stddef.h stdint.h stdio.h stdlib.h string.h time.h uchar.h wchar.h wctype.h ";

}  // namespace bartizan_house

#endif
