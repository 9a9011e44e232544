# Warnings and sanitizers, for our own targets only: never exported.
add_library(colblock_build_flags INTERFACE)
target_compile_options(colblock_build_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor)
if(COLBLOCK_DEVELOPER)
  target_compile_options(colblock_build_flags INTERFACE -Werror)
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # False alarms in std::string::operator+ at -O2 and above (GCC bug 105651).
  target_compile_options(colblock_build_flags INTERFACE -Wno-restrict)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # The standard library of g++ 12 uses get_temporary_buffer in stable_sort, and only g++ knows to keep quiet.
  target_compile_options(colblock_build_flags INTERFACE -Wno-deprecated-declarations)
endif()

if(COLBLOCK_SANITIZE STREQUAL "address")
  set(sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    list(APPEND sanitizers -fsanitize=fuzzer-no-link)  # what the programs of fuzz/ steer by
  endif()
elseif(COLBLOCK_SANITIZE STREQUAL "coverage")
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "COLBLOCK_SANITIZE=coverage needs clang, which has libFuzzer")
  endif()
  set(sanitizers -fsanitize=fuzzer-no-link)
elseif(COLBLOCK_SANITIZE STREQUAL "thread")
  set(sanitizers -fsanitize=thread -fno-omit-frame-pointer)
  # Asio's fences are invisible to the sanitizer; its mutexes, which it sees, order the same accesses.
  add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
elseif(NOT COLBLOCK_SANITIZE STREQUAL "")
  message(FATAL_ERROR "COLBLOCK_SANITIZE is '${COLBLOCK_SANITIZE}': use address, thread, coverage or nothing")
endif()
if(DEFINED sanitizers)
  add_compile_options(${sanitizers})
  add_link_options(${sanitizers})
endif()
