// The packed cache: what goes in comes out, and nothing stale, torn or hostile is ever used.
#include "data/cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "base/error.h"
#include "data/cache_file.h"
#include "image/decode.h"
#include "image/resize.h"
#include "support/small_images.h"
#include "support/temp_folder.h"

namespace derm {
namespace {

using ::testing::HasSubstr;
using testing::message_of;
using testing::TempFolder;

CacheSpec frame_spec() {
  CacheSpec spec;
  spec.kind = "frame";
  spec.frame_px = 24;
  return spec;
}

CacheSpec contract_spec() {
  CacheSpec spec;
  spec.contract.side_px = 16;
  return spec;
}

class CacheOfTenImages : public ::testing::Test {
 protected:
  Cache open(const CacheSpec& spec = frame_spec(), int64_t threads = 2) const {
    return Cache::open(folder_.path() / "cache", manifest_, spec, threads);
  }
  // The bytes of the cache file; written back by write().
  std::string content() const { return read_text(path_); }
  void write(const std::string& bytes) const { std::ofstream(path_, std::ios::binary) << bytes; }

  void expect_good(const Cache& cache) const {
    ASSERT_EQ(cache.size(), 10);
    for (int64_t row = 0; row < 10; ++row) {
      const Image stored = cache.image(row);
      const Image frame =
          decode_file(manifest_.root / manifest_.rows[static_cast<size_t>(row)].path);
      const int shorter = std::min(frame.width, frame.height);
      EXPECT_EQ(std::min(stored.width, stored.height), 24);
      const Image expected = resize(frame, (frame.width * 24 + shorter / 2) / shorter,
                                    (frame.height * 24 + shorter / 2) / shorter, Filter::kBilinear);
      EXPECT_EQ(stored.data, expected.data) << row;
    }
  }
  void expect_remade(const std::string& why) const {
    const Cache cache = open();
    EXPECT_TRUE(cache.rebuilt()) << why;
    expect_good(cache);
    EXPECT_FALSE(open().rebuilt()) << why;
  }

  TempFolder folder_;
  Manifest manifest_ = testing::small_manifest(folder_.path(), 10);
  fs::path path_ = open().path();
};

TEST_F(CacheOfTenImages, KeepsShrunkenFramesWithTheirAspect) {
  const Cache cache = open();
  EXPECT_FALSE(cache.rebuilt());
  expect_good(cache);
}

TEST_F(CacheOfTenImages, KeepsFramesThatAreSmallEnoughAsTheyAre) {
  CacheSpec spec = frame_spec();
  spec.frame_px = 300;
  const Cache cache = open(spec);
  EXPECT_EQ(cache.image(3).data, decode_file(folder_.path() / "image_3.jpg").data);
}

TEST_F(CacheOfTenImages, KeepsFittedImages) {
  const CacheSpec spec = contract_spec();
  const Cache cache = open(spec);
  EXPECT_TRUE(cache.rebuilt());
  for (int64_t row = 0; row < 10; ++row)
    EXPECT_EQ(
        cache.image(row).data,
        fit(decode_file(folder_.path() / fmt::format("image_{}.jpg", row)), spec.contract).data);
}

TEST_F(CacheOfTenImages, HasTheSameBytesForAnyNumberOfThreads) {
  const std::string expected = content();
  for (const int64_t threads : {1, 3, 0}) {
    fs::remove(path_);
    EXPECT_TRUE(open(frame_spec(), threads).rebuilt());
    EXPECT_EQ(content(), expected) << threads;
  }
}

TEST_F(CacheOfTenImages, ReportsProgressUpToTheEnd) {
  fs::remove(path_);
  int64_t last = 0;
  Cache::open(folder_.path() / "cache", manifest_, frame_spec(), 1, [&](int64_t done, int64_t all) {
    EXPECT_GT(done, last);
    EXPECT_EQ(all, 10);
    last = done;
  });
  EXPECT_EQ(last, 10);
}

TEST_F(CacheOfTenImages, IsSharedByManifestsThatDifferInLabelsAndSplitsOnly) {
  for (auto& row : manifest_.rows) {
    row.label = 0;
    row.split = Split::kTest;
  }
  EXPECT_FALSE(open().rebuilt());
}

TEST_F(CacheOfTenImages, IsAnotherFileForOtherImagesOrderOrSpec) {
  const auto expect_other = [&](const Manifest& manifest, const CacheSpec& spec) {
    const Cache other = Cache::open(folder_.path() / "cache", manifest, spec, 1);
    EXPECT_TRUE(other.rebuilt());
    EXPECT_NE(other.path(), path_);
  };
  Manifest swapped = manifest_;
  std::swap(swapped.rows[0], swapped.rows[1]);
  expect_other(swapped, frame_spec());
  Manifest shorter = manifest_;
  shorter.rows.pop_back();
  expect_other(shorter, frame_spec());
  CacheSpec spec = frame_spec();
  spec.frame_px = 25;
  expect_other(manifest_, spec);
  EXPECT_FALSE(open().rebuilt());
}

TEST_F(CacheOfTenImages, IsMadeAgainWhenOneSourceHasChanged) {
  const Bytes other = encode_jpeg(testing::noise_image(33, 44, 99), 90);
  write_file_atomic(folder_.path() / "image_4.jpg", ByteView(other));
  manifest_.rows[4].sha256 = sha256(ByteView(other));
  const Cache cache = open();
  EXPECT_TRUE(cache.rebuilt());
  expect_good(cache);
}

TEST_F(CacheOfTenImages, RefusesAFileThatHasChangedSinceTheManifest) {
  fs::remove(path_);
  const Bytes other = encode_jpeg(testing::noise_image(33, 44, 99), 90);
  write_file_atomic(folder_.path() / "image_4.jpg", ByteView(other));
  const std::string message = message_of([&] { open(); });
  EXPECT_THAT(message, HasSubstr("image_4.jpg"));
  EXPECT_THAT(message, HasSubstr("changed since the manifest"));
}

TEST_F(CacheOfTenImages, ListsAllImagesThatCannotBeReadInOneError) {
  fs::remove(path_);
  fs::remove(folder_.path() / "image_2.jpg");
  write_file_atomic(folder_.path() / "image_7.jpg", std::string_view("no JPEG"));
  manifest_.rows[7].sha256 = sha256(std::string_view("no JPEG"));
  const std::string message = message_of([&] { open(); });
  EXPECT_THAT(message, HasSubstr("2 of 10"));
  EXPECT_THAT(message, HasSubstr("image_2.jpg"));
  EXPECT_THAT(message, HasSubstr("image_7.jpg"));
  EXPECT_EQ(list_files(folder_.path() / "cache").size(), 1U) << "only the lock is left";
}

TEST_F(CacheOfTenImages, NeedsTheSourcesHashes) {
  manifest_.rows[1].sha256.clear();
  EXPECT_THAT(message_of([&] { open(); }), HasSubstr("image_1.jpg"));
}

TEST_F(CacheOfTenImages, IsMadeAgainWhenAnotherCacheLiesUnderItsName) {
  const Cache other = open(contract_spec());
  fs::copy_file(other.path(), path_, fs::copy_options::overwrite_existing);
  expect_remade("another spec");
  Manifest swapped = manifest_;
  std::swap(swapped.rows[0], swapped.rows[1]);
  const Cache foreign = Cache::open(folder_.path() / "cache", swapped, frame_spec(), 1);
  fs::copy_file(foreign.path(), path_, fs::copy_options::overwrite_existing);
  expect_remade("other sources");
}

TEST_F(CacheOfTenImages, IsMadeAgainWhenTornAtAnyPlace) {
  const std::string whole = content();
  for (size_t size = 0; size < whole.size(); size += size < 300 ? 7 : 997) {
    write(whole.substr(0, size));
    EXPECT_THROW(CacheReader{path_}, Error) << size;
  }
  write(whole.substr(0, whole.size() / 2));
  expect_remade("torn in the middle");
  write(whole.substr(0, whole.size() - 1));
  expect_remade("one byte short");
  write("");
  expect_remade("empty");
  write(whole + "x");
  expect_remade("one byte too long");
}

TEST_F(CacheOfTenImages, NoticesAnyChangedByteOfHeaderIndexAndTrailer) {
  const std::string whole = content();
  const size_t header = 80 + frame_spec().text().size(), tail = whole.size() - 40 - 240;
  for (size_t i = 0; i < whole.size(); ++i) {
    if (i >= header && i < tail) continue;
    if (i >= whole.size() - 12 && i < whole.size() - 8) continue;  // four spare bytes
    std::string bytes = whole;
    bytes[i] = static_cast<char>(bytes[i] ^ 0x41);
    write(bytes);
    EXPECT_THROW(CacheReader{path_}, Error) << "byte " << i;
  }
  expect_remade("after all that");
}

TEST_F(CacheOfTenImages, NoticesAChangedPixelWhenItIsRead) {
  std::string bytes = content();
  const size_t first_pixels = 128;
  bytes[first_pixels] = static_cast<char>(bytes[first_pixels] ^ 1);
  write(bytes);
  const Cache cache = open();
  EXPECT_FALSE(cache.rebuilt());
  const std::string message = message_of([&] { cache.image(0); });
  EXPECT_THAT(message, HasSubstr("image 0"));
  EXPECT_THAT(message, HasSubstr(path_.filename().string()));
  EXPECT_NO_THROW(cache.image(1));
}

// A file with good checksums and absurd numbers: what an attacker would write.
class ForgedCache : public ::testing::Test {
 protected:
  struct Fields {
    uint64_t offset = 128, index_offset = 192, count = 1, size = 192 + 24 + 40;
    uint32_t width = 4, height = 4;
  };

  static void put(std::string& out, uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
  }
  static uint32_t crc(const std::string& text) {
    uint32_t value = 0xffffffff;
    for (const char byte : text) {
      value ^= static_cast<uint8_t>(byte);
      for (int bit = 0; bit < 8; ++bit)
        value = (value >> 1) ^ ((value & 1) != 0 ? 0xedb88320U : 0U);
    }
    return ~value;
  }
  std::string error(const Fields& f) const {
    std::string header = "DERMPACK";
    put(header, 1, 4);
    put(header, 4, 4);
    header += std::string(64, 'a') + "spec";
    std::string index, trailer;
    put(index, f.offset, 8);
    put(index, f.width, 4);
    put(index, f.height, 4);
    put(index, crc(std::string(48, '\0')), 4);
    put(index, 0, 4);
    put(trailer, f.index_offset, 8);
    put(trailer, f.count, 8);
    put(trailer, f.size, 8);
    const uint32_t checked = crc(header + index + trailer);
    put(trailer, checked, 4);
    put(trailer, 0, 4);
    const std::string pixels(192 - header.size(), '\0');
    std::ofstream(folder_.path() / "forged", std::ios::binary)
        << header << pixels << index << trailer << "DERMDONE";
    try {
      const CacheReader reader(folder_.path() / "forged");
      EXPECT_EQ(reader.image(0).data, std::vector<uint8_t>(48));
      return "";
    } catch (const Error& e) {
      return e.what();
    }
  }

  TempFolder folder_;
};

TEST_F(ForgedCache, IsReadWhenItsNumbersAreGood) {
  EXPECT_EQ(error({}), "");
}

TEST_F(ForgedCache, IsRefusedWhenAnyNumberLeadsOutside) {
  const auto with = [&](auto change) {
    Fields fields;
    change(fields);
    return error(fields);
  };
  for (const uint64_t offset :
       {uint64_t{0}, uint64_t{160}, uint64_t{192}, uint64_t{1} << 40, UINT64_MAX, UINT64_MAX - 40})
    EXPECT_THAT(with([&](Fields& f) { f.offset = offset; }), HasSubstr("image out of range"));
  for (const uint32_t side : {0U, 6U, 65536U, 65537U, 0x55555556U, UINT32_MAX}) {
    EXPECT_THAT(with([&](Fields& f) { f.width = side; }), HasSubstr("image out of range"));
    EXPECT_THAT(with([&](Fields& f) { f.width = f.height = side; }),
                HasSubstr("image out of range"));
  }
  for (const uint64_t count : {uint64_t{0}, uint64_t{2}, UINT64_MAX, UINT64_MAX / 24 + 2})
    EXPECT_THAT(with([&](Fields& f) { f.count = count; }), HasSubstr("index out of range"));
  for (const uint64_t offset : {uint64_t{0}, uint64_t{83}, uint64_t{191}, uint64_t{216},
                                uint64_t{217}, UINT64_MAX, UINT64_MAX - 23})
    EXPECT_THAT(with([&](Fields& f) { f.index_offset = offset; }), HasSubstr("out of range"));
  EXPECT_THAT(with([&](Fields& f) { f.size = UINT64_MAX; }), HasSubstr("other size"));
}

TEST_F(CacheOfTenImages, RefusesRowsThatDoNotExist) {
  const Cache cache = open();
  EXPECT_THROW(cache.image(-1), Error);
  EXPECT_THROW(cache.image(10), Error);
}

TEST_F(CacheOfTenImages, CanBeReadByManyThreads) {
  const Cache cache = open();
  std::vector<Image> expected;
  for (int64_t row = 0; row < 10; ++row) expected.push_back(open().image(row));
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 2000; ++i) {
        const auto row = static_cast<size_t>((i * 7 + t) % 10);
        if (cache.image(static_cast<int64_t>(row)).data != expected[row].data) ++wrong;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(CacheOfTenImages, SurvivesFourProcessesThatMakeItAtOnce) {
  fs::remove(path_);
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      bool good = false;
      try {
        good = open(frame_spec(), 1).size() == 10;
      } catch (const std::exception&) {
      }
      ::_exit(good ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_FALSE(open().rebuilt());
  expect_good(open());
  EXPECT_EQ(list_files(folder_.path() / "cache").size(), 2U) << "the cache and the lock";
}

TEST_F(CacheOfTenImages, RemovesWhatAKilledProcessLeftBehind) {
  fs::remove(path_);
  const fs::path leftover = path_.string() + ".4711.tmp";
  write_file_atomic(leftover, std::string_view("half"));
  open();
  EXPECT_FALSE(fs::exists(leftover));
}

TEST(CacheBeside, IsAFolderNextToTheManifest) {
  EXPECT_EQ(cache_beside("/data/ham.csv"), fs::path("/data/.cache"));
  EXPECT_EQ(cache_beside("ham.csv"), fs::current_path() / ".cache");
}

TEST(CacheSpec, SaysWhatChangesPixelsAndNothingElse) {
  CacheSpec spec;
  const std::string text = spec.text();
  spec.frame_px = 100;
  spec.contract.mean = {0.5, 0.5, 0.5};
  spec.contract.crop_share = 0.5;
  EXPECT_EQ(spec.text(), text);
  spec.contract.geometry = "crop";
  EXPECT_THAT(spec.text(), HasSubstr("crop_share=0.5"));
  spec.kind = "frame";
  EXPECT_EQ(spec.text(), "kind=frame frame_px=100 filter=bilinear");
  spec.contract.clean.hair = true;
  EXPECT_EQ(spec.text(), "kind=frame frame_px=100 filter=bilinear hair=true colour_constancy=none");
  spec.kind = "contract";
  EXPECT_THAT(spec.text(), HasSubstr("crop_share=0.5 hair=true colour_constancy=none"));
  spec.kind = "thumbnails";
  EXPECT_THROW(spec.text(), Error);
}

}  // namespace
}  // namespace derm
