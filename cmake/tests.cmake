include(GoogleTest)

# colblock_test(LAYER SOURCES... [ALONE sources...] LINK targets...): one test program a layer, one ctest case a claim.
# With COLBLOCK_JOIN_TESTS four sources are compiled as one, but for those whose names would clash: ALONE.
function(colblock_test layer)
  cmake_parse_arguments(arg "" "" "SOURCES;ALONE;LINK" ${ARGN})
  add_executable(${layer}_test ${arg_SOURCES})
  target_include_directories(${layer}_test PRIVATE ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${layer}_test PRIVATE colblock_build_flags colblock_test_data ${arg_LINK} GTest::gtest_main)
  set_target_properties(${layer}_test PROPERTIES UNITY_BUILD ${COLBLOCK_JOIN_TESTS} UNITY_BUILD_BATCH_SIZE 4)
  set_source_files_properties(${arg_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  gtest_discover_tests(${layer}_test TEST_PREFIX ${layer}. DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60)
endfunction()
