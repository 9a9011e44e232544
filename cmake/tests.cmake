include(GoogleTest)

# colblock_test(LAYER SOURCES... LINK targets...): one test program a layer, one ctest case a claim.
function(colblock_test layer)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${layer}_test ${arg_SOURCES})
  target_include_directories(${layer}_test PRIVATE ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${layer}_test PRIVATE colblock_build_flags colblock_test_data ${arg_LINK} GTest::gtest_main)
  gtest_discover_tests(${layer}_test TEST_PREFIX ${layer}. DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60)
endfunction()
