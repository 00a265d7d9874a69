#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "base/error.h"
#include "base/rng.h"
#include "net/dtype.h"
#include "net/weights.h"

namespace derm {
namespace {

using ::testing::HasSubstr;

TensorMap small_map() {
  return {{"a.weight", torch::arange(6, torch::kFloat32).reshape({2, 3})},
          {"b", torch::tensor({1, -2, 3}, torch::kInt8)},
          {"c", torch::full({}, 7, torch::kInt64)},
          {"d", torch::zeros({0, 4})}};
}

Bytes file_of(const std::string& header, size_t data_bytes) {
  Bytes bytes(8 + header.size() + data_bytes, 0);
  const uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, 8);
  std::memcpy(bytes.data() + 8, header.data(), header.size());
  return bytes;
}

std::string refusal(const Bytes& bytes) {
  try {
    parse_safetensors(bytes, "x.safetensors");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

std::string entry(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return "{\"dtype\":\"" + dtype + "\",\"shape\":[" + shape + "],\"data_offsets\":[" + offsets +
         "]}";
}

TEST(Safetensors, ComesBackAsItWasWritten) {
  const Metadata metadata = {{"arch", "tiny"}, {"note", "line\n\"quoted\""}};
  const WeightFile file = parse_safetensors(safetensors_bytes(small_map(), metadata), "memory");
  EXPECT_EQ(file.metadata, metadata);
  ASSERT_EQ(file.tensors.size(), 4U);
  for (const auto& [name, tensor] : small_map()) {
    EXPECT_EQ(file.tensors.at(name).scalar_type(), tensor.scalar_type()) << name;
    EXPECT_TRUE(torch::equal(file.tensors.at(name), tensor)) << name;
  }
}

TEST(Safetensors, HoldsEveryElementType) {
  TensorMap tensors;
  for (const Dtype& dtype : dtypes()) tensors[dtype.safetensors] = torch::ones({3}).to(dtype.type);
  const WeightFile file = parse_safetensors(safetensors_bytes(tensors, {}), "memory");
  for (const auto& [name, tensor] : tensors)
    EXPECT_TRUE(torch::equal(file.tensors.at(name), tensor)) << name;
}

TEST(Safetensors, WritesTheSameBytesEveryTimeWithAlignedTensors) {
  const Bytes bytes = safetensors_bytes(small_map(), {{"k", "v"}});
  EXPECT_EQ(bytes, safetensors_bytes(small_map(), {{"k", "v"}}));
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  EXPECT_EQ(length % 8, 0U);
  const std::string header(bytes.begin() + 8, bytes.begin() + 8 + static_cast<int64_t>(length));
  EXPECT_THAT(header, HasSubstr("\"c\":{\"data_offsets\":[0,8]"));  // the widest first
  EXPECT_THAT(header, HasSubstr("\"a.weight\":{\"data_offsets\":[8,32]"));
}

TEST(Safetensors, WritesViewsAsTheyLook) {
  const torch::Tensor view = torch::arange(6).reshape({2, 3}).t();
  const WeightFile file = parse_safetensors(safetensors_bytes({{"v", view}}, {}), "memory");
  EXPECT_TRUE(torch::equal(file.tensors.at("v"), view));
}

TEST(Safetensors, WritesFilesThatReadWeightsReads) {
  const fs::path path = fs::path(::testing::TempDir()) / "round_trip.safetensors";
  write_safetensors(path, small_map(), {{"k", "v"}});
  EXPECT_EQ(read_file(path), safetensors_bytes(small_map(), {{"k", "v"}}));
  EXPECT_TRUE(torch::equal(read_weights(path).tensors.at("a.weight"), small_map().at("a.weight")));
}

TEST(Safetensors, RefusesTensorsItCannotHold) {
  EXPECT_THROW(safetensors_bytes({{"z", torch::zeros({2}, torch::kComplexFloat)}}, {}), Error);
  EXPECT_THROW(safetensors_bytes({{"z", torch::Tensor()}}, {}), Error);
}

TEST(Safetensors, RefusesAFileCutAnywhere) {
  const Bytes whole = safetensors_bytes(small_map(), {{"k", "v"}});
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_THROW(
        parse_safetensors(Bytes(whole.begin(), whole.begin() + static_cast<int64_t>(size)), "cut"),
        Error)
        << size;
}

TEST(Safetensors, NeverCrashesOnFlippedBytes) {
  const Bytes whole = safetensors_bytes(small_map(), {{"k", "v"}});
  Rng rng({11, Purpose::kTest});
  int refused = 0;
  for (int round = 0; round < 3000; ++round) {
    Bytes bytes = whole;
    for (uint64_t flips = 1 + rng.below(3); flips > 0; --flips)
      bytes[rng.below(bytes.size())] = static_cast<uint8_t>(rng.next());
    refused += refusal(bytes) == "no error" ? 0 : 1;
  }
  EXPECT_GT(refused, 1000);
}

TEST(Safetensors, RefusesOffsetsThatOverlapLeaveAHoleOrPassTheEnd) {
  const std::string first = entry("U8", "4", "0,4");
  EXPECT_EQ(refusal(file_of("{\"a\":" + first + ",\"b\":" + entry("U8", "2", "4,6") + "}", 6)),
            "no error");
  for (const char* offsets : {"3,5", "5,7", "0,2", "6,8"})
    EXPECT_THAT(
        refusal(file_of("{\"a\":" + first + ",\"b\":" + entry("U8", "2", offsets) + "}", 7)),
        HasSubstr("overlap, leave a hole or pass the end"))
        << offsets;
  EXPECT_THAT(refusal(file_of("{\"a\":" + first + "}", 5)), HasSubstr("after the last tensor"));
}

TEST(Safetensors, RefusesAbsurdSizes) {
  const auto one = [](const std::string& shape, const std::string& offsets) {
    return refusal(file_of("{\"a\":" + entry("F64", shape, offsets) + "}", 8));
  };
  EXPECT_EQ(one("1", "0,8"), "no error");
  EXPECT_THAT(one("4611686018427387904,4", "0,8"), HasSubstr("do not fit"));
  EXPECT_THAT(one("2305843009213693953", "0,8"), HasSubstr("do not fit"));
  EXPECT_THAT(one("-1", "0,8"), HasSubstr("wrong number"));
  EXPECT_THAT(one("1.5", "0,8"), HasSubstr("wrong number"));
  EXPECT_THAT(one("1", "8,0"), HasSubstr("wrong offsets"));
  EXPECT_THAT(one("1", "18446744073709551608,18446744073709551616"), HasSubstr("wrong number"));
  Bytes huge = file_of("{}", 0);
  std::fill(huge.begin(), huge.begin() + 8, uint8_t{0xff});
  EXPECT_THAT(refusal(huge), HasSubstr("length of a safetensors header"));
}

TEST(Safetensors, RefusesHeadersThatAreNotTables) {
  for (const char* header :
       {"", "[]", "{", "{\"a\":3}", "{\"a\":{}}", "null", "{\"a\":[[[[[1]]]]]}",
        "{\"__metadata__\":3}", "{\"__metadata__\":{\"k\":3}}", "1e999999",
        "{\"a\":{\"dtype\":\"F8\",\"shape\":[],\"data_offsets\":[0,0]}}"})
    EXPECT_NE(refusal(file_of(header, 0)), "no error") << header;
  EXPECT_THAT(refusal(file_of("{\"a\":" + entry("F8_E4M3", "1", "0,1") + "}", 1)),
              HasSubstr("F8_E4M3"));
}

}  // namespace
}  // namespace derm
