# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
# `cmake --install BUILD --prefix P`, then `find_package(bartizan CONFIG)`. Headers only, so the package files go to
# share/cmake and hold for every architecture.
include(CMakePackageConfigHelpers)

set(package_folder share/cmake/bartizan)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/bartizan" DESTINATION include FILES_MATCHING PATTERN "*.hpp")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/model_weights/" DESTINATION include/model_weights
        FILES_MATCHING PATTERN "bartizan_v*.hpp")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/model_weights/" DESTINATION share/bartizan
        FILES_MATCHING PATTERN "*.btz" PATTERN "MODEL_CARD.md")
install(TARGETS bartizan EXPORT bartizan_targets)
install(EXPORT bartizan_targets NAMESPACE bartizan:: DESTINATION ${package_folder} FILE bartizan-config.cmake)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/bartizan-config-version.cmake"
                                 COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/bartizan-config-version.cmake" DESTINATION ${package_folder})
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION share/doc/bartizan)
