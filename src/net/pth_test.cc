// .pth files written by torch.save (tools/make_net_golden.py), and damaged ones.
#include "net/pth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/rng.h"
#include "net/pickle.h"
#include "support/golden.h"

namespace derm {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using torch::Tensor;

fs::path file(const std::string& name) {
  return testing::golden_file("net_" + name + ".pth");
}

std::string refusal(const std::string& name) {
  try {
    read_weights(file(name));
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

std::string pickle_refusal(const std::string& pickle) {
  try {
    read_pickle(ByteView(pickle), "p");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

void expect_plain(const TensorMap& tensors) {
  ASSERT_EQ(tensors.size(), 14U);
  const Tensor base = torch::arange(12, torch::kFloat32).reshape({3, 4});
  EXPECT_TRUE(torch::equal(tensors.at("f32"), base));
  EXPECT_TRUE(torch::equal(tensors.at("transposed"), base.t()));
  EXPECT_TRUE(tensors.at("transposed").is_contiguous());
  EXPECT_TRUE(torch::equal(tensors.at("column"), base.select(1, 2)));
  EXPECT_TRUE(torch::equal(tensors.at("tail"), base.slice(0, 1)));
  EXPECT_EQ(tensors.at("empty").sizes().vec(), (std::vector<int64_t>{0, 3}));
  EXPECT_EQ(tensors.at("f64")[1].item<double>(), -1e300);
  EXPECT_EQ(tensors.at("f16").scalar_type(), torch::kFloat16);
  EXPECT_EQ(tensors.at("f16")[0].item<float>(), 1.5F);
  EXPECT_EQ(tensors.at("bf16")[1].item<float>(), 256);
  EXPECT_EQ(tensors.at("i64").dim(), 0);
  EXPECT_EQ(tensors.at("i64").item<int64_t>(), -7);
  EXPECT_EQ(tensors.at("i32")[0].item<int32_t>(), 1 << 30);
  EXPECT_EQ(tensors.at("i16")[0].item<int16_t>(), -300);
  EXPECT_EQ(tensors.at("i8")[0].item<int8_t>(), -8);
  EXPECT_EQ(tensors.at("u8")[0].item<uint8_t>(), 200);
  EXPECT_TRUE(torch::equal(tensors.at("truth"), torch::tensor({true, false})));
}

TEST(Pth, ReadsEveryElementTypeAndView) {
  expect_plain(read_weights(file("plain")).tensors);
}

TEST(Pth, ReadsProtocolFour) {
  expect_plain(read_weights(file("protocol4")).tensors);
}

TEST(Pth, ReadsDeflatedRecords) {
  expect_plain(read_weights(file("deflated")).tensors);
}

TEST(Pth, TakesTheStateDictOutOfACheckpointAndModuleOffItsNames) {
  const TensorMap tensors = read_weights(file("checkpoint")).tensors;
  ASSERT_EQ(tensors.size(), 7U);
  EXPECT_TRUE(torch::equal(tensors.at("0.weight"),
                           torch::arange(18, torch::kFloat32).reshape({2, 1, 3, 3})));
  EXPECT_EQ(tensors.at("1.num_batches_tracked").item<int64_t>(), 0);
}

TEST(Pth, JoinsTheNamesOfNestedContainers) {
  const TensorMap tensors = read_weights(file("nested")).tensors;
  ASSERT_EQ(tensors.size(), 3U);
  EXPECT_EQ(tensors.at("encoder.weight").numel(), 12);
  EXPECT_FALSE(tensors.at("encoder.weight").requires_grad());
  EXPECT_EQ(tensors.at("heads.0").sum().item<float>(), 2);
}

TEST(Pth, NamesWhatIsNotATensor) {
  EXPECT_THAT(refusal("number"), AllOf(HasSubstr("'epoch'"), HasSubstr("a whole number")));
}

TEST(Pth, NamesPythonCodeAndDoesNotRunIt) {
  EXPECT_THAT(refusal("malicious"), AllOf(HasSubstr("posix.system"), HasSubstr("data.pkl, byte")));
}

TEST(Pth, SaysWhatToDoWithTheOldFormat) {
  EXPECT_THAT(refusal("legacy"), AllOf(HasSubstr("before torch 1.6"), HasSubstr("torch.save")));
}

TEST(Pth, RefusesAnotherByteOrder) {
  EXPECT_THAT(refusal("big_endian"), HasSubstr("byte order"));
}

TEST(Pth, RefusesAFileCutAnywhere) {
  const Bytes whole = read_file(file("nested"));
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_THROW(parse_pth(Bytes(whole.begin(), whole.begin() + static_cast<int64_t>(size)), "cut"),
                 Error)
        << size;
}

TEST(Pth, NeverCrashesOnFlippedBytes) {
  Rng rng({12, Purpose::kTest});
  int refused = 0;
  for (const char* name : {"nested", "deflated"}) {
    const Bytes whole = read_file(file(name));
    for (int round = 0; round < 1500; ++round) {
      Bytes bytes = whole;
      bytes[rng.below(bytes.size())] = static_cast<uint8_t>(rng.next());
      try {
        parse_pth(bytes, "flipped");
      } catch (const Error&) {
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, 300);
}

// The whole pickle language, without the checksum of a zip record in the way.
TEST(Pickle, NeverCrashesOnRandomPrograms) {
  constexpr std::string_view kOpcodes =
      "(.N)]}\x88\x89KMJG\x8aUXC\x85\x86\x87tauesqhrj\x94\x30\x31\x63\x93RQb\x80\x95";
  Rng rng({13, Purpose::kTest});
  int refused = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string program;
    for (uint64_t n = 1 + rng.below(40); n > 0; --n) {
      program += kOpcodes[rng.below(kOpcodes.size())];
      if (rng.chance(0.4)) program += static_cast<char>(rng.below(4));
    }
    refused += pickle_refusal(program) == "no error" ? 0 : 1;
  }
  EXPECT_GT(refused, 10000);
}

TEST(Pickle, RefusesWhatItsCapsAndChecksForbid) {
  const std::string tuple_id =
      "(U\x07storagectorch\nFloatStorage\nU\x01"
      "0U\x03"
      "cpuK\x04tQ";
  EXPECT_EQ(pickle_refusal("\x80\x02" + tuple_id + "."), "no error");
  EXPECT_THAT(pickle_refusal("cos\nsystem\n."), HasSubstr("os.system"));
  EXPECT_THAT(pickle_refusal("ctorch\nComplexFloatStorage\n."), HasSubstr("ComplexFloatStorage"));
  EXPECT_THAT(pickle_refusal("U\x02osU\x06system\x93."), HasSubstr("os.system"));
  EXPECT_THAT(pickle_refusal("ctorch\nFloatStorage\n)R."), HasSubstr("torch.FloatStorage"));
  EXPECT_THAT(pickle_refusal("\x80\x09."), HasSubstr("protocol"));
  EXPECT_THAT(pickle_refusal("h\x05."), HasSubstr("never stored"));
  EXPECT_THAT(pickle_refusal("X\xff\xff\xff\xff"
                             "abc."),
              HasSubstr("ends too early"));
  EXPECT_THAT(pickle_refusal("K\x01K\x02s."), HasSubstr("pops too much"));
  EXPECT_THAT(pickle_refusal("]K\x01K\x02s."), HasSubstr("fills something else"));
  EXPECT_THAT(pickle_refusal("S'text'\n."), HasSubstr("0x53"));
  EXPECT_THAT(pickle_refusal(std::string(kMaxPickleItems + 1, 'N')), HasSubstr("too many items"));
  EXPECT_THAT(pickle_refusal(std::string(kMaxPickleBytes + 1, 'N')), HasSubstr("too large"));
}

}  // namespace
}  // namespace derm
