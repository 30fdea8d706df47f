// Runs properties through rapidcheck's engine, without its Catch2 header, whose properties have no
// identity and so cannot be replayed, and without rc::check, whose failures leave a test green.
// Every case is named by (seed, index, size): rapidcheck takes the generator of case i by splitting
// Random(seed) i + 1 times. That is checked whenever a token is printed.
// Leaves to main.cc: arguments, the choice of test cases, and what happens when the process dies.
#include "tests/testing/property.h"

#include <array>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <unordered_map>

#include "scheduler/text_hash.h"
#include "tests/testing/outputs.h"
#include "tests/testing/seen_runs.h"
#include "tests/testing/session.h"

namespace rill::testing {

namespace {

using rc::detail::CaseDescription;
using rc::detail::Property;
using rc::detail::Reproduce;
using rc::detail::TestResult;

class SilentListener : public rc::detail::TestListener {
  void onTestCaseFinished(const CaseDescription&) override {}
  void onShrinkTried(const CaseDescription&, bool) override {}
  void onTestFinished(const rc::detail::TestMetadata&, const TestResult&) override {}
};

// Another property gets other cases even where both have the same parameters.
std::uint64_t property_seed(const std::string& sentence, std::uint64_t base_seed) {
  return hash_text(sentence + '\0' + std::to_string(base_seed));
}

rc::Random random_of_case(std::uint64_t seed, std::uint64_t case_index) {
  rc::Random source(seed);
  for (std::uint64_t i = 0; i < case_index; ++i) source.split();
  return source.split();
}

// RC_PARAMS, such as max_success=1000, but never its seed or a case of its own to reproduce.
rc::detail::TestParams parameters(std::uint64_t seed) {
  const char* text = std::getenv("RC_PARAMS");
  auto result = rc::detail::configFromString(text != nullptr ? text : "").testParams;
  result.seed = seed;
  return result;
}

TestResult check(const Property& property, std::uint64_t seed,
                 const std::unordered_map<std::string, Reproduce>& reproduce = {}) {
  SilentListener silent;
  const rc::detail::TestMetadata metadata{"the property", ""};
  return rc::detail::checkProperty(property, metadata, parameters(seed), silent, reproduce);
}

// All cases; session().running_case is always the one that was generated last.
TestResult search(const std::string& sentence, const Property& property) {
  auto& running = session().running_case;
  running = ReplayToken{.test_hash = hash_test(session().test_case),
                        .property_hash = hash_property(sentence),
                        .base_seed = session().base_seed,
                        .case_index = static_cast<std::uint64_t>(-1),
                        .size = 0,
                        .shrink_path = {}};
  const Property counted([&](const rc::Random& random, int size) {
    ++running->case_index;
    running->size = static_cast<std::uint64_t>(size);
    return property(random, size);
  });
  return check(counted, property_seed(sentence, session().base_seed));
}

// The token of the counterexample that search() ended with.
ReplayToken token_of(const std::string& sentence, const rc::detail::FailureResult& failure) {
  ReplayToken token = *session().running_case;
  token.shrink_path = failure.reproduce.shrinkPath;
  const auto seed = property_seed(sentence, token.base_seed);
  if (random_of_case(seed, token.case_index) != failure.reproduce.random) {
    throw std::logic_error("this rapidcheck generates cases in an unknown order: no replay token");
  }
  return token;
}

TestResult replay(const std::string& sentence, const Property& property, const ReplayToken& token) {
  const auto seed = property_seed(sentence, token.base_seed);
  const Reproduce reproduce{random_of_case(seed, token.case_index), static_cast<int>(token.size),
                            token.shrink_path};
  session().replayed = true;
  session().running_case = token;
  return check(property, seed, {{"the property", reproduce}});
}

// The last run on a simulated network in the case that `token` names, as a trace; "" if there is
// none. Repeats the case.
std::string trace_of_case(const std::string& sentence, const Property& property,
                          const ReplayToken& token, const std::string& why) {
  SeenRuns seen(encode(token));
  const Property watched([&](const rc::Random& random, int size) {
    return rc::shrinkable::map(property(random, size), [&seen](CaseDescription&& description) {
      seen.end_case();
      return std::move(description);
    });
  });
  replay(sentence, watched, token);
  return seen.count() > 0 ? seen.trace_with_verdict(sentence, why) : "";
}

// In the outputs of the test, if Bazel runs it: the report; and the run of the counterexample, if
// it has one. Returns a line that says so.
std::string keep_outputs(const std::string& text, const std::string& sentence,
                         const std::function<std::string()>& trace_of) {
  std::array<char, 17> digits;
  std::snprintf(digits.data(), digits.size(), "%016" PRIx64, hash_text(text));
  const std::string stem = output_stem("property", digits.data());
  if (stem.empty()) return "";
  std::ofstream(stem + ".txt") << text;
  const std::string trace = trace_of();
  if (trace.empty()) {
    return see_line(stem + ".txt",
                    "the same report, or in outputs.zip there; without a simulated network there "
                    "is no page");
  }
  std::ofstream(stem + ".jsonl") << trace;
  std::ofstream(stem + ".html") << page_of(trace, sentence);
  return see_line(stem + ".html", "the last run of the counterexample, or in outputs.zip there");
}

}  // namespace

Session& session() {
  static Session& the_session = *new Session;  // outlives what sanitizers find at exit
  return the_session;
}

std::string replay_line(const ReplayToken& token) { return replay_line(encode(token)); }

std::string replay_line(const std::string& token) {
  const std::string argument = "--replay=" + token;
  std::string text = "replay: " + argument + "\n";
  if (const char* target = std::getenv("TEST_TARGET"); target != nullptr) {  // Bazel's name for it
    text += std::string("        ./rill bazel run ") + target + " -- " + argument + "\n";
  }
  return text;
}

void check_property(const std::string& sentence, const Property& property) {
  const auto& wanted = session().replay;
  if (wanted && (wanted->test_hash != hash_test(session().test_case) ||
                 wanted->property_hash != hash_property(sentence))) {
    return;
  }
  const TestResult result =
      wanted ? replay(sentence, property, *wanted) : search(sentence, property);
  std::ostringstream text;
  if (result.is<rc::detail::SuccessResult>()) {
    const auto& success = result.get<rc::detail::SuccessResult>();
    if (wanted || !success.distribution.empty()) {
      rc::detail::printResultMessage(success, text);
      std::cout << "property: " << sentence << "\n" << text.str() << "\n";
    }
    session().running_case.reset();
    SUCCEED();
    return;
  }
  text << "property: " << sentence << "\n";
  rc::detail::printResultMessage(result, text);
  text << "\n";
  std::function<std::string()> trace_of = [] { return std::string(); };
  if (result.is<rc::detail::FailureResult>()) {
    const auto& failure = result.get<rc::detail::FailureResult>();
    const ReplayToken token = wanted ? *wanted : token_of(sentence, failure);
    text << replay_line(token);
    trace_of = [&sentence, &property, token, why = failure.description] {
      return trace_of_case(sentence, property, token, why);
    };
  }
  // To standard output, because Catch2 would break the lines.
  std::cout << text.str() << std::flush;
  std::cout << keep_outputs(text.str(), sentence, trace_of) << std::flush;
  session().running_case.reset();
  FAIL("property does not hold: " << sentence);
}

}  // namespace rill::testing
