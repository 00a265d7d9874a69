// The predictions table: exact round trips, and hostile files end in an Error with a line.
#include "eval/predictions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/error.h"

namespace derm {
namespace {

using ::testing::HasSubstr;

Predictions example() {
  Predictions p;
  p.image_ids = {"ISIC_1", "a,\"b\"", "ISIC_3"};
  p.lesion_ids = {"HAM_7", "", "HAM_8"};
  p.classes = {"MEL", "NV"};
  p.split = "test";
  p.scores.classes = 2;
  p.scores.labels = {0, 1, 1};
  p.scores.probabilities = {1.0 / 3, 2.0 / 3, 1e-300, 1, 0.1234567890123456, 0.8765432109876544};
  return p;
}

std::string message_of(const std::string& csv) {
  try {
    parse_predictions(csv, "p.csv");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

const std::string kHeader = "image,MEL,NV,label,split,lesion_id\n";

TEST(Predictions, RoundTripBitForBit) {
  const Predictions p = example();
  const Predictions q = parse_predictions(predictions_csv(p), "p.csv");
  EXPECT_EQ(q.image_ids, p.image_ids);
  EXPECT_EQ(q.lesion_ids, p.lesion_ids);
  EXPECT_EQ(q.classes, p.classes);
  EXPECT_EQ(q.split, p.split);
  EXPECT_EQ(q.scores.labels, p.scores.labels);
  EXPECT_EQ(q.scores.probabilities, p.scores.probabilities);
}

TEST(Predictions, RoundTripThroughAFile) {
  const fs::path path =
      fs::temp_directory_path() / fmt::format("derm_predictions_{}.csv", ::getpid());
  write_predictions(path, example());
  EXPECT_EQ(predictions_csv(read_predictions(path)), predictions_csv(example()));
  fs::remove(path);
}

TEST(Predictions, StartWithTheColumnsOfAnIsicSubmission) {
  EXPECT_THAT(predictions_csv(example()), ::testing::StartsWith(kHeader));
}

TEST(Predictions, ErrorsNameFileLineAndColumn) {
  EXPECT_THAT(message_of(kHeader + "a,.5,.5,MEL,test,\na,.5,.5,MEL,test,\n"),
              HasSubstr("p.csv, line 3"));
  EXPECT_THAT(message_of(kHeader + "a,.5,.5,MLE,test,\n"), HasSubstr("did you mean 'MEL'"));
  EXPECT_THAT(message_of(kHeader + "a,.5,x,MEL,test,\n"), HasSubstr("column 'NV'"));
  EXPECT_THAT(message_of(kHeader + "a,.5,.4,MEL,test,\n"), HasSubstr("sum to 1"));
  EXPECT_THAT(message_of("image,MEL,NV,split,label,lesion_id\n"), HasSubstr("line 1"));
}

TEST(Predictions, HostileTablesAreErrors) {
  const char* rows[] = {"",
                        "a,.5,.5,MEL,test\n",
                        "a,.5,.5,MEL,test,,\n",
                        ",.5,.5,MEL,test,\n",
                        "a,-0.5,1.5,MEL,test,\n",
                        "a,nan,nan,MEL,test,\n",
                        "a,inf,0,MEL,test,\n",
                        "a,1e999,0,MEL,test,\n",
                        "a,.5 .5,.5,MEL,test,\n",
                        "a,,1,MEL,test,\n",
                        "a,.5,.5,MEL,,\n",
                        "a,.5,.5,MEL,test,\nb,.5,.5,NV,val,\n",
                        "\"a,.5,.5,MEL,test,\n"};
  for (const char* row : rows)
    EXPECT_THROW(parse_predictions(kHeader + row, "p.csv"), Error) << row;
  for (const char* table : {"", "image,label,split,lesion_id\n", "image\n", "\xff\xfe\n",
                            "image,MEL,MEL,label,split,lesion_id\n"})
    EXPECT_THROW(parse_predictions(table, "p.csv"), Error) << table;
}

TEST(Predictions, PartsThatDoNotFitAreNotWritten) {
  Predictions p = example();
  p.lesion_ids.pop_back();
  EXPECT_THROW(predictions_csv(p), Error);
  p = example();
  p.classes.emplace_back("BCC");
  EXPECT_THROW(predictions_csv(p), Error);
  p = example();
  p.scores.probabilities[0] = 2;
  EXPECT_THROW(predictions_csv(p), Error);
}

}  // namespace
}  // namespace derm
