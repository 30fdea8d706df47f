// See text.h.
#include "scheduler/view/text.h"

#include <algorithm>
#include <map>

#include "scheduler/export/text.h"
#include "scheduler/print/print.h"
#include "scheduler/trace/reader.h"
#include "scheduler/view/first_look.h"
#include "scheduler/view/phrases.h"
#include "scheduler/view/text_lanes.h"
#include "scheduler/view/words.h"

namespace rill::view {
namespace {

using trace::Kind;
using trace::Record;

constexpr const char* kLegend =
    "┃ runs  ┆ is ready  │ waits for the network  ╎ sleeps  ╏ waits for a task  "
    "■ ends  ✗ fails, is killed or lost";

std::size_t letters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string padded(std::string text, std::size_t width) {
  const std::size_t has = letters(text);
  if (has < width) text.append(width - has, ' ');
  return text;
}

std::string right(const std::string& text, std::size_t width) {
  return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
}

std::string title(const trace::Header& header) {
  const std::string& world = header.world;
  return (header.program.empty() ? "a run" : header.program) + " " +
         (world == "sim"      ? "on a simulated network"
          : world == "epoll"  ? "on real sockets (epoll)"
          : world == "uring"  ? "on real sockets (io_uring)"
          : world == "replay" ? "replayed from a recording"
                              : "in the world " + world) +
         (header.seed ? ", " + exports::seed_words(header) : "");
}

/// What to type for the same run; "" where nothing names it.
std::string way_again(const trace::Header& header) {
  if (header.token.empty()) {
    if (!header.seed || header.command.empty()) return "";
    std::string command = header.command + " --seed " + std::to_string(*header.seed);
    for (const std::string& choice : header.chosen) command += " --choose " + choice;
    return command;
  }
  const bool is_of_lesson = header.token.find(':') != std::string::npos;
  return (is_of_lesson ? "./rill run --replay " : "--replay=") + header.token;
}

std::string row(const Model& model, std::size_t i, TextLanes& lanes, const Arrow* arrow,
                const std::string& piece) {
  const Record& event = model.event(i);
  std::string line = right(std::to_string(event.n), 8) +
                     right(print::milliseconds(event.t_ns), 13) + "  " + lanes.at(i, arrow) + " " +
                     told(model, i) + (piece.empty() ? "" : ", piece " + piece);
  if (arrow != nullptr && !arrow->is_of_object) {
    line += arrow->is_lost ? ", never arrives"
                           : ", arrives " + print::milliseconds(model.event(arrow->to).t_ns);
  }
  return line + (event.at.empty() ? "" : "  (" + event.at + ")");
}

/// What the picture does not show, in sentences.
std::vector<std::string> left_out(const Model& model, std::size_t shown) {
  const trace::Log& log = model.log();
  std::vector<std::string> sentences;
  if (shown < model.events()) {
    sentences.push_back("Folded: " + counted(model.events() - shown, "event") + " of " +
                        std::to_string(model.events()) + ".");
  }
  const std::uint64_t bound = log.left_out();
  if (bound + log.unknown > 0) {
    const std::uint64_t all = model.events() + bound + log.unknown;
    sentences.insert(sentences.begin(), "The run had " + counted(all, "event") + "; " +
                                            counted(shown, "row") + " shown.");
  }
  if (bound > 0) {
    sentences.push_back("Not in the trace: " + counted(bound, "event") +
                        ", taken out of it or beyond the bound on its size.");
  }
  std::size_t cut = 0;
  for (std::size_t i = 0; i < model.events(); ++i) {
    const Record& event = model.event(i);
    const bool has_data = event.kind == Kind::send || event.kind == Kind::recv;
    cut += has_data && event.bytes > event.data.size() ? 1 : 0;
  }
  if (cut > 0) {
    sentences.push_back("Bytes cut short in the trace: those of " + counted(cut, "event") + ".");
  }
  if (!log.has_end()) sentences.emplace_back("The run was cut off: the trace has no end.");
  if (log.unknown > 0) {
    sentences.push_back("Not shown: " + counted(log.unknown, "event") +
                        " of kinds that this viewer does not know.");
  }
  return sentences;
}

}  // namespace

std::string to_text(const trace::Log& log, const TextOptions& options) {
  const Model model(log);
  const Telling telling = find_telling(model);
  const std::vector<std::size_t> shown = rows(model, telling, options.level);
  const std::map<std::size_t, Arrow> arrows = model.arrows();
  const std::map<std::size_t, std::string> pieces = model.pieces();
  TextLanes lanes(model, shown);
  std::vector<std::string> lines;
  lines.push_back(title(log.header));
  lines.push_back(counted(model.events(), "event") + ", " + counted(model.tasks().size(), "task") +
                  ", " + counted(model.connections().size(), "connection") +
                  (log.header.clock == "virtual" ? ", virtual time; " : ", real time; ") +
                  counted(shown.size(), "row") + " shown");
  if (const std::string again = way_again(log.header); !again.empty()) {
    lines.push_back("again: " + again);
  }
  for (std::string& line : first_look(model, telling)) lines.push_back(std::move(line));
  lines.emplace_back();
  std::size_t width = 4;
  for (const Task* const task : lanes.tasks()) width = std::max(width, letters(task->name));
  std::string numbers = right("n", 8) + right("ms", 13) + "  ";
  for (std::size_t lane = 0; lane < lanes.tasks().size(); ++lane) {
    const Task& task = *lanes.tasks()[lane];
    lines.push_back(right(std::to_string(lane + 1), 4) + "  " + padded(task.name, width) + "  " +
                    task.host);
    numbers += padded(std::to_string(lane + 1), 3);
  }
  const std::size_t more = model.tasks().size() - lanes.tasks().size();
  if (more > 0) lines.push_back("      and " + counted(more, "task") + " without a lane");
  lines.insert(lines.end(), {"", kLegend, "", numbers});
  const std::size_t count = std::min(shown.size(), options.most_rows);
  for (std::size_t place = 0; place < count; ++place) {
    const auto arrow = arrows.find(shown[place]);
    const auto piece = pieces.find(shown[place]);
    lines.push_back(row(model, shown[place], lanes,
                        arrow == arrows.end() ? nullptr : &arrow->second,
                        piece == pieces.end() ? "" : piece->second));
  }
  if (count < shown.size()) {
    lines.push_back("... and " + counted(shown.size() - count, "row") + " more");
  }
  lines.emplace_back();
  for (std::string& sentence : left_out(model, shown.size())) lines.push_back(std::move(sentence));
  std::string text;
  for (std::string& line : lines) {
    line = exports::one_line(line, SIZE_MAX);  // names and texts may hold what a terminal acts upon
    while (!line.empty() && line.back() == ' ') line.pop_back();
    text += line + "\n";
  }
  return text;
}

}  // namespace rill::view
