#include "distill/terms.h"

#include "distill/at.h"
#include "distill/ce.h"
#include "distill/crd.h"
#include "distill/crkd.h"
#include "distill/dist.h"
#include "distill/dkd.h"
#include "distill/dml.h"
#include "distill/eml.h"
#include "distill/erkd.h"
#include "distill/hf_mgd.h"
#include "distill/hint.h"
#include "distill/ickd.h"
#include "distill/kd.h"
#include "distill/lskd.h"
#include "distill/mgd.h"
#include "distill/multi_kd.h"
#include "distill/nkd.h"
#include "distill/normkd.h"
#include "distill/review.h"
#include "distill/rkd.h"
#include "distill/sp.h"
#include "distill/sskd.h"
#include "distill/tfkd.h"
#include "distill/wsld.h"

namespace derm {
namespace {

// One line of the table from an option struct and a factory.
template <class Options>
TermEntry entry(std::string name, std::string about, std::string citation,
                std::unique_ptr<Term> (*make)(const TermContext&, const Options&)) {
  return {std::move(name), std::move(about), std::move(citation), config_fields<Options>(),
          [make](const TermContext& context, const Tree& options) {
            return make(context, read_config<Options>(options));
          }};
}

}  // namespace

const std::vector<TermEntry>& terms() {
  static const std::vector<TermEntry> table = {
      entry<CeOptions>("ce", "cross-entropy with the labels, class-weighted, label smoothing",
                       "Wang et al. 2023 (SSD-KD), eq. 3", new_ce),
      entry<KdOptions>("kd", "KL divergence of tempered class probabilities",
                       "Hinton et al. 2015; Wang et al. 2023 (SSD-KD), eq. 2", new_kd),
      entry<NormKdOptions>("normkd", "KD with a temperature of its own for every sample",
                           "Chi et al. 2023; Zeng et al. 2024 (DSP-KD), eq. 8", new_normkd),
      entry<LsKdOptions>("lskd", "KD between standardised logits", "Sun et al. 2024", new_lskd),
      entry<WsldOptions>("wsld", "KD weighted by how much worse the student is than the teacher",
                         "Zhou et al. 2021", new_wsld),
      entry<ErKdOptions>("erkd", "KD weighted by the teacher's entropy", "Su et al. 2023",
                         new_erkd),
      entry<DkdOptions>("dkd", "KD split into the label's class and the others", "Zhao et al. 2022",
                        new_dkd),
      entry<NkdOptions>("nkd", "soft label of the target, the other classes normalised",
                        "Yang et al. 2023", new_nkd),
      entry<DistOptions>("dist", "correlation between classes and between samples",
                         "Huang et al. 2022", new_dist),
      entry<TfKdOptions>("tfkd", "KD from a virtual teacher, without a network", "Yuan et al. 2020",
                         new_tfkd),
      entry<MultiKdOptions>("multi_kd", "KD from several teachers at once", "You et al. 2017",
                            new_multi_kd),
      entry<HintOptions>("hint", "the student's map, through a regressor, at the teacher's",
                         "Romero et al. 2015 (FitNet)", new_hint),
      entry<AtOptions>("at", "where each stage looks", "Zagoruyko and Komodakis 2017", new_at),
      entry<SpOptions>("sp", "which images of a batch look alike", "Tung and Mori 2019", new_sp),
      entry<RkdOptions>("rkd", "distances and angles between embeddings",
                        "Park et al. 2019; Wang et al. 2023 (SSD-KD), eq. 4-5", new_rkd),
      entry<CrkdOptions>("crkd", "Gram matrices between channels",
                         "Wang et al. 2023 (SSD-KD), eq. 6-8", new_crkd),
      entry<IckdOptions>("ickd", "row-normalised correlations between channels", "Liu et al. 2021",
                         new_ickd),
      entry<SsPretrainOptions>("ss_pretrain", "trains the teacher's self-supervision head",
                               "Xu et al. 2020 (SSKD)", new_ss_pretrain),
      entry<KdViewsOptions>("kd_views", "KD on turned copies", "Xu et al. 2020 (SSKD)",
                            new_kd_views),
      entry<SsTransferOptions>("ss_transfer", "similarities between turned and upright images",
                               "Xu et al. 2020 (SSKD)", new_ss_transfer),
      entry<MgdOptions>("mgd", "regenerate the teacher's map from a masked one",
                        "Yang et al. 2022 (MGD)", new_mgd),
      entry<HfMgdOptions>("hf_mgd", "the same, masked where the teacher's stages look",
                          "Zeng et al. 2024 (DSP-KD), eq. 3-5", new_hf_mgd),
      entry<ReviewOptions>("review", "stages joined with the deeper ones",
                           "Chen et al. 2021 (ReviewKD)", new_review),
      entry<CrdOptions>("crd", "contrast with a memory of the training images", "Tian et al. 2020",
                        new_crd),
      entry<DmlOptions>("dml", "student and peers teach each other", "Zhang et al. 2018", new_dml),
      entry<EmlOptions>("eml", "as dml, with an ensemble and a fusion branch between",
                        "Li et al. 2023 (reconstruction)", new_eml),
  };
  return table;
}

const Graph& TermContext::teacher() const {
  if (teachers.empty()) throw Error("this recipe needs a teacher", "", "--teacher RUN or FILE");
  return *teachers.front();
}

std::unique_ptr<Term> make_term(const std::string& name, const TermContext& context,
                                const Tree& options) {
  std::vector<std::string> names;
  for (const auto& row : terms()) {
    if (row.name == name) return row.make(context, options);
    names.push_back(row.name);
  }
  throw Error(fmt::format("unknown term '{}'{}", name, did_you_mean(name, names)), options.where(),
              "one of: " + join(names, ", "));
}

}  // namespace derm
