// `dermdistill data audit`: what leaks between the splits; exit code 3 where something does.
#include <cstdio>

#include "base/error.h"
#include "base/log.h"
#include "cli/command.h"
#include "cli/data_audit_text.h"
#include "cli/dataset_options.h"

namespace derm {
namespace {

struct AuditCommand {
  std::shared_ptr<ManifestFlags> manifest;
  bool near_duplicates = true, warn_near_duplicates = false, json = false;
};

Audit run_audit(const AuditCommand& command, const Manifest& manifest) {
  std::vector<ImagePrint> prints;
  if (!command.near_duplicates) return audit(manifest, prints);
  with_progress("read", manifest.rows.size(),
                [&](const auto& progress) { prints = read_prints(manifest, progress); });
  Audit out;
  with_progress("compare", manifest.rows.size(),
                [&](const auto& progress) { out = audit(manifest, prints, progress); });
  return out;
}

int run(const AuditCommand& command) {
  const Manifest manifest = command.manifest->read();
  const Audit result = run_audit(command, manifest);
  const std::string report =
      command.json ? audit_json(result, manifest).dump(2) + "\n" : audit_text(result, manifest);
  std::fputs(report.c_str(), stdout);
  const auto leaks = result.leaks(!command.warn_near_duplicates);
  if (!command.json && manifest.protocol != "none") {
    std::printf("\n%s\n", leaks.empty() ? "no leak found" : "LEAK:");
    for (const auto& leak : leaks) std::printf("  %s\n", leak.c_str());
  }
  return leaks.empty() ? 0 : kExitAuditFailed;
}

}  // namespace

void add_data_audit(CLI::App& parent, int& exit_code) {
  const auto command = std::make_shared<AuditCommand>();
  auto* app = parent.add_subcommand("audit", "look for leaks between train, val and test");
  command->manifest = add_manifest_flags(*app);
  app->add_flag("--near-duplicates,!--no-near-duplicates", command->near_duplicates,
                "compare pictures, flipped and turned ones included (default on)");
  app->add_flag("--warn-near-duplicates", command->warn_near_duplicates,
                "list near duplicates in different splits, but do not fail on them");
  app->add_flag("--json", command->json, "print JSON");
  app->footer(
      "Exit code 3 on a leak: a lesion, patient or picture in two splits.\n"
      "Example:\n  dermdistill data audit ham.csv\n"
      "  dermdistill data audit ISIC2019 --protocol ssdkd --no-near-duplicates");
  app->callback([command, &exit_code] { exit_code = run(*command); });
}

}  // namespace derm
