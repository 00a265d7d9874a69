// Checksums against RFC 3720, events against a reader of their own.
#include "base/event_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/crc32c.h"
#include "support/event_reader.h"
#include "support/temp_folder.h"

namespace derm {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using testing::read_curves;
using testing::read_events;
using testing::TempFolder;

// RFC 3720, appendix B.4.
TEST(Crc32c, EqualsTheExamplesOfRfc3720) {
  std::string rising, falling;
  for (int i = 0; i < 32; ++i) {
    rising += static_cast<char>(i);
    falling += static_cast<char>(31 - i);
  }
  EXPECT_EQ(crc32c(ByteView(std::string(32, '\0'))), 0x8A9136AAU);
  EXPECT_EQ(crc32c(ByteView(std::string(32, '\xFF'))), 0x62A8AB43U);
  EXPECT_EQ(crc32c(ByteView(rising)), 0x46DD794EU);
  EXPECT_EQ(crc32c(ByteView(falling)), 0x113FDB5CU);
  EXPECT_EQ(crc32c(ByteView(std::string("123456789"))), 0xE3069283U);
  EXPECT_EQ(crc32c(ByteView()), 0U);
}

TEST(EventFile, HoldsVersionStartAndScalars) {
  const TempFolder folder;
  EventFile file(folder.path(), 1);
  file.add(1, {{"train/loss", 1.25}, {"lr", 0.001}});
  file.add(300, {{"train/loss", -0.5}});
  const auto events = read_events(file.path());  // while it is open: it can be watched
  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(events[0].file_version, "brain.Event:2");
  EXPECT_TRUE(events[1].start);
  EXPECT_EQ(events[1].step, 1);
  EXPECT_THAT(events[2].scalars, ElementsAre(Pair("train/loss", 1.25F), Pair("lr", 0.001F)));
  EXPECT_EQ(events[3].step, 300);
  EXPECT_GT(events[3].wall_time, 1.6e9);
}

TEST(EventFile, OfAResumedRunReplacesWhatItRepeats) {
  const TempFolder folder;
  {
    EventFile first(folder.path(), 1);
    for (int64_t step = 1; step <= 3; ++step) first.add(step, {{"loss", 10.0 + double(step)}});
  }
  EventFile resumed(folder.path(), 3);  // killed before the checkpoint of step 3
  for (int64_t step = 3; step <= 4; ++step) resumed.add(step, {{"loss", 20.0 + double(step)}});
  const auto curve = read_curves(folder.path()).at("loss");
  EXPECT_THAT(curve, ElementsAre(Pair(1, ElementsAre(11.F)), Pair(2, ElementsAre(12.F)),
                                 Pair(3, ElementsAre(23.F)), Pair(4, ElementsAre(24.F))));
}

TEST(EventFile, NamesTheFolderThatCannotBeWritten) {
  EXPECT_THAT(testing::message_of([] { EventFile("/proc/nowhere", 1); }),
              ::testing::HasSubstr("/proc/nowhere"));
}

}  // namespace
}  // namespace derm
