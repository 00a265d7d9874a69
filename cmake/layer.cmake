# derm_layer(name SOURCES a.cc ... [DEPS base ...] [LIBS lib::lib ...] [PUBLIC_LIBS ...]
#            [TESTS a_test.cc ...] [TORCH] [UNITY])
#
# One static library `derm_<name>` per layer. DEPS are layers: what the layer may include and no
# more. LIBS are third-party targets of its sources; PUBLIC_LIBS those that its headers need too.
# TESTS become one program `<name>_test` and one ctest entry. TORCH links libtorch and reuses the
# precompiled torch header. UNITY compiles its small sources several at a time (derm_unity).
set(derm_warnings -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # The optimiser of GCC 12 to 14 reports false positives from inlined standard containers, and
  # GCC 14 takes every reference from a function with a temporary argument for dangling.
  list(APPEND derm_warnings -Wno-maybe-uninitialized -Wno-array-bounds -Wno-stringop-overflow
       -Wno-stringop-overread -Wno-restrict -Wno-free-nonheap-object -Wno-dangling-reference)
endif()
if(DERM_WERROR)
  list(APPEND derm_warnings -Werror)
endif()
# For code that only calls other code (commands, tests): a fifth less time to compile. Lower levels
# would save more, but GCC 13 and later refuse a precompiled header across them.
set(derm_quick_to_build $<$<CONFIG:Release>:-O2>)
if(DERM_SANITIZE)
  add_compile_options(-fsanitize=${DERM_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${DERM_SANITIZE})
endif()

# What libraries of others keep until the end is no leak of ours.
function(derm_suppress_leaks test)
  if(DERM_SANITIZE)
    set_property(TEST ${test} APPEND PROPERTY ENVIRONMENT_MODIFICATION
      "LSAN_OPTIONS=set:suppressions=${CMAKE_SOURCE_DIR}/tools/lsan.supp:print_suppressions=0")
  endif()
endfunction()

function(derm_use_torch target)
  target_link_libraries(${target} PUBLIC derm_torch)
  target_precompile_headers(${target} REUSE_FROM derm_torch_pch)
endfunction()

# Tests run side by side: threads of libtorch's OpenMP that spin while they wait would starve them.
function(derm_share_cores test)
  set_tests_properties(${test} PROPERTIES ENVIRONMENT "OMP_NUM_THREADS=1;OMP_WAIT_POLICY=PASSIVE")
endfunction()

# Compiles eight sources of the target as one: what they include is read once, half the time of a
# full build. File-local names must then differ within a layer. Layers without it rebuild a changed
# file in two seconds.
function(derm_unity target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${DERM_UNITY} UNITY_BUILD_BATCH_SIZE 8)
endfunction()

function(derm_layer name)
  cmake_parse_arguments(arg "TORCH;UNITY" "" "SOURCES;DEPS;LIBS;PUBLIC_LIBS;TESTS" ${ARGN})
  add_library(derm_${name} STATIC ${arg_SOURCES})
  target_include_directories(derm_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_compile_options(derm_${name} PRIVATE ${derm_warnings})
  foreach(dep IN LISTS arg_DEPS)
    target_link_libraries(derm_${name} PUBLIC derm_${dep})
  endforeach()
  target_link_libraries(derm_${name} PUBLIC ${arg_PUBLIC_LIBS} PRIVATE ${arg_LIBS})
  if(arg_TORCH)
    derm_use_torch(derm_${name})
  endif()
  if(arg_UNITY)
    derm_unity(derm_${name})
  endif()
  if(arg_TESTS AND DERM_BUILD_TESTS)
    derm_test(${name}_test SOURCES ${arg_TESTS} LAYERS ${name} LIBS ${arg_LIBS})
    if(arg_TORCH)
      derm_use_torch(${name}_test)
      derm_share_cores(${name}_test)
    endif()
  endif()
endfunction()

# derm_test(name SOURCES ... LAYERS ... [LIBS ...]): a GoogleTest program and its ctest entry.
function(derm_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LAYERS;LIBS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_compile_options(${name} PRIVATE ${derm_warnings} ${derm_quick_to_build})
  target_compile_definitions(${name} PRIVATE DERM_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  foreach(layer IN LISTS arg_LAYERS)
    target_link_libraries(${name} PUBLIC derm_${layer})
  endforeach()
  target_link_libraries(${name} PUBLIC ${arg_LIBS} GTest::gtest_main GTest::gmock)
  derm_unity(${name})
  add_test(NAME ${name} COMMAND ${name})
  derm_suppress_leaks(${name})
endfunction()
