// See catalogue.h.
#include "lessons/rill/catalogue.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>

#include "lessons/rill/stop.h"

namespace rill::command {
namespace {

constexpr std::size_t kIdLength = 3;  // "L08"

bool is_lesson(const std::string& folder) {
  const auto is_digit = [&](std::size_t i) { return folder[i] >= '0' && folder[i] <= '9'; };
  return folder.size() > kIdLength + 1 && folder[0] == 'L' && is_digit(1) && is_digit(2) &&
         folder[kIdLength] == '_';
}

/// "# L08 framing: bytes are not messages" -> "bytes are not messages"
std::string title_of(const std::filesystem::path& readme) {
  std::ifstream file(readme);
  std::string line;
  std::getline(file, line);
  const std::size_t colon = line.find(": ");
  return colon == line.npos ? "" : line.substr(colon + 2);
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

}  // namespace

std::string LessonFolder::target(std::string_view target) const {
  return "//lessons/" + folder.filename().string() + ":" + std::string(target);
}

char LessonFolder::part() const {
  const int number = std::stoi(id.substr(1));
  constexpr std::array<int, 4> kLastOfPart = {6, 10, 12, 17};
  const auto part = std::ranges::lower_bound(kLastOfPart, number) - kLastOfPart.begin();
  return static_cast<char>('A' + part);
}

std::string_view part_title(char part) {
  switch (part) {
    case 'A':
      return "one thread, many conversations";
    case 'B':
      return "bytes are not messages";
    case 'C':
      return "programs";
    case 'D':
      return "trust";
    default:
      return "out of the sandbox";
  }
}

Catalogue::Catalogue(const std::filesystem::path& root) {
  const std::filesystem::path lessons = root / "lessons";
  if (std::filesystem::is_directory(lessons)) {
    for (const auto& entry : std::filesystem::directory_iterator(lessons)) {
      const std::string folder = entry.path().filename();
      if (!is_lesson(folder)) continue;
      lessons_.push_back({folder.substr(0, kIdLength), folder.substr(kIdLength + 1),
                          title_of(entry.path() / "README.md"), entry.path()});
    }
  }
  std::ranges::sort(lessons_, {}, &LessonFolder::id);
  if (lessons_.empty()) {
    throw Stop("there are no lessons in " + lessons.string() + ": is this the whole of Rill?",
               ExitCode::our_fault);
  }
}

const LessonFolder* Catalogue::find(std::string_view word) const {
  const std::string wanted = lower(word);
  for (const LessonFolder& lesson : lessons_) {
    const std::string number = lesson.id.substr(1);
    for (const std::string& name :
         {lower(lesson.id), lower(lesson.name), lower(lesson.folder.filename().string()), number,
          std::to_string(std::stoi(number))}) {
      if (name == wanted) return &lesson;
    }
  }
  return nullptr;
}

}  // namespace rill::command
