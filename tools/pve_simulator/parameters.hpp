#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::pve_simulator {

using parameter_values = std::map<std::string, std::string>;

enum class parameter_kind { text, integer, boolean, number, dns_name, choice };

/// One parameter of a call, as the API's schema declares it.
struct parameter {
  std::string name;
  parameter_kind kind = parameter_kind::text;
  bool required = false;
  std::optional<long> minimum;
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
