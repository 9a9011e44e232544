# find_package(colblock) for programs that use the library; tested by tests/install.
include(CMakePackageConfigHelpers)
set(colblock_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/colblock)

install(TARGETS ${colblock_libraries} EXPORT colblockTargets FILE_SET HEADERS)
install(EXPORT colblockTargets NAMESPACE colblock:: DESTINATION ${colblock_package_dir})

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/colblockConfig.cmake.in
  ${PROJECT_BINARY_DIR}/colblockConfig.cmake INSTALL_DESTINATION ${colblock_package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/colblockConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/colblockConfig.cmake ${PROJECT_BINARY_DIR}/colblockConfigVersion.cmake
  DESTINATION ${colblock_package_dir})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
