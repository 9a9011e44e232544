# The floor: g++ 12 and clang 19, both in Debian 12. An older one fails in the middle of <expected>.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12)
  message(FATAL_ERROR "colblock needs g++ 12 or newer, this is ${CMAKE_CXX_COMPILER_VERSION}: apt-get install g++")
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR "colblock needs clang 19 or newer, this is ${CMAKE_CXX_COMPILER_VERSION}: apt-get install clang-19")
endif()
