# SPDX-License-Identifier: Apache-2.0
#
# clickhouse-cpp, the ClickHouse project's own C++ client, for bench/client_bench only. No distribution
# packages it and it exports no CMake package: name the prefix that it was installed into.
#
#   cmake --preset release -Dclickhouse-cpp_ROOT=PREFIX
#
# Makes the target clickhouse-cpp::clickhouse-cpp. Its own static copies of LZ4, ZSTD, CityHash and Abseil's
# integers are found beside it if it was built with them, else the system's.
find_path(clickhouse-cpp_INCLUDE_DIR clickhouse/client.h)
find_library(clickhouse-cpp_LIBRARY clickhouse-cpp-lib)
mark_as_advanced(clickhouse-cpp_INCLUDE_DIR clickhouse-cpp_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(clickhouse-cpp REQUIRED_VARS clickhouse-cpp_LIBRARY clickhouse-cpp_INCLUDE_DIR)

if(clickhouse-cpp_FOUND AND NOT TARGET clickhouse-cpp::clickhouse-cpp)
  add_library(clickhouse-cpp::clickhouse-cpp UNKNOWN IMPORTED)
  set_target_properties(clickhouse-cpp::clickhouse-cpp PROPERTIES
    IMPORTED_LOCATION ${clickhouse-cpp_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${clickhouse-cpp_INCLUDE_DIR})
  get_filename_component(clickhouse-cpp_directory ${clickhouse-cpp_LIBRARY} DIRECTORY)
  foreach(names "cityhash" "absl_int128;int128" "lz4" "zstdstatic;zstd")
    list(GET names 0 first)
    find_library(clickhouse-cpp_${first} NAMES ${names} HINTS ${clickhouse-cpp_directory})
    mark_as_advanced(clickhouse-cpp_${first})
    if(clickhouse-cpp_${first})
      set_property(TARGET clickhouse-cpp::clickhouse-cpp APPEND PROPERTY INTERFACE_LINK_LIBRARIES ${clickhouse-cpp_${first}})
    endif()
  endforeach()
endif()
