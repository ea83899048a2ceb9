#include "tools/simulation/campaign.hpp"
#include "tools/simulation/crash_images.hpp"
#include "tools/simulation/disk_faults.hpp"
#include "tools/simulation/lab.hpp"
#include "tools/simulation/mutants.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <string>
#include <tuple>

namespace {

namespace simulation = berth::simulation;

void add_options(CLI::App& to, simulation::crash_options& chosen) {
  to.add_option("--seed", chosen.seed, "of workload and losses")->capture_default_str();
  to.add_option("--commits", chosen.commits, "of the workload")->capture_default_str();
  to.add_option("--losses", chosen.losses, "random ones at each crash")->capture_default_str();
  to.add_option("--stride", chosen.stride, "a crash before each so-manyth operation")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
}

void add_options(CLI::App& to, simulation::fault_options& chosen) {
  to.add_option("--seed", chosen.seed, "of the order in which actors run")->capture_default_str();
  to.add_option("--stride", chosen.stride, "each so-manyth call")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
}

void add_options(CLI::App& to, simulation::lab_options& chosen) {
  to.add_option("--seed", chosen.seed, "of everything random")->capture_default_str();
  to.add_option("--seats", chosen.seats, "of the lab: one person each")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  to.add_option("--hours", chosen.hours, "of lessons")
      ->check(CLI::Range(3.0, 10'000.0))
      ->capture_default_str();
}

void add_options(CLI::App& to, simulation::mutant_options& chosen) {
  to.add_option("--worlds", chosen.worlds, "at most so many for each rule")->capture_default_str();
  to.add_option("--hours", chosen.hours, "of trouble in each world")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  to.add_option("--only", chosen.only, "one rule alone");
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"Runs Berth's own code in a world that fails on purpose"};
  app.require_subcommand(0, 1);
  int exit_code = 0;

  std::string seeds = "1..100";
  simulation::campaign_options worlds;
  app.add_option("--seeds", seeds, "A..B or A: one world each")->capture_default_str();
  app.add_option("--hours", worlds.hours, "of trouble in each world")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_flag("--show", worlds.show, "print all that happens");

  simulation::crash_options crashes;
  auto* crash_images = app.add_subcommand(
      "crash-images", "Fails the power before every operation of the log's writer");
  add_options(*crash_images, crashes);
  crash_images->callback([&] { exit_code = run_crash_images(crashes); });

  simulation::fault_options faults;
  auto* disk_faults = app.add_subcommand(
      "disk-faults", "Fails every call of the disk in turn, through one session's life");
  add_options(*disk_faults, faults);
  disk_faults->callback([&] { exit_code = run_disk_faults(faults); });

  simulation::lab_options lab;
  auto* a_lab = app.add_subcommand("lab", "Days of a lab in which everybody comes to each lesson");
  add_options(*a_lab, lab);
  a_lab->callback([&] { exit_code = run_lab(lab); });

  simulation::mutant_options mutants;
  auto* broken_rules =
      app.add_subcommand("mutants", "Breaks one rule after the other, to see who notices");
  add_options(*broken_rules, mutants);
  broken_rules->callback([&] { exit_code = run_mutants(mutants); });

  CLI11_PARSE(app, argc, argv);
  if (!app.get_subcommands().empty())
    return exit_code;
  auto range = simulation::parse_seeds(seeds);
  if (!range) {
    std::cerr << "berth-sim: --seeds: wanted A..B or A, got " << seeds << '\n';
    return 2;
  }
  std::tie(worlds.first, worlds.last) = *range;
  return run_campaign(worlds);
}
