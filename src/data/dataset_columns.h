// The column map: how to read any label table, as a small YAML file.
//
//   table: labels.csv
//   images: photos
//   image_id: file
//   class: diagnosis
//   class_names: {melanoma_in_situ: MEL}
//   lesion_id: lesion
#pragma once

#include <string>
#include <vector>

#include "base/config.h"

namespace derm {

struct ColumnMap {
  std::string table, images = ".";
  std::string path, image_id;
  std::string class_column;
  std::vector<std::string> one_hot;
  Tree class_names;
  std::vector<std::string> classes;
  std::string lesion_id, patient_id, age, sex, site, source, split;

  template <class V, class Self>
  static void visit(V& v, Self& c) {
    v("table", c.table, any(), "the CSV file, relative to the dataset folder");
    v("images", c.images, any(), "the folder of the images, relative to the dataset folder");
    v("path", c.path, any(), "column with the image file, relative to the folder of the images");
    v("image_id", c.image_id, any(),
      "column with the file name without extension; with path: the name of the image");
    v("class", c.class_column, any(), "column with the name of the class");
    v("one_hot", c.one_hot, any(), "columns with 0 or 1, one per class, instead of class");
    v("class_names", c.class_names, any(),
      "a map from a value or column of the table to a class name; others keep their name");
    v("classes", c.classes, any(), "class names in label order; default: ISIC order, then by name");
    v("lesion_id", c.lesion_id, any(), "column; images of one lesion stay in one split");
    v("patient_id", c.patient_id, any(), "column; images of one patient stay in one split");
    v("age", c.age, any(), "column, years");
    v("sex", c.sex, any(), "column");
    v("site", c.site, any(), "column, the place on the body");
    v("source", c.source, any(), "column, camera or collection");
    v("split", c.split, any(), "column with train, val or test, for the protocol 'given'");
  }
};

}  // namespace derm
