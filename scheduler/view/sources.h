// Sources: the lines of the program that a trace speaks of, for the page to show beside an event.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "scheduler/trace/record.h"

namespace rill::view {

/// What `at`, `in` and `chain` of the logs' events name, and two lines before and after each:
/// {"lessons/echo/echo.cc":{"18":"  auto bytes = ...", ...}, ...}, in ASCII. Each file is looked
/// for in one folder after the other. What is not there, is no C++ by its name, lies outside of the
/// folder, or has more than 2 MiB is left out, and so are lines beyond the first 20,000. Never
/// fails. A function of the logs and of those files.
std::string source_lines(std::span<const trace::Log* const> logs,
                         std::span<const std::filesystem::path> folders);

}  // namespace rill::view
