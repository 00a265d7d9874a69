// Every format is read as it is published, from folders that the tests write.
#include "data/dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "support/golden.h"
#include "support/temp_folder.h"

namespace derm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::message_of;
using testing::TempFolder;

std::vector<std::string> paths(const Dataset& dataset) {
  std::vector<std::string> out;
  for (const auto& record : dataset.records) out.push_back(record.path);
  return out;
}

std::vector<std::string> labels(const Dataset& dataset) {
  std::vector<std::string> out;
  for (const auto& record : dataset.records)
    out.push_back(dataset.classes[static_cast<size_t>(record.label)]);
  return out;
}

DatasetOptions allowing(std::initializer_list<Problem> problems) {
  DatasetOptions options;
  for (const Problem problem : problems) options.allow.at(static_cast<size_t>(problem)) = true;
  return options;
}

TEST(Dataset, ReadsIsic2019WithItsMetadata) {
  const TempFolder folder;
  folder.write("ISIC_2019_Training_GroundTruth.csv",
               "image,MEL,NV,BCC,AK,BKL,DF,VASC,SCC,UNK\n"
               "ISIC_1,0.0,1.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0\n"
               "ISIC_2_downsampled,1.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0\n");
  folder.write("ISIC_2019_Training_Metadata.csv",
               "image,age_approx,anatom_site_general,lesion_id,sex\n"
               "ISIC_2_downsampled,,,,\nISIC_1,55,anterior torso,BCN_7,female\n");
  folder.write("ISIC_2019_Training_Input/ISIC_1.jpg", "1");
  folder.write("ISIC_2019_Training_Input/ISIC_2_downsampled.jpg", "2");
  folder.write("ISIC_2019_Training_Input/LICENSE.txt", "not an image");
  const Dataset dataset = read_dataset(folder.path(), allowing({Problem::kEmptyClass}));
  EXPECT_EQ(dataset.format, "isic2019");
  EXPECT_THAT(dataset.classes, ElementsAre("MEL", "NV", "BCC", "AK", "BKL", "DF", "VASC", "SCC"));
  EXPECT_THAT(labels(dataset), ElementsAre("NV", "MEL"));
  EXPECT_THAT(paths(dataset), ElementsAre("ISIC_2019_Training_Input/ISIC_1.jpg",
                                          "ISIC_2019_Training_Input/ISIC_2_downsampled.jpg"));
  EXPECT_EQ(dataset.records[0].lesion_id, "BCN_7");
  EXPECT_EQ(dataset.records[0].source, "BCN");
  EXPECT_EQ(dataset.records[0].age, 55);
  EXPECT_EQ(dataset.records[1].lesion_id, "");
  EXPECT_EQ(dataset.records[1].age, -1);
  EXPECT_EQ(dataset.problems.count(Problem::kEmptyClass), 6);
}

TEST(Dataset, KeepsTheUnknownClassWhereARowMarksIt) {
  const TempFolder folder;
  folder.write("ISIC_2019_Test_GroundTruth.csv",
               "image,MEL,NV,UNK,score_weight,validation_weight\n"
               "a,0,1,0,1,0\nb,1,0,0,1,0\nc,0,0,1,0,1\n");
  for (const char* id : {"a", "b", "c"})
    folder.write("ISIC_2019_Test_Input/" + std::string(id) + ".jpg", id);
  EXPECT_THAT(read_dataset(folder.path()).classes, ElementsAre("MEL", "NV", "UNK"));
}

TEST(Dataset, ReadsIsic2018AsItsArchivesUnpack) {
  const TempFolder folder;
  folder.write("ISIC2018_Task3_Training_GroundTruth/ISIC2018_Task3_Training_GroundTruth.csv",
               "image,MEL,NV,BCC,AKIEC,BKL,DF,VASC\n"
               "a,0,0,0,1,0,0,0\nb,0,1,0,0,0,0,0\n");
  folder.write("ISIC2018_Task3_Training_LesionGroupings.csv",
               "image,lesion_id,diagnosis_confirm_type\na,HAM_1,histopathology\n");
  folder.write("ISIC2018_Task3_Training_Input/a.jpg", "a");
  folder.write("ISIC2018_Task3_Training_Input/b.jpg", "b");
  const Dataset dataset = read_dataset(folder.path(), allowing({Problem::kEmptyClass}));
  EXPECT_EQ(dataset.format, "isic2018");
  EXPECT_THAT(dataset.classes, ElementsAre("MEL", "NV", "BCC", "AKIEC", "BKL", "DF", "VASC"));
  EXPECT_THAT(labels(dataset), ElementsAre("AKIEC", "NV"));
  EXPECT_EQ(dataset.records[0].lesion_id, "HAM_1");
}

void write_ham(const TempFolder& folder) {
  folder.write("HAM10000_metadata.csv",
               "lesion_id,image_id,dx,dx_type,age,sex,localization,dataset\n"
               "HAM_1,ISIC_1,bkl,histo,80,male,scalp,vidir_modern\n"
               "HAM_2,ISIC_2,akiec,histo,,unknown,unknown,rosendahl\n");
  folder.write("HAM10000_images_part_1/ISIC_1.jpg", "1");
  folder.write("HAM10000_images_part_2/ISIC_2.jpg", "2");
}

TEST(Dataset, ReadsHam10000FromTwoFolders) {
  const TempFolder folder;
  write_ham(folder);
  const Dataset dataset = read_dataset(folder.path(), allowing({Problem::kEmptyClass}));
  EXPECT_EQ(dataset.format, "ham10000");
  EXPECT_THAT(labels(dataset), ElementsAre("BKL", "AKIEC"));
  EXPECT_THAT(paths(dataset), ElementsAre("HAM10000_images_part_1/ISIC_1.jpg",
                                          "HAM10000_images_part_2/ISIC_2.jpg"));
  EXPECT_EQ(dataset.records[0].source, "vidir_modern");
  EXPECT_EQ(dataset.records[1].sex, "");
  EXPECT_EQ(dataset.records[1].site, "");
}

TEST(Dataset, TakesTheEightClassesFromAnotherTable) {
  const TempFolder folder;
  write_ham(folder);
  auto options = allowing({Problem::kEmptyClass});
  options.labels = folder.write("labels.csv",
                                "image,MEL,NV,BCC,AK,BKL,DF,VASC,SCC,UNK\n"
                                "ISIC_2,0,0,0,0,0,0,0,1,0\nISIC_1,0,0,0,0,1,0,0,0,0\n");
  const Dataset dataset = read_dataset(folder.path(), options);
  EXPECT_EQ(dataset.classes.size(), 8U);
  EXPECT_THAT(labels(dataset), ElementsAre("BKL", "SCC"));
  EXPECT_EQ(dataset.records[1].lesion_id, "HAM_2");
}

TEST(Dataset, ReadsOneFolderPerClassInIsicOrder) {
  const TempFolder folder;
  folder.write("nv/001.jpg", "n");
  folder.write("basal cell carcinoma/deep/002.PNG", "b");
  folder.write("Melanoma/001.jpg", "m");
  const Dataset dataset = read_dataset(folder.path());
  EXPECT_EQ(dataset.format, "folder");
  EXPECT_THAT(dataset.classes, ElementsAre("MEL", "NV", "BCC"));
  EXPECT_THAT(labels(dataset), ElementsAre("MEL", "BCC", "NV"));
  EXPECT_EQ(dataset.records[0].image_id, "Melanoma/001");
  EXPECT_EQ(dataset.records[1].image_id, "002");
}

TEST(Dataset, ReadsSplitFoldersAboveTheClasses) {
  const TempFolder folder;
  folder.write("train/wart/a.jpg", "a");
  folder.write("valid/wart/b.jpg", "b");
  folder.write("test/acne/c.jpg", "c");
  const Dataset dataset = read_dataset(folder.path());
  EXPECT_THAT(dataset.classes, ElementsAre("acne", "wart"));
  EXPECT_THAT(dataset.given, ElementsAre(Split::kTest, Split::kTrain, Split::kVal));
}

TEST(Dataset, ReadsAnyTableByAColumnMap) {
  const TempFolder folder;
  folder.write("meta/labels.csv",
               "file,diagnosis,lesion,patient,years,part\n"
               "x/a.png,melanoma in situ,L1,P1,40,train\nx/b.png,nevus,L2,P1,,test\n");
  folder.write("photos/x/a.png", "a");
  folder.write("photos/x/b.png", "b");
  DatasetOptions options;
  options.columns =
      folder.write("map.yaml",
                   "table: meta/labels.csv\nimages: photos\npath: file\n"
                   "class: diagnosis\nclass_names: {melanoma in situ: MEL}\n"
                   "lesion_id: lesion\npatient_id: patient\nage: years\nsplit: part\n");
  const Dataset dataset = read_dataset(folder.path(), options);
  EXPECT_EQ(dataset.format, "csv");
  EXPECT_THAT(dataset.classes, ElementsAre("MEL", "NV"));
  EXPECT_THAT(paths(dataset), ElementsAre("photos/x/a.png", "photos/x/b.png"));
  EXPECT_EQ(dataset.records[0].image_id, "x/a");
  EXPECT_EQ(dataset.records[0].age, 40);
  EXPECT_EQ(dataset.records[1].patient_id, "P1");
  EXPECT_THAT(dataset.given, ElementsAre(Split::kTrain, Split::kTest));
}

TEST(Dataset, ReadsOneHotColumnsByAColumnMap) {
  const TempFolder folder;
  folder.write("l.csv", "id,wart,acne\na.jpg,1,0\nb.jpg,0,1\n");
  folder.write("a.jpg", "a");
  folder.write("b.jpg", "b");
  DatasetOptions options;
  options.columns = folder.write(
      "map.yaml", "table: l.csv\nimage_id: id\none_hot: [wart, acne]\nclasses: [wart, acne]\n");
  const Dataset dataset = read_dataset(folder.path(), options);
  EXPECT_THAT(dataset.classes, ElementsAre("wart", "acne"));
  EXPECT_THAT(labels(dataset), ElementsAre("wart", "acne"));
}

TEST(Dataset, NamesWhatAColumnMapLacks) {
  const TempFolder folder;
  folder.write("l.csv", "id,dx\na,NV\n");
  DatasetOptions options;
  const auto error = [&](const char* yaml) {
    options.columns = folder.write("map.yaml", yaml);
    return message_of([&] { read_dataset(folder.path(), options); });
  };
  EXPECT_THAT(error("table: l.csv\nimage_id: id\n"), HasSubstr("the key 'class' or 'one_hot'"));
  EXPECT_THAT(error("table: l.csv\nclass: dx\n"), HasSubstr("the key 'path' or 'image_id'"));
  EXPECT_THAT(error("table: l.csv\nimage_idd: id\nclass: dx\n"), HasSubstr("image_id"));
  EXPECT_THAT(error("table: l.csv\nimage_id: id\nclass: dy\n"), HasSubstr("no column 'dy'"));
  EXPECT_THAT(error("table: l.csv\nimage_id: id\nclass: dx\nage: old\n"),
              HasSubstr("no column 'old'"));
}

TEST(Dataset, SaysWhichFormatsItLookedFor) {
  const TempFolder folder;
  EXPECT_THAT(message_of([&] { read_dataset(folder.path()); }),
              HasSubstr("ISIC_2019_Training_GroundTruth.csv (isic2019)"));
  write_ham(folder);
  folder.write("ISIC_2019_Training_GroundTruth.csv", "image,MEL\n");
  EXPECT_THAT(message_of([&] { read_dataset(folder.path()); }), HasSubstr("isic2019, ham10000"));
  EXPECT_THAT(message_of([&] { read_dataset(folder.path() / "none"); }),
              HasSubstr("no dataset folder"));
  DatasetOptions options;
  options.format = "isic2091";
  EXPECT_THAT(message_of([&] { read_dataset(folder.path(), options); }),
              HasSubstr("did you mean 'isic2019'"));
}

TEST(Dataset, CountsTheRealTablesAsPublished) {
  DERM_SKIP_WITHOUT_REAL_DATA();
  DatasetOptions options;
  options.tables_only = true;
  const Dataset isic = read_dataset(testing::real_data() / "ISIC2019", options);
  ASSERT_EQ(isic.records.size(), 25331U);
  EXPECT_EQ(std::count(isic.present.begin(), isic.present.end(), true), 161);
  std::vector<int64_t> counts(8);
  for (const auto& record : isic.records) ++counts.at(static_cast<size_t>(record.label));
  EXPECT_THAT(counts, ElementsAre(4522, 12875, 3323, 867, 2624, 239, 253, 628));
  const Dataset ham = read_dataset(testing::real_data() / "HAM10000");
  ASSERT_EQ(ham.records.size(), 10015U);
  counts.assign(7, 0);
  for (const auto& record : ham.records) ++counts.at(static_cast<size_t>(record.label));
  EXPECT_THAT(counts, ElementsAre(1113, 6705, 514, 327, 1099, 115, 142));
}

TEST(Dataset, ReadsRealHam10000WithEightClasses) {
  DERM_SKIP_WITHOUT_REAL_DATA();
  DatasetOptions options;
  options.labels = testing::real_data() / "ISIC2019/ISIC_2019_Training_GroundTruth.csv";
  const Dataset ham = read_dataset(testing::real_data() / "HAM10000", options);
  std::vector<int64_t> counts(8);
  for (const auto& record : ham.records) ++counts.at(static_cast<size_t>(record.label));
  EXPECT_THAT(counts, ElementsAre(1113, 6705, 514, 130, 1099, 115, 142, 197));
}

}  // namespace
}  // namespace derm
