// See sources.h.
#include "scheduler/view/sources.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>

#include "scheduler/export/text.h"

namespace rill::view {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kAround = 2;  // lines before and after; page/source.js has the same
constexpr std::uint64_t kMostLine = 10'000'000;
constexpr std::size_t kMostLines = 20'000;
constexpr std::size_t kMostLineBytes = 200;
constexpr std::size_t kMostPaths = 1'000;
constexpr std::uintmax_t kMostFileBytes = 2u << 20;

using LinesByPath = std::map<std::string, std::set<std::uint64_t>>;

struct Place {
  std::string_view file;
  std::uint64_t line = 0;
};

/// "echo.cc:18"
std::optional<Place> place_of(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos || colon == 0 || colon + 1 == text.size()) return std::nullopt;
  std::uint64_t line = 0;
  for (const char c : text.substr(colon + 1)) {
    if (c < '0' || c > '9' || line > kMostLine) return std::nullopt;
    line = line * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return Place{text.substr(0, colon), line};
}

/// "echoer at lessons/echo/echo.cc:18"
std::optional<Place> place_of_frame(std::string_view frame) {
  constexpr std::string_view kAt = " at ";
  const std::size_t at = frame.rfind(kAt);
  return at == frame.npos ? std::nullopt : place_of(frame.substr(at + kAt.size()));
}

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

class Wanted {
 public:
  void add(const trace::Log& log) {
    for (const trace::Record& event : log.records) {
      for (const std::string& frame : event.chain) {
        if (const auto place = place_of_frame(frame)) add(std::string(place->file), place->line);
      }
      const auto place = place_of(event.at);
      if (place && !event.in.empty()) add(event.in, place->line);
    }
    // Most events name the file without its path, which another one has told.
    std::map<std::string_view, std::vector<std::string>> paths;
    for (const auto& [path, lines] : lines_) paths[name_of(path)].push_back(path);
    for (const trace::Record& event : log.records) {
      const auto place = event.in.empty() ? place_of(event.at) : std::nullopt;
      const auto found = place ? paths.find(place->file) : paths.end();
      if (found == paths.end()) continue;
      for (const std::string& path : found->second) add(path, place->line);
    }
  }

  const LinesByPath& lines() const { return lines_; }

 private:
  void add(const std::string& path, std::uint64_t line) {
    if (lines_.size() >= kMostPaths && !lines_.contains(path)) return;
    std::set<std::uint64_t>& lines = lines_[path];
    const std::uint64_t first = line > kAround ? line - kAround : 1;
    for (std::uint64_t one = first; one <= line + kAround; ++one) lines.insert(one);
  }

  LinesByPath lines_;
};

bool is_source(const fs::path& path) {
  static const std::set<std::string, std::less<>> kEndings = {
      ".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".hxx", ".inc", ".inl", ".ipp"};
  return kEndings.contains(path.extension().string());
}

/// The whole file, if it is one that may be shown.
std::optional<std::string> read_below(const fs::path& folder, const std::string& path) {
  std::error_code error;
  const fs::path root = fs::canonical(folder, error);
  if (error || root == root.root_path()) return std::nullopt;
  const fs::path file = fs::canonical(root / path, error);
  if (error || !is_source(file)) return std::nullopt;
  const auto [in_root, in_file] = std::mismatch(root.begin(), root.end(), file.begin(), file.end());
  if (in_root != root.end() || !fs::is_regular_file(file, error)) return std::nullopt;
  const std::uintmax_t size_bytes = fs::file_size(file, error);
  if (error || size_bytes > kMostFileBytes) return std::nullopt;
  std::ifstream stream(file, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(stream), {});
  if (!stream.good() && !stream.eof()) return std::nullopt;
  return text;
}

std::optional<std::string> read_source(std::span<const fs::path> folders, const std::string& path) {
  if (path.empty() || path.find('\0') != path.npos || !is_source(path)) return std::nullopt;
  for (const fs::path& folder : folders) {
    if (auto text = read_below(folder, path)) return text;
  }
  return std::nullopt;
}

/// {"18":"  auto bytes = ...", ...}: those of the wanted lines that the file has; "" when none.
std::string lines_of(std::string_view text, const std::set<std::uint64_t>& wanted,
                     std::size_t& left) {
  std::string json;
  std::uint64_t number = 1;
  for (const std::uint64_t line : wanted) {
    std::size_t end = text.find('\n');
    for (; number < line && end != text.npos; ++number) {
      text.remove_prefix(end + 1);
      end = text.find('\n');
    }
    if (number < line || (end == text.npos && text.empty()) || left == 0) break;
    --left;
    const std::string shown = exports::one_line(text.substr(0, end), kMostLineBytes);
    json += (json.empty() ? "{\"" : ",\"") + std::to_string(line) +
            "\":" + exports::json_text(shown.substr(0, shown.find_last_not_of(' ') + 1));
  }
  return json.empty() ? json : json + "}";
}

}  // namespace

std::string source_lines(std::span<const trace::Log* const> logs,
                         std::span<const fs::path> folders) {
  Wanted wanted;
  for (const trace::Log* const log : logs) wanted.add(*log);
  std::string json;
  std::size_t left = kMostLines;
  for (const auto& [path, lines] : wanted.lines()) {
    const auto text = read_source(folders, path);
    const std::string shown = text ? lines_of(*text, lines, left) : "";
    if (shown.empty()) continue;
    json += (json.empty() ? "{" : ",") + exports::json_text(path) + ":" + shown;
  }
  return json.empty() ? "{}" : json + "}";
}

}  // namespace rill::view
