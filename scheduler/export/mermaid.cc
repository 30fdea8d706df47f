// The language, and what must be escaped in it. See mermaid.h.
#include "scheduler/export/mermaid.h"

#include <map>

#include "scheduler/export/left_out.h"
#include "scheduler/export/messages.h"
#include "scheduler/export/text.h"

namespace rill::exports {
namespace {

bool is_plain(char c, std::string_view also) {
  const bool is_alphanumeric =
      (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return is_alphanumeric || static_cast<unsigned char>(c) >= 0x80 || also.find(c) != also.npos;
}

/// All but letters, digits and `also` by number: ';' ends a statement, '#' begins a number, '<' a
/// tag, '%%' a comment ...
std::string escaped(std::string_view text, std::string_view also) {
  std::string safe;
  for (const char c : text) {
    if (is_plain(c, also)) {
      safe += c;
    } else {
      safe += "#" + std::to_string(static_cast<unsigned char>(c)) + ";";
    }
  }
  return safe;
}

/// A participant's; nothing of it is a keyword, since it stands behind "as".
std::string name_text(std::string_view name) {
  const std::string line = one_line(name, 60);
  return line.empty() || line == " " ? "#45;" : escaped(line, " _.-");
}

std::string arrow_of(Message::Kind kind) {
  switch (kind) {
    case Message::Kind::request:
      return "->>";
    case Message::Kind::data:
      return "-)";
    case Message::Kind::lost:
      return "--x";
    case Message::Kind::broken:
      return "-x";
    case Message::Kind::note:
      break;
  }
  return "";
}

/// Names become p1, p2, ... in the order of the messages.
class Diagram {
 public:
  void add(const Message& message, std::uint64_t n) {
    const std::string from = participant(message.from);
    const std::string to = message.to.empty() ? "" : participant(message.to);
    const std::string text =
        std::to_string(n) + " " + escaped(one_line(message.text, 100), " _.,-()/'\"!?=*+:");
    if (message.kind == Message::Kind::note) {
      lines_ += "  Note over " + from + (to.empty() ? "" : "," + to) + ": " + text + "\n";
    } else {
      lines_ += "  " + from + arrow_of(message.kind) + to + ": " + text + "\n";
    }
  }

  std::string text() const { return "sequenceDiagram\n" + participants_ + lines_; }
  std::size_t size() const { return participants_.size() + lines_.size() + 20; }

 private:
  std::string participant(const std::string& name) {
    const auto [found, is_new] = names_.try_emplace(name, "p" + std::to_string(names_.size() + 1));
    if (is_new) {
      participants_ += "  participant " + found->second + " as " + name_text(name) + "\n";
    }
    return found->second;
  }

  std::map<std::string, std::string> names_;
  std::string participants_;
  std::string lines_;
};

Diagram diagram_of(const trace::Log& log, const std::vector<Message>& messages, std::size_t first) {
  Diagram diagram;
  for (std::size_t i = first; i < messages.size(); ++i) {
    diagram.add(messages[i], log.records[messages[i].event].n);
  }
  return diagram;
}

}  // namespace

ExportResult to_mermaid(const trace::Log& log, const MermaidOptions& options) {
  const std::vector<Message> messages = messages_of(log);
  std::size_t first =
      messages.size() > options.most_messages ? messages.size() - options.most_messages : 0;
  Diagram diagram = diagram_of(log, messages, first);
  while (diagram.size() > options.most_characters && first < messages.size()) {
    first += (messages.size() - first + 7) / 8;
    diagram = diagram_of(log, messages, first);
  }

  LeftOut left_out;
  std::size_t next = first;
  for (std::uint32_t i = 0; i < log.records.size(); ++i) {
    if (next < messages.size() && messages[next].event == i) {
      left_out.show();
      ++next;
    } else {
      left_out.hide(log.records[i]);
    }
  }
  left_out.add(first, "messages before these");
  return left_out.result(diagram.text(), log);
}

}  // namespace rill::exports
