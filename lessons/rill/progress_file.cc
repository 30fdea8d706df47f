// See progress_file.h.
#include "lessons/rill/progress_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <sstream>
#include <utility>

#include "lessons/rill/stop.h"

namespace rill::command {
namespace {

using State = Standing::State;

constexpr std::array<std::pair<State, const char*>, 3> kWords = {
    {{State::open, "open"}, {State::seen, "seen"}, {State::done, "done"}}};

bool parse(const std::string& line, std::string& id, Standing& standing) {
  std::istringstream words(line);
  std::string state;
  std::string hints;
  words >> id >> state >> standing.date >> hints;
  std::getline(words, standing.rest);
  if (!words && !words.eof()) return false;
  if (!hints.starts_with("hints=") || hints.size() < 7 ||
      hints.find_first_not_of("0123456789", 6) != hints.npos || hints.size() > 9) {
    return false;
  }
  standing.hints = std::stoi(hints.substr(6));
  for (const auto& [value, word] : kWords) {
    if (state != word) continue;
    standing.state = value;
    return true;
  }
  return false;
}

std::string line_of(const std::string& id, const Standing& standing) {
  std::string word;
  for (const auto& [value, name] : kWords) {
    if (value == standing.state) word = name;
  }
  return id + " " + word + " " + standing.date + " hints=" + std::to_string(standing.hints) +
         standing.rest + "\n";
}

/// Of two lines about one lesson, as a merge may leave them: what has been reached counts.
Standing merged(const Standing& a, const Standing& b) {
  Standing result = b.state > a.state || (b.state == a.state && b.date < a.date) ? b : a;
  result.hints = std::max(a.hints, b.hints);
  return result;
}

bool is_mark_of_conflict(const std::string& line) {
  return line.starts_with("<<<<<<<") || line.starts_with("=======") || line.starts_with(">>>>>>>");
}

}  // namespace

ProgressFile::ProgressFile(std::filesystem::path path) : path_(std::move(path)) {
  std::ifstream file(path_);
  std::string line;
  while (std::getline(file, line)) {
    std::string id;
    Standing standing;
    if (parse(line, id, standing)) {
      const auto [known, is_first] = standings_.emplace(id, standing);
      if (!is_first) known->second = merged(known->second, standing);
    } else if (!line.empty() && !is_mark_of_conflict(line)) {
      unknown_[line] = line;
    }
  }
}

Standing ProgressFile::of(const std::string& id) const {
  const auto found = standings_.find(id);
  return found != standings_.end() ? found->second : Standing();
}

void ProgressFile::set(const std::string& id, Standing standing) {
  standings_[id] = std::move(standing);
  write();
}

void ProgressFile::write() const {
  std::map<std::string, std::string> lines = unknown_;
  for (const auto& [id, standing] : standings_) lines[id] = line_of(id, standing);
  const std::filesystem::path fresh = path_.string() + ".new";
  std::ofstream file(fresh);
  for (const auto& [key, line] : lines) file << line << (line.ends_with('\n') ? "" : "\n");
  file.close();
  std::error_code error;
  if (file) std::filesystem::rename(fresh, path_, error);
  if (!file || error) {
    const std::string why = error ? error.message() : std::strerror(errno);
    std::filesystem::remove(fresh, error);
    throw Stop("your progress could not be written to " + path_.string() + ": " + why,
               ExitCode::our_fault);
  }
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  std::array<char, 16> text;
  std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts);
  return text.data();
}

}  // namespace rill::command
