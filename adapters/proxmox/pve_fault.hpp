#pragma once

#include "actors/errors.hpp"
#include "adapters/net/https_client.hpp"

#include <string>
#include <variant>

namespace berth::proxmox {

/// Why a call to Proxmox led to nothing: what it means for whoever called, and the words of
/// Proxmox.
struct pve_fault {
  actors::errc code{};
  std::string text;
};

template <class T>
using pve_result = std::variant<T, pve_fault>;

/// The meaning of a response that is not a success. `changes` says whether the call was to change
/// something: then an answer that got lost on the way leaves the outcome open.
pve_fault classify(const net::https_response& response, bool changes);

/// The meaning of no response at all.
pve_fault classify(const net::transport_error& error, bool changes);

/// The meaning of a task's exit status, which is neither `OK` nor `WARNINGS: n`.
pve_fault classify_task(const std::string& exit_status);

/// `OK` and `WARNINGS: n` are success (pve-common UPID.pm), and so is the start of a VM that runs.
bool task_succeeded(const std::string& exit_status);

/// The task left no last line: it was killed, or its node went down. Nobody knows what it did.
bool task_vanished(const std::string& exit_status);

/// Whether the text says that the VM's configuration is not where it was looked for: it moved, or
/// it is gone.
bool says_missing_vm(const std::string& text);

} // namespace berth::proxmox
