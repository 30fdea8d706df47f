#include <cstdlib>
#include <sstream>
#include "tests/testing/testing.h"
namespace rill::testing {
void check_property(const std::string& sentence, const rc::detail::Property& property) {
  rc::detail::TestMetadata m{sentence, sentence};
  rc::detail::TestParams p;
  p.seed = 1;
  auto result = rc::detail::checkProperty(property, m, p);
  if (result.is<rc::detail::SuccessResult>()) { SUCCEED(); return; }
  std::ostringstream ss;
  rc::detail::printResultMessage(result, ss);
  FAIL(ss.str());
}
}
