#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::pve_simulator {

using parameter_values = std::map<std::string, std::string>;

/// Stands for the value of a parameter that was given more than once.
inline constexpr auto repeated_value = "\x01repeated";

enum class parameter_kind {
  text,
  integer,
  boolean,
  number,
  vmid, ///< 100 to 999999999, without leading zeros
  dns_name,
  config_id, ///< a snapshot's name
  tags,
  memory, ///< MiB, at least 16
  choice
};

/// One parameter of a call, as the API's schema declares it.
struct parameter {
  std::string name;
  parameter_kind kind = parameter_kind::text;
  bool required = false;
  std::optional<long> minimum; ///< of a text: of its length
  std::optional<long> maximum;
  std::vector<std::string> choices;
};

/// Dies with 400 and one text for each offending parameter, in Proxmox's words.
void check_parameters(const parameter_values& given, const std::vector<parameter>& declared);

/// `a=1&b=2`: splits on `&` and `;` and takes two pieces at each `=`, as Proxmox does.
parameter_values parse_form(const std::string& text);

std::string percent_decode(const std::string& text);

/// A JSON object of scalars. Dies when it is none.
parameter_values parse_json_parameters(const std::string& text);

} // namespace berth::pve_simulator
