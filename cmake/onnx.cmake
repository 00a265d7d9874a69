# ONNX's own library (protobuf messages, checker, shape inference) as one target, derm_onnx.
find_package(Protobuf REQUIRED)
find_path(DERM_ONNX_INCLUDE onnx/onnx_pb.h REQUIRED)
find_library(DERM_ONNX_LIBRARY onnx REQUIRED)
find_library(DERM_ONNX_PROTO_LIBRARY onnx_proto REQUIRED)
add_library(derm_onnx INTERFACE)
target_include_directories(derm_onnx SYSTEM INTERFACE ${DERM_ONNX_INCLUDE})
target_compile_definitions(derm_onnx INTERFACE ONNX_NAMESPACE=onnx ONNX_ML=1)
target_link_libraries(derm_onnx INTERFACE ${DERM_ONNX_LIBRARY} ${DERM_ONNX_PROTO_LIBRARY}
                      protobuf::libprotobuf)
