# ONNX Runtime as one target, derm_onnxruntime: from ONNXRUNTIME_ROOT (an upstream release, or what
# tools/fetch_onnxruntime.sh made), or the distribution's libonnxruntime-dev.
set(ONNXRUNTIME_ROOT "" CACHE PATH "A folder with ONNX Runtime's include and lib")
set(derm_onnxruntime_hints ${ONNXRUNTIME_ROOT} ${CMAKE_SOURCE_DIR}/build-deps/onnxruntime)
find_path(DERM_ONNXRUNTIME_INCLUDE onnxruntime_cxx_api.h HINTS ${derm_onnxruntime_hints}
          PATH_SUFFIXES include include/onnxruntime onnxruntime)
find_library(DERM_ONNXRUNTIME_LIBRARY onnxruntime HINTS ${derm_onnxruntime_hints} PATH_SUFFIXES lib)
if(NOT DERM_ONNXRUNTIME_INCLUDE OR NOT DERM_ONNXRUNTIME_LIBRARY)
  message(FATAL_ERROR "ONNX Runtime is missing: run `make setup`, or give -DONNXRUNTIME_ROOT=FOLDER.")
endif()

add_library(derm_onnxruntime SHARED IMPORTED)
set_target_properties(derm_onnxruntime PROPERTIES
  IMPORTED_LOCATION ${DERM_ONNXRUNTIME_LIBRARY}
  IMPORTED_NO_SONAME FALSE
  INTERFACE_SYSTEM_INCLUDE_DIRECTORIES ${DERM_ONNXRUNTIME_INCLUDE})
target_include_directories(derm_onnxruntime SYSTEM INTERFACE ${DERM_ONNXRUNTIME_INCLUDE})
