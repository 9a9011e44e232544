# Everything comes from the distribution. What is missing is reported at once, as the one command that
# installs it (package names of Debian 12).
set(colblock_missing "")

macro(colblock_find debian_package name)
  find_package(${name} ${ARGN} QUIET)
  if(NOT ${name}_FOUND)
    list(APPEND colblock_missing ${debian_package})
  endif()
endmacro()

# Libraries without a CMake package of their own; the target is PkgConfig::PREFIX.
macro(colblock_find_pkg debian_package prefix module)
  if(PKG_CONFIG_FOUND)
    pkg_check_modules(${prefix} QUIET IMPORTED_TARGET ${module})
  endif()
  if(NOT ${prefix}_FOUND)
    list(APPEND colblock_missing ${debian_package})
  endif()
endmacro()

colblock_find(pkg-config PkgConfig)
colblock_find(libc6-dev Threads)
colblock_find_pkg(liblz4-dev LZ4 liblz4)
colblock_find_pkg(libzstd-dev ZSTD libzstd)
colblock_find_pkg(libxxhash-dev XXHASH libxxhash)
colblock_find(libboost-dev Boost 1.74)

if(COLBLOCK_SERVER)
  colblock_find_pkg(libdeflate-dev DEFLATE libdeflate)
  colblock_find(libsnappy-dev Snappy)
  colblock_find_pkg(libnghttp2-dev NGHTTP2 libnghttp2)
  colblock_find(libssl-dev OpenSSL 3.0)
  colblock_find(zlib1g-dev ZLIB)
  colblock_find(libcli11-dev CLI11)
  colblock_find(libspdlog-dev spdlog)
  colblock_find(prometheus-cpp-dev prometheus-cpp)
endif()

if(COLBLOCK_DEVELOPER)
  colblock_find(libgtest-dev GTest)
  colblock_find(libbenchmark-dev benchmark)
  colblock_find("libprotobuf-dev;protobuf-compiler" Protobuf)
  colblock_find(libsimdjson-dev simdjson)
  colblock_find(python3 Python3 3.11 COMPONENTS Interpreter)
endif()

if(colblock_missing)
  list(REMOVE_DUPLICATES colblock_missing)
  list(JOIN colblock_missing " " colblock_missing)
  message(FATAL_ERROR "colblock needs packages that are not here:\n  apt-get install ${colblock_missing}\n"
    "The server is left out with -DCOLBLOCK_SERVER=OFF, tests and benchmarks with -DCOLBLOCK_DEVELOPER=OFF.")
endif()
