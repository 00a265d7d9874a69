# libtorch, found from CMAKE_PREFIX_PATH or the distribution, as one target: derm_torch.
# derm_torch_pch is an empty library that carries the precompiled torch header; every target that
# uses torch reuses it (derm_use_torch): 2 s a file instead of 10.
find_package(Torch REQUIRED)

add_library(derm_torch INTERFACE)
target_include_directories(derm_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
target_link_libraries(derm_torch INTERFACE ${TORCH_LIBRARIES})
separate_arguments(derm_torch_flags UNIX_COMMAND "${TORCH_CXX_FLAGS}")
target_compile_options(derm_torch INTERFACE ${derm_torch_flags})

file(WRITE ${CMAKE_BINARY_DIR}/torch_pch.cc "// Carries the precompiled torch header.\n")
add_library(derm_torch_pch STATIC ${CMAKE_BINARY_DIR}/torch_pch.cc)
target_link_libraries(derm_torch_pch PUBLIC derm_torch)
target_compile_options(derm_torch_pch PRIVATE ${derm_warnings})
target_include_directories(derm_torch_pch PRIVATE ${CMAKE_SOURCE_DIR}/src)
target_precompile_headers(derm_torch_pch PRIVATE <net/torch.h>)
