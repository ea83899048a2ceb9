#include "domain/placement/node_load.hpp"

namespace berth::domain {

double load_score(double ram_share, double cpu_share) {
  return 0.7 * ram_share + 0.3 * cpu_share;
}

} // namespace berth::domain
