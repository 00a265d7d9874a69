#include "serve/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace derm {
namespace {

using ::testing::HasSubstr;

TEST(Histogram, CountsCumulativelyAndAValueAtItsBoundBelow) {
  Histogram histogram({1, 2});
  for (const double value : {0.5, 1.0, 1.5, 5.0}) histogram.observe(value);
  EXPECT_EQ(histogram.lines("h", "a=\"b\""),
            "h_bucket{a=\"b\",le=\"1\"} 2\nh_bucket{a=\"b\",le=\"2\"} 3\n"
            "h_bucket{a=\"b\",le=\"+Inf\"} 4\nh_sum{a=\"b\"} 8\nh_count{a=\"b\"} 4\n");
}

TEST(ServerMetrics, SayWhatHappened) {
  ServerMetrics metrics;
  for (int i = 0; i < 3; ++i) metrics.begun();
  metrics.answered("/v1/predict", 200, 0.03);
  metrics.answered("/v1/predict", 503, 0.001);
  metrics.rejected("queue");
  metrics.ran_batch(5);
  const std::string text = metrics.text(2, true);
  EXPECT_THAT(text,
              HasSubstr("dermscope_requests_total{route=\"/v1/predict\",status=\"200\"} 1\n"));
  EXPECT_THAT(text,
              HasSubstr("dermscope_requests_total{route=\"/v1/predict\",status=\"503\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("duration_seconds_bucket{route=\"/v1/predict\",le=\"0.05\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("dermscope_batch_size_bucket{le=\"4\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("dermscope_batch_size_bucket{le=\"8\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("dermscope_rejected_total{reason=\"queue\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("dermscope_requests_in_flight 1\n"));
  EXPECT_THAT(text, HasSubstr("dermscope_queue_length 2\n"));
  EXPECT_THAT(text, HasSubstr("dermscope_ready 1\n"));
}

}  // namespace
}  // namespace derm
