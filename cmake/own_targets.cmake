# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
# What holds for the project's own programs (tests, benches, tools, examples) and must not reach a customer's targets.

option(BARTIZAN_WERROR "Treat warnings as errors in the project's own programs" ${PROJECT_IS_TOP_LEVEL})

if(PROJECT_IS_TOP_LEVEL)
    find_program(CCACHE_PROGRAM ccache)
    if(CCACHE_PROGRAM AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
        set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
    endif()
endif()

# Makes an executable of the project's own: bartizan_program(NAME SOURCES... [LIBRARIES ...]).
function(bartizan_program name)
    cmake_parse_arguments(arg "" "" "LIBRARIES" ${ARGN})
    add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
    bartizan_own(${name})
    target_link_libraries(${name} PRIVATE ${arg_LIBRARIES})
endfunction()

# Gives an existing executable the library, the warnings and plain C++20.
function(bartizan_own name)
    target_link_libraries(${name} PRIVATE bartizan::bartizan)
    set_target_properties(${name} PROPERTIES CXX_EXTENSIONS OFF CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON)
    if(MSVC)
        target_compile_options(${name} PRIVATE /W4 /permissive- $<$<BOOL:${BARTIZAN_WERROR}>:/WX>)
    else()
        target_compile_options(${name} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
                                               $<$<BOOL:${BARTIZAN_WERROR}>:-Werror>)
        # GCC bug 105651: false -Wrestrict and -Wstringop-overflow inside std::string's operator+, gone in GCC 13.
        if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
            target_compile_options(${name} PRIVATE -Wno-restrict -Wno-stringop-overflow)
        endif()
    endif()
endfunction()
